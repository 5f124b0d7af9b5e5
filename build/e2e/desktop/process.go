//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// process is a program with everything that it starts: a process group of its own.
type process struct {
	name  string
	cmd   *exec.Cmd
	ended chan struct{} // closed when the program itself has ended
}

// start starts a program of this desktop. What it says goes to logs/<name>.log.
func (d *Desktop) start(cmd *exec.Cmd, name string) error {
	log, err := os.OpenFile(d.Log(name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	cmd.Env = append(d.Environment(), cmd.Env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start %s: %w", name, err)
	}
	p := &process{name: name, cmd: cmd, ended: make(chan struct{})}
	go func() {
		_ = cmd.Wait()
		close(p.ended)
	}()
	d.processes = append(d.processes, p)
	return nil
}

// Log is where a program's output is kept.
func (d *Desktop) Log(name string) string {
	return filepath.Join(d.options.Folder, "logs", name+".log")
}

// end kills the program with its group, and returns when nothing of it is left.
func (p *process) end() error {
	group := p.cmd.Process.Pid
	if err := syscall.Kill(-group, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("end %s: %w", p.name, err)
	}
	<-p.ended
	return await(context.Background(), p.name+" to end", func() bool { return !groupAlive(group) })
}

// groupAlive reports whether a process of the group still runs. One that has ended and whom nobody has buried does not
// count: in a container there may be no one to do it.
func groupAlive(group int) bool {
	if errors.Is(syscall.Kill(-group, 0), syscall.ESRCH) {
		return false
	}
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return false
	}
	for _, entry := range entries {
		if state, of := stat(entry.Name()); of == group && state != "Z" {
			return true
		}
	}
	return false
}

// stat reads state and group of a process; "" when there is none.
func stat(pid string) (state string, group int) {
	data, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
	if err != nil {
		return "", 0
	}
	// 123 (a name) S 1 123 …
	_, rest, found := strings.Cut(string(data), ") ")
	fields := strings.Fields(rest)
	if !found || len(fields) < 3 {
		return "", 0
	}
	group, _ = strconv.Atoi(fields[2])
	return fields[0], group
}

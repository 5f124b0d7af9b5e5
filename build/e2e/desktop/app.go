//go:build linux

package desktop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"parley/build/e2e/webdriver"
)

// AppLog is the name of the log to which the application writes.
const AppLog = "app"

// App is the application in its window.
type App struct {
	Session *webdriver.Session

	driver *process
	pid    int
}

// wrapper starts the packaged application with the shim, in the process that the driver has started. What it says is
// kept, and its process id told.
const wrapper = `#!/bin/sh
echo $$ > %q
export PARLEY_TOKEN=%q
export LD_PRELOAD=%q
exec %q %s "$@" >> %q 2>&1
`

// Launch starts the application and returns when its window can be driven.
func (d *Desktop) Launch(ctx context.Context) (*App, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	script, pidFile := filepath.Join(d.options.Folder, "driven-parley"), filepath.Join(d.options.Folder, "run", "pid")
	if err := os.WriteFile(script, fmt.Appendf(nil, wrapper, pidFile, d.options.Token, d.shim, d.options.Binary, d.workspace(), d.Log(AppLog)), 0o700); err != nil {
		return nil, err
	}
	if err := d.start(exec.Command("WebKitWebDriver", "--port="+port), "WebKitWebDriver"); err != nil {
		return nil, err
	}
	a := &App{driver: d.processes[len(d.processes)-1]}
	address := net.JoinHostPort("127.0.0.1", port)
	if err := await(ctx, "WebKitWebDriver", func() bool { return answers(address) }); err != nil {
		return nil, err
	}
	if a.Session, err = webdriver.Connect(ctx, "http://"+address, script); err != nil {
		return nil, err
	}
	told, err := os.ReadFile(pidFile)
	if err != nil {
		return nil, err
	}
	a.pid, err = strconv.Atoi(strings.TrimSpace(string(told)))
	return a, err
}

// workspace is the flag that says what to open.
func (d *Desktop) workspace() string {
	switch {
	case d.options.Welcome:
		return ""
	case d.Practice():
		return "--practice"
	default:
		return fmt.Sprintf("--hub=%q", d.options.Hub)
	}
}

// Pid is the application's process.
func (a *App) Pid() int { return a.pid }

// Kill ends the application as a power failure would, with kill -9, and returns when nothing of it runs.
func (a *App) Kill() error {
	if err := syscall.Kill(a.pid, syscall.SIGKILL); err != nil {
		return fmt.Errorf("kill the application: %w", err)
	}
	return a.driver.end()
}

// Sleep stops the application for a time, as a computer does that sleeps: its clock goes on, and nothing of it runs.
func (a *App) Sleep(ctx context.Context, lasts time.Duration) error {
	if err := syscall.Kill(a.pid, syscall.SIGSTOP); err != nil {
		return fmt.Errorf("put the application to sleep: %w", err)
	}
	select {
	case <-ctx.Done():
	case <-time.After(lasts):
	}
	return errors.Join(ctx.Err(), syscall.Kill(a.pid, syscall.SIGCONT))
}

// Close ends the application as its user does, and returns when nothing of it runs.
func (a *App) Close(ctx context.Context) error {
	_ = a.CloseWindow(ctx)
	return a.AwaitEnd(ctx)
}

// CloseWindow closes the window as its user does. Where there is a tray that may only hide it.
func (a *App) CloseWindow(ctx context.Context) error {
	return a.Session.Run(ctx, `setTimeout(() => window.runtime.Quit())`, nil)
}

// AwaitEnd returns when nothing of the application runs.
func (a *App) AwaitEnd(ctx context.Context) error {
	err := await(ctx, "the application to end", func() bool { return syscall.Kill(a.pid, 0) != nil })
	return errors.Join(err, a.driver.end())
}

// StartAgain starts the application a second time, undriven, as from the desktop's menu or with a link, and returns with
// how it ended.
func (d *Desktop) StartAgain(ctx context.Context, arguments ...string) (said string, code int, err error) {
	cmd := exec.CommandContext(ctx, d.options.Binary, arguments...)
	cmd.Env = d.Environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = time.Second
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if ctx.Err() == nil && errors.As(err, &exit) {
		err = nil
	}
	return string(output), cmd.ProcessState.ExitCode(), err
}

// ActiveWindow is the title of the window that has the keyboard.
func (d *Desktop) ActiveWindow(ctx context.Context) (string, error) {
	id, err := d.property(ctx, "-root", "_NET_ACTIVE_WINDOW")
	if err != nil {
		return "", err
	}
	// _NET_ACTIVE_WINDOW(WINDOW): window id # 0x600003
	_, id, _ = strings.Cut(id, "# ")
	id, _, _ = strings.Cut(strings.TrimSpace(id), ",")
	if id == "" || id == "0x0" {
		return "", nil
	}
	title, err := d.property(ctx, "-id", id, "_NET_WM_NAME")
	if err != nil {
		return "", err
	}
	// _NET_WM_NAME(UTF8_STRING) = "(1) Parley"
	_, title, _ = strings.Cut(title, "= ")
	return strings.Trim(strings.TrimSpace(title), `"`), nil
}

// Windows is how many windows the person can get at: open ones and minimised ones.
func (d *Desktop) Windows(ctx context.Context) (int, error) {
	// _NET_CLIENT_LIST(WINDOW): window id # 0x600003, 0x800003
	list, err := d.property(ctx, "-root", "_NET_CLIENT_LIST")
	return strings.Count(list, "0x"), err
}

func (d *Desktop) property(ctx context.Context, arguments ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "xprop", arguments...)
	cmd.Env = d.Environment()
	said, err := cmd.Output()
	return string(said), err
}

// Picture returns a PNG of the whole screen. The driver's own screenshot of the page is never answered while WebKit's
// DMA-BUF renderer is off, as the application has it (WebKitGTK 2.50.6).
func (d *Desktop) Picture(ctx context.Context) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "import", "-window", "root", "png:-")
	cmd.Env = d.Environment()
	return cmd.Output()
}

// freePort is a port that nobody uses just now.
func freePort() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	return port, err
}

func answers(address string) bool {
	conn, err := net.DialTimeout("tcp", address, time.Second)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

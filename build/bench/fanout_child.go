package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"time"
)

// fanoutServers are what this program can be as a child of itself: each serves until ctx ends.
var fanoutServers = map[string]func(ctx context.Context, folder string) (address string, stop func(), err error){
	"feed": serveFeed, "nats": serveNATS, "websocket": serveSockets,
}

// serveFanout is the child: it says where it listens, and then lets memory go whenever it is asked to.
func serveFanout(ctx context.Context, kind, folder string) error {
	serve := fanoutServers[kind]
	if serve == nil {
		return fmt.Errorf("there is no server %q", kind)
	}
	address, stop, err := serve(ctx, folder)
	if err != nil {
		return err
	}
	defer stop()
	fmt.Println(address)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); fmt.Println("done") {
		runtime.GC() // pools give up what they hold at the second time
		debug.FreeOSMemory()
		stop, err := profile(kind)
		if err != nil {
			return err
		}
		defer stop()
	}
	return nil
}

// profile writes what a server holds, and until the next order what it works at, where BENCH_CPU says: .heap.KIND and .KIND.
func profile(kind string) (stop func(), err error) {
	file := os.Getenv("BENCH_CPU")
	if file == "" {
		return func() {}, nil
	}
	pprof.StopCPUProfile()
	heap, err := os.Create(file + ".heap." + kind)
	if err != nil {
		return nil, err
	}
	if err := errors.Join(pprof.Lookup("heap").WriteTo(heap, 0), heap.Close()); err != nil {
		return nil, err
	}
	work, err := os.Create(file + "." + kind)
	if err != nil {
		return nil, err
	}
	return pprof.StopCPUProfile, pprof.StartCPUProfile(work)
}

// child is a server in a process of its own.
type child struct {
	address string
	process *exec.Cmd
	orders  io.WriteCloser
	answers *bufio.Reader
}

// fork starts this program as a server.
func fork(ctx context.Context, kind, folder string) (*child, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := &child{process: exec.CommandContext(ctx, self, fanoutChild, kind, folder)}
	c.process.Stderr = os.Stderr
	if c.orders, err = c.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := c.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	c.answers = bufio.NewReader(out)
	if err := c.process.Start(); err != nil {
		return nil, err
	}
	if c.address, err = c.answer(); err != nil {
		c.end()
		return nil, fmt.Errorf("the server does not start: %w", err)
	}
	return c, nil
}

func (c *child) answer() (string, error) {
	line, err := c.answers.ReadString('\n')
	return strings.TrimSpace(line), err
}

func (c *child) end() {
	_ = c.orders.Close()
	_ = c.process.Wait()
}

// spent is how much processor time the server has had, in steps of 10 ms.
func (c *child) spent() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	return time.Duration(user+system) * tick, nil
}

// resting is how many bytes the server has in memory once it has let go of what it does not need.
func (c *child) resting() (int64, error) {
	if _, err := fmt.Fprintln(c.orders, "let go"); err != nil {
		return 0, err
	}
	if _, err := c.answer(); err != nil {
		return 0, err
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", c.process.Process.Pid))
	if err != nil {
		return 0, err
	}
	fields := strings.Fields(string(text))
	pages, err := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize()), err
}

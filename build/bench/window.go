//go:build linux

package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	"parley/backend/desk/hubclient"
	"parley/backend/embedded"
	"parley/build/e2e/desktop"
)

const (
	windowBinary = "build/bin/parley"
	windowStarts = 5
	windowReady  = "Window is ready" // what both programs say

	startLimit = 30 * time.Second // until a window is ready, and until it has closed
)

// windowFilling is the cache after a busy quarter: 200,000 messages.
var windowFilling = desktest.Filling{Conversations: 2000, Messages: 100, Assigned: 40, Queued: 60}

// startingBench measures how long the packaged application takes to start in its window, with a full cache.
func startingBench(ctx context.Context, folder string) ([]Figure, error) {
	empty := filepath.Join(folder, "empty")
	if err := buildEmptyWindow(ctx, empty); err != nil {
		return nil, err
	}
	return inWindow(ctx, folder, "", windowFilling, func(screen *desktop.Desktop, binary string) (Figure, error) {
		return startBench(ctx, screen, binary, empty)
	})
}

// openBench measures how long it takes to open a conversation in its window, with a full cache.
func openBench(ctx context.Context, folder string) ([]Figure, error) {
	return inWindow(ctx, folder, noHub, windowFilling, func(screen *desktop.Desktop, _ string) (Figure, error) { return openingBench(ctx, screen) })
}

// scrollBench measures how smoothly a long thread scrolls in its window.
func scrollBench(ctx context.Context, folder string) ([]Figure, error) {
	return inWindow(ctx, folder, noHub, scrollFilling, func(screen *desktop.Desktop, _ string) (Figure, error) { return scrollingBench(ctx, screen) })
}

// noHub is the address of a hub that does not answer: what the cache was filled with is unknown to every hub, and a desk
// that reaches one forgets it.
const noHub = "http://127.0.0.1:9"

// inWindow measures one figure on a desktop of its own, on which the packaged application finds a full cache. hub is ""
// for the practice workspace.
func inWindow(ctx context.Context, folder, hub string, filling desktest.Filling, measure func(screen *desktop.Desktop, binary string) (Figure, error)) ([]Figure, error) {
	binary, err := filepath.Abs(windowBinary)
	if err != nil {
		return nil, err
	}
	screen, err := desktop.Start(ctx, desktop.Options{Folder: filepath.Join(folder, "d"), Binary: binary, Shim: "build/e2e/shim/shim.c", Hub: hub, Token: "none"})
	if err != nil {
		return nil, err
	}
	defer screen.Close()
	if err := furnish(ctx, filepath.Join(screen.Home(), "data"), filling); err != nil {
		return nil, fmt.Errorf("fill the cache: %w", err)
	}
	figure, err := measure(screen, binary)
	return []Figure{figure}, err
}

func buildEmptyWindow(ctx context.Context, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-tags", "desktop,production,webkit2_41,sqlite_fts5,sqlite_omit_load_extension",
		"-ldflags", "-s -w", "-o", binary, "./build/bench/emptywindow")
	if said, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build the empty window: %w\n%s", err, said)
	}
	return nil
}

// furnish makes the practice workspace in a data folder, as the first start does, and fills the desk's cache.
func furnish(ctx context.Context, data string, filling desktest.Filling) (err error) {
	hub, err := embedded.Open(ctx, embedded.Options{Folder: filepath.Join(data, "hub"), Quiet: true})
	if err != nil {
		return err
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- hub.Serve(serving) }()
	transport := hubclient.NewEmbedded(hub.Handler())
	defer func() {
		transport.Close()
		stop()
		err = errors.Join(err, <-served, hub.Close())
	}()
	_, leave, err := join(ctx, desk.Options{
		Folder: data, HTTPClient: &http.Client{Transport: transport}, BaseURL: "http://hub.invalid",
		SignIn: hub.SignIn, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		return err
	}
	if err := leave(); err != nil {
		return err
	}
	return fillCache(ctx, data, filling)
}

func fillCache(ctx context.Context, data string, f desktest.Filling) error {
	c, _, err := cache.Open(ctx, data)
	if err != nil {
		return err
	}
	config, err := c.Read().Config(ctx)
	if err == nil && len(config.Touchpoints) == 0 {
		err = errors.New("the practice workspace has no touchpoint")
	}
	if err == nil {
		err = c.Update(ctx, func(tx *cache.Tx) error {
			f.Now, f.TouchpointID, f.QueueID = time.Now(), config.Touchpoints[0].Id, config.Touchpoints[0].QueueId
			if f.AgentID, err = tx.Meta(ctx, cache.MetaAgent); err != nil {
				return err
			}
			_, err := desktest.Fill(ctx, tx, f)
			return err
		})
	}
	return errors.Join(err, c.Close())
}

// startBench starts Parley and the empty window in turn. The first start of each is not counted: it makes folders, and
// the files come from the disk.
func startBench(ctx context.Context, screen *desktop.Desktop, binary, empty string) (Figure, error) {
	var parley, bare []time.Duration
	for range 1 + windowStarts {
		for _, one := range []struct {
			binary string
			took   *[]time.Duration
		}{{empty, &bare}, {binary, &parley}} {
			took, err := timeStart(ctx, screen, one.binary)
			if err != nil {
				return Figure{}, fmt.Errorf("start %s: %w", filepath.Base(one.binary), err)
			}
			*one.took = append(*one.took, took)
		}
	}
	parley, bare = parley[1:], bare[1:]
	return atMost("Cold start to the list, 200,000 messages, median", percentile(parley, 50).Seconds()*1000, "ms", 1000, fmt.Sprintf(
		"empty Wails window: %.0f ms; slowest of %d: %.0f and %.0f ms",
		millis(percentile(bare, 50)), windowStarts, millis(parley[len(parley)-1]), millis(bare[len(bare)-1]))), nil
}

// timeStart starts a program on the desktop and returns how long it took until its page was ready. It then closes it as
// a person does, so that the next start finds everything in order.
func timeStart(ctx context.Context, screen *desktop.Desktop, binary string) (took time.Duration, err error) {
	output, input, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer output.Close()
	cmd := exec.Command(binary, "--practice")                                  // which the empty window does not heed
	cmd.Env = append(screen.Environment(), "WEBKIT_DISABLE_DMABUF_RENDERER=1") // as Parley sets it, also for the empty window
	cmd.Stderr = input
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	began := time.Now()
	err = cmd.Start()
	input.Close()
	if err != nil {
		return 0, err
	}
	defer func() { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }() // WebKit's helpers
	ready, ended := make(chan time.Time, 1), make(chan error, 1)
	go watchOutput(output, ready)
	go func() { ended <- cmd.Wait() }()
	select {
	case at := <-ready:
		took = at.Sub(began)
	case err := <-ended:
		return 0, fmt.Errorf("it ended before its window was ready: %w", err)
	case <-time.After(startLimit):
		err = errors.New("its window was not ready in time")
	case <-ctx.Done():
		err = ctx.Err()
	}
	_ = cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-ended:
		return took, err
	case <-time.After(startLimit):
		_ = cmd.Process.Kill()
		return 0, errors.Join(err, <-ended, errors.New("it did not close"))
	}
}

// watchOutput tells when a program said that its window is ready, and goes on reading so that it can go on talking.
func watchOutput(output *os.File, ready chan<- time.Time) {
	lines := bufio.NewScanner(output)
	for lines.Scan() {
		if at := time.Now(); strings.Contains(lines.Text(), windowReady) {
			select {
			case ready <- at:
			default: // a page that was loaded again
			}
		}
	}
}

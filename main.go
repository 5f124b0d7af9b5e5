// Command parley is the desktop application. This file is its parts list: folders, lock, hub, window.
package main

import (
	"context"
	"embed"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"parley/app"
	"parley/app/startup"
	"parley/backend/desk/hubclient"
	"parley/backend/embedded"
)

//go:embed all:frontend/dist
var dist embed.FS

//go:embed build/icon/window.png
var icon []byte

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		os.Exit(1)
	}
}

// gcPercent keeps the heap of a program that is open all day small; what it allocates in a second is little.
const gcPercent = 40

func run(args []string) error {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	flags := flag.NewFlagSet("parley", flag.ContinueOnError)
	hubURL := flags.String("hub", "", "address of the team's hub, with PARLEY_TOKEN in the environment; without it the practice workspace opens")
	minimised := flags.Bool(strings.TrimLeft(startup.Flag, "-"), false, "start with the window minimised, as at sign-in")
	if err := flags.Parse(args); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	page, err := fs.Sub(dist, "frontend/dist")
	if err != nil {
		return err
	}
	dirs, err := app.FindDirs()
	if err != nil {
		return err
	}
	lock, err := app.TakeLock(dirs)
	if errors.Is(err, app.ErrRunning) {
		return app.RaiseFirst(dirs, page)
	}
	if err != nil {
		return err
	}
	defer lock.Close()

	options := app.Options{
		Assets: page, Icon: icon, Dirs: dirs, Log: log, Hub: distantHub(*hubURL), Links: flags.Args(), Minimised: *minimised,
	}
	if *hubURL == "" {
		stop, err := practiceHub(&options)
		if err != nil {
			app.ShowFailure(err, page)
			return err
		}
		defer stop()
	}
	window, err := app.New(context.Background(), options)
	if err != nil {
		app.ShowFailure(err, page)
		return err
	}
	return window.Run()
}

// practiceHub prepares the hub that runs in this process; it works from options.Begin on. stop ends it; the window has closed by then.
func practiceHub(options *app.Options) (stop func(), err error) {
	ctx, cancel := context.WithCancel(context.Background())
	hub, err := embedded.Open(ctx, embedded.Options{
		Folder: filepath.Join(options.Dirs.Data, "hub"), Log: options.Log,
		Quiet: os.Getenv("PARLEY_QUIET") != "", // nobody writes by themselves: for tests, demonstrations and pictures
	})
	if err != nil {
		cancel()
		return nil, err
	}
	transport := hubclient.NewEmbedded(hub.Handler())
	options.Practice = hub
	options.Hub = app.Hub{HTTPClient: &http.Client{Transport: transport}, BaseURL: "http://hub.invalid", SignIn: hub.SignIn}
	begun, served := make(chan struct{}), make(chan error, 1)
	options.Begin = func() { close(begun) }
	go func() {
		select {
		case <-begun:
			served <- hub.Serve(ctx)
		case <-ctx.Done():
			served <- nil
		}
	}()
	return func() {
		transport.Close()
		cancel()
		if err := errors.Join(<-served, hub.Close()); err != nil {
			options.Log.Error("Hub ended badly", "error", err)
		}
	}, nil
}

// distantHub is a team's hub.
func distantHub(address string) app.Hub {
	return app.Hub{
		HTTPClient: &http.Client{}, BaseURL: address,
		SignIn: func(context.Context) (string, error) { return os.Getenv("PARLEY_TOKEN"), nil },
	}
}

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
	hubURL := flags.String("hub", "", "address of a hub to use instead of the workspace that was open last, with PARLEY_TOKEN in the environment")
	practice := flags.Bool("practice", false, "open the practice workspace at a first start, without asking")
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
		Assets: page, Icon: icon, Dirs: dirs, Log: log, Links: flags.Args(), Minimised: *minimised, StartPractice: *practice,
		Practice: func() (app.Hub, error) { return practiceHub(dirs, log) },
	}
	if *hubURL != "" {
		options.Hub = distantHub(*hubURL)
	}
	window, err := app.New(context.Background(), options)
	if err != nil {
		app.ShowFailure(err, page)
		return err
	}
	return window.Run()
}

// practiceHub prepares the hub that runs in this process; it works from Begin until Close.
func practiceHub(dirs app.Dirs, log *slog.Logger) (app.Hub, error) {
	ctx, cancel := context.WithCancel(context.Background())
	hub, err := embedded.Open(ctx, embedded.Options{
		Folder: filepath.Join(dirs.Data, "hub"), Log: log,
		Quiet: os.Getenv("PARLEY_QUIET") != "", // nobody writes by themselves: for tests, demonstrations and pictures
	})
	if err != nil {
		cancel()
		return app.Hub{}, err
	}
	transport := hubclient.NewEmbedded(hub.Handler())
	begun, served := make(chan struct{}), make(chan error, 1)
	go func() {
		select {
		case <-begun:
			served <- hub.Serve(ctx)
		case <-ctx.Done():
			served <- nil
		}
	}()
	return app.Hub{
		HTTPClient: &http.Client{Transport: transport}, BaseURL: "http://hub.invalid", SignIn: hub.SignIn, Practice: hub,
		Begin: func() { close(begun) },
		Close: func() {
			transport.Close()
			cancel()
			if err := errors.Join(<-served, hub.Close()); err != nil {
				log.Error("Hub ended badly", "error", err)
			}
		},
	}, nil
}

// distantHub is a team's hub.
func distantHub(address string) app.Hub {
	return app.Hub{
		HTTPClient: &http.Client{}, BaseURL: address,
		SignIn: func(context.Context) (string, error) { return os.Getenv("PARLEY_TOKEN"), nil },
	}
}

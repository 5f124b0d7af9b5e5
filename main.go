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

	"parley/app"
)

//go:embed all:frontend/dist
var dist embed.FS

//go:embed build/appicon.png
var icon []byte

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "parley:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	flags := flag.NewFlagSet("parley", flag.ContinueOnError)
	hubURL := flags.String("hub", "", "address of the team's hub, with PARLEY_TOKEN in the environment")
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

	window, err := app.New(context.Background(), app.Options{
		Assets: page, Icon: icon, Dirs: dirs, Hub: distantHub(*hubURL), Log: log,
	})
	if err != nil {
		app.ShowFailure(err, page)
		return err
	}
	return window.Run()
}

// distantHub is a hub elsewhere.
func distantHub(address string) app.Hub {
	return app.Hub{
		HTTPClient: &http.Client{}, BaseURL: address,
		SignIn: func(context.Context) (string, error) { return os.Getenv("PARLEY_TOKEN"), nil },
	}
}

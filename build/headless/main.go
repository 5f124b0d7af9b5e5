// Command headless shows Parley's page in a browser instead of a window: the page as it is shipped, over the same bound
// services, desk and practice hub, so that tests can drive it in Chromium. What Wails gives a page is given by bridge.js;
// the system's dialogs are answered by the test. It is for tests and pictures, and part of no package.
//
//	headless --page frontend/dist --home FOLDER [--hub URL | --welcome]
//
// It prints one line of JSON with its addresses and serves until its standard input ends. With --hub it is another desk
// at the hub of a first one, for the agent whose token is in PARLEY_TOKEN. With --welcome no workspace is open yet.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"parley/app"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "headless:", err)
		os.Exit(1)
	}
}

// addresses are what the one line on standard output says.
type addresses struct {
	Page       string            `json:"page"`       // with the token that opens it
	Hub        string            `json:"hub"`        // "" at somebody else's
	Phone      string            `json:"phone"`      // "" at somebody else's
	Colleagues map[string]string `json:"colleagues"` // tokens by email
}

func run() error {
	page := flag.String("page", "frontend/dist", "folder of the built page")
	home := flag.String("home", "", "folder in which everything is kept")
	hubURL := flag.String("hub", "", "address of a hub that another headless serves")
	welcome := flag.Bool("welcome", false, "begin as on a computer where nobody was yet")
	flag.Parse()
	if *home == "" {
		return errors.New("--home is needed")
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() { // whoever started this has gone when the input ends
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()

	dirs, err := folders(*home)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	way := &wire{next: http.DefaultTransport, running: map[int]context.CancelFunc{}}
	options := app.Options{Assets: os.DirFS(*page), Dirs: dirs, Log: log, Hub: distant(*hubURL)}
	said := addresses{}
	if *hubURL == "" {
		office, err := openOffice(ctx, filepath.Join(*home, "office"), log)
		if err != nil {
			return err
		}
		defer office.close()
		way.next = office.memory
		options.Hub, said = office.inMemory(), office.said
	}
	options.Hub.HTTPClient.Transport = way
	if *welcome {
		practice := options.Hub
		options.Hub, options.Practice = app.Hub{}, func() (app.Hub, error) { return practice, nil }
	}
	parley, err := app.New(ctx, options)
	if err != nil {
		return err
	}
	browser, err := newBrowser(parley, way)
	if err != nil {
		return errors.Join(err, parley.Close())
	}
	defer browser.close()
	said.Page = browser.address()
	if err := json.NewEncoder(os.Stdout).Encode(said); err != nil {
		return err
	}
	return parley.RunOn(ctx, browser)
}

func folders(home string) (app.Dirs, error) {
	if err := os.Setenv(app.HomeVariable, home); err != nil {
		return app.Dirs{}, err
	}
	return app.FindDirs()
}

func distant(address string) app.Hub {
	return app.Hub{
		HTTPClient: &http.Client{}, BaseURL: address,
		SignIn: func(context.Context) (string, error) { return os.Getenv("PARLEY_TOKEN"), nil },
	}
}

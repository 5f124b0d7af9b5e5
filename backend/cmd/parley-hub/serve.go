package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/admin"

	"github.com/gofrs/flock"
	"golang.org/x/sync/errgroup"
)

// Time-outs of the listener. There is no write time-out: it would cut watches.
const (
	headerTimeout = 10 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
)

// gcPercent lets garbage grow further than Go does by itself: a hub's live memory is small (tens of megabytes), and
// webhooks are short-lived garbage. GOGC in the environment wins.
const gcPercent = 400

// runServe serves until it is told to stop.
func runServe(ctx context.Context, c *call) error {
	set, place := c.flags("serve")
	listen := set.String("listen", "", "address to listen on (127.0.0.1:8480, with --domain :443)")
	var certificates certificates
	certificates.flags(set)
	set.BoolVar(&place.proxied, "proxied", false, "a proxy in front says in X-Forwarded-For where calls come from")
	if err := c.parse(set); err != nil {
		return err
	}
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	release, err := place.lock()
	if err != nil {
		return err
	}
	defer release()
	var flush func()
	place.tracer, flush = c.trace(ctx)
	defer flush()
	h, err := c.open(ctx, place)
	if err != nil {
		return err
	}
	defer h.Close()
	if _, err := admin.Only(ctx, h.Store); err != nil {
		return err
	}
	if err := h.CheckFiles(ctx); err != nil {
		return err
	}
	if *listen == "" {
		*listen = "127.0.0.1:8480"
		if certificates.domain != "" {
			*listen = ":443"
		}
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("the hub cannot listen on %s: %w", *listen, err)
	}
	scheme := "http"
	if certificates.domain != "" {
		config, err := place.config()
		if err != nil {
			return err
		}
		secure, obtain, err := certificates.wrap(ctx, listener, filepath.Dir(config.KeyFile), slog.New(slog.NewJSONHandler(c.stderr, nil)))
		if err == nil {
			err = obtain()
		}
		if err != nil {
			return err
		}
		listener, scheme = secure, "https"
	}
	fmt.Fprintf(c.stderr, "parley-hub: listening on %s://%s\n", scheme, listener.Addr())
	return serve(ctx, h, listener)
}

// serve answers on a listener until ctx ends: then the hub says good-bye to its desks, finishes what is under way
// and stops its workers last.
func serve(ctx context.Context, h *hub.Hub, listener net.Listener) error {
	web := &http.Server{Handler: h.Handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	group, working := errgroup.WithContext(work)
	group.Go(func() error { return h.Serve(work) })
	group.Go(func() error {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		select {
		case <-ctx.Done():
		case <-working.Done():
		}
		h.Drain()
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err := web.Shutdown(end)
		stopWork()
		return err
	})
	return group.Wait()
}

// lock keeps a second hub off a data folder. PostgreSQL needs none: hubs share it.
func (p *place) lock() (release func(), err error) {
	config, err := p.config()
	if err != nil || p.data == "" {
		return func() {}, err
	}
	file := flock.New(filepath.Join(filepath.Dir(config.Store.SQLiteFile), "hub.lock"))
	locked, err := file.TryLock()
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	if !locked {
		return nil, fmt.Errorf("another hub is running on %s", p.data)
	}
	return func() { _ = file.Unlock() }, nil
}

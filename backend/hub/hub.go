// Package hub connects a team to Meta and keeps the shared truth. This file is what a hub consists of, and in which
// order it starts and stops.
package hub

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/access"
	"parley/backend/hub/activities"
	"parley/backend/hub/admin"
	"parley/backend/hub/company"
	"parley/backend/hub/delivery"
	"parley/backend/hub/dossier"
	"parley/backend/hub/draft"
	"parley/backend/hub/erase"
	"parley/backend/hub/feed"
	"parley/backend/hub/find"
	"parley/backend/hub/here"
	"parley/backend/hub/hook"
	"parley/backend/hub/identity"
	"parley/backend/hub/inbox"
	"parley/backend/hub/ingest"
	"parley/backend/hub/lane"
	"parley/backend/hub/media"
	"parley/backend/hub/outbound"
	"parley/backend/hub/profile"
	"parley/backend/hub/routing"
	"parley/backend/hub/seal"
	"parley/backend/hub/server"
	"parley/backend/hub/store"
	"parley/backend/hub/sweep"
	"parley/backend/hub/template"
	"parley/backend/hub/touchpoint"
	"parley/backend/hub/trace"
	"parley/backend/hub/wallboard"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"golang.org/x/sync/errgroup"
)

// Config says where a hub keeps things and whom it talks to.
type Config struct {
	Store    store.Config
	KeyFile  string // seals Meta's secrets; every hub of one database needs the same
	MediaDir string // files of messages, unless Media says otherwise
	Media    media.Blobs
	Adapters []channel.Adapter
	Trusted  *outbound.Hosts  // learns the Graph hosts of touchpoints; nil when nobody wants to know
	Now      func() time.Time // the hub's clock; nil is the computer's
	Alone    bool             // it runs inside the application of the one person who uses it
	Proxied  bool             // a proxy in front says where calls come from
	Log      *slog.Logger
	Tracer   *trace.Tracer // nil: nobody follows the hub's work
}

// InFolder is the configuration of a hub that keeps everything in one folder.
func InFolder(folder string) Config {
	return Config{
		Store:    store.Config{SQLiteFile: filepath.Join(folder, "hub.db")},
		KeyFile:  filepath.Join(folder, "hub.key"),
		MediaDir: filepath.Join(folder, "media"),
	}
}

// Hub is an open hub. It answers once Serve is running.
type Hub struct {
	Store     *store.Store
	Sealer    *seal.Sealer
	Directory *touchpoint.Directory
	Access    *access.Access
	People    *admin.People
	Channels  *admin.Channels
	Letters   *admin.DeadLetters
	Company   *company.Door
	Identity  *identity.Keeper
	Feed      *feed.Feed
	Hooks     *hook.Teller
	Eraser    *erase.Eraser

	config   Config
	ingester *ingest.Ingester
	runners  []*lane.Runner
	sweeper  *sweep.Sweeper
	lister   *template.Lister
	indexer  *find.Indexer
	prober   *delivery.Prober
	router   *routing.Router
	rooms    *here.Rooms
	follower *hook.Follower
	handler  http.Handler
	stopping context.Context
	stop     context.CancelFunc
}

// New opens a hub's database and builds its parts. Close it, also after Serve.
func New(ctx context.Context, config Config) (*Hub, error) {
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	sealer, err := seal.Load(config.KeyFile, true)
	if err != nil {
		return nil, err
	}
	if config.Media == nil {
		if config.Media, err = media.OpenFolder(config.MediaDir); err != nil {
			return nil, err
		}
	}
	uploads := filepath.Join(os.TempDir(), "parley-uploads")
	if config.MediaDir != "" {
		uploads = filepath.Join(config.MediaDir, "uploads")
	}
	parts, err := media.OpenParts(uploads)
	if err != nil {
		return nil, err
	}
	s, err := store.Open(ctx, config.Store)
	if err != nil {
		return nil, err
	}
	directory := touchpoint.NewDirectory(s, sealer, config.Adapters...)
	if config.Trusted != nil {
		directory.OnReload = func(d *touchpoint.Directory) { config.Trusted.Set(d.GraphHosts()) }
	}
	if err := directory.Reload(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	h := &Hub{Store: s, Sealer: sealer, Directory: directory, config: config}
	h.stopping, h.stop = context.WithCancel(context.Background())
	h.build(config.Media, parts)
	return h, nil
}

func (h *Hub) build(blobs media.Blobs, parts *media.Parts) {
	now, log := h.config.Now, h.config.Log
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(h.Store.Collectors()...)
	h.Access = access.New(h.Store, now)
	h.Channels = &admin.Channels{Store: h.Store, Directory: h.Directory, Sealer: h.Sealer, Now: now}
	h.People = &admin.People{Store: h.Store, Access: h.Access, Now: now}
	h.Company = &company.Door{Store: h.Store, Sealer: h.Sealer, Access: h.Access, Log: log.With("part", "company")}
	h.Identity = &identity.Keeper{Store: h.Store, Sealer: h.Sealer, Now: now}
	entities := feed.NewEntities(h.Store, h.Directory)
	h.Feed = feed.New(h.Store, entities, now)
	h.Feed.Tracer = h.config.Tracer
	registry.MustRegister(h.Feed.Collectors()...)
	h.indexer = find.NewIndexer(h.Store, entities, log.With("part", "find"))
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "parley_feed_watches", Help: "Desks that follow the feed now.",
	}, func() float64 { return float64(h.Feed.Watchers()) }))
	registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "parley_ingest_waiting", Help: "Webhooks that were answered 200 and are not worked into conversations yet; -1 when the database does not say.",
	}, func() float64 {
		n, err := h.Store.Read().CountWebhooks(h.stopping)
		if err != nil {
			return -1
		}
		return float64(n)
	}))
	h.ingester = ingest.New(h.Store, h.Directory, now, log, ingest.NewMetrics(registry))
	h.ingester.Tracer = h.config.Tracer
	h.Letters = &admin.DeadLetters{Store: h.Store, Replayer: h.ingester}
	sender := &delivery.Sender{
		Store: h.Store, Directory: h.Directory, Blobs: blobs, Now: now, Log: log.With("part", "delivery"),
		Metrics: delivery.NewMetrics(registry), Tracer: h.config.Tracer,
	}
	h.prober = &delivery.Prober{Store: h.Store, Directory: h.Directory, Now: now, Log: log.With("part", "delivery")}
	fetcher := &media.Fetcher{Store: h.Store, Directory: h.Directory, Blobs: blobs, Now: now, Log: log.With("part", "media")}
	h.lister = &template.Lister{Store: h.Store, Directory: h.Directory, Now: now, Log: log.With("part", "templates")}
	asker := &profile.Asker{Store: h.Store, Directory: h.Directory, Blobs: blobs, Now: now, Log: log.With("part", "profile")}
	h.Hooks = &hook.Teller{
		Book: &hook.Book{Store: h.Store, Sealer: h.Sealer, Now: now}, Entities: entities, Public: outbound.Receivers(false), Private: outbound.Receivers(true),
		Log: log.With("part", "webhooks"), Told: hook.NewTold(registry), Patience: hook.AnswerWithin,
		Tracer: h.config.Tracer,
	}
	registry.MustRegister(hook.Collector{Store: h.Store})
	h.follower = hook.NewFollower(h.Store, now, log.With("part", "webhooks"))
	files := &media.Sweeper{Store: h.Store, Blobs: blobs, Now: time.Now, Log: log.With("part", "media")}
	h.Eraser = &erase.Eraser{Store: h.Store, Files: files, Now: now, Log: log.With("part", "erase"), Rest: erase.Rest}
	for _, work := range []struct {
		kind    string
		workers int
		handle  lane.Handler
	}{
		{delivery.LaneSend, 8, sender.Handle},
		{delivery.LaneRead, 2, sender.HandleRead},
		{ingest.LaneMedia, 4, fetcher.Handle},
		{ingest.LaneProfile, 1, asker.Handle},
		{ingest.LaneTemplates, 1, h.lister.Handle},
		{hook.LaneTell, 4, h.Hooks.Handle},
		{erase.Lane, 1, h.Eraser.Handle},
	} {
		h.runners = append(h.runners, lane.New(lane.Runner{
			Kind: work.kind, Workers: work.workers, Handle: work.handle, Store: h.Store, Now: now, Log: log.With("part", "lanes"),
		}))
	}
	h.rooms = here.New(h.Store, time.Now)
	h.router = routing.New(h.Store, now, log.With("part", "routing"), delivery.Wake)
	h.sweeper = &sweep.Sweeper{
		Store: h.Store, Now: now, Log: log.With("part", "sweep"),
		Files: files, Replayer: h.ingester,
	}
	h.handler = (&server.Server{
		Store: h.Store, Directory: h.Directory, Access: h.Access, People: h.People, Channels: h.Channels, Letters: h.Letters, Hooks: &admin.Hooks{Teller: h.Hooks, Alone: h.config.Alone}, Company: h.Company, Identity: h.Identity, Ingester: h.ingester,
		Inbox: inbox.New(h.Store, h.Directory, now), Feed: h.Feed, Here: h.rooms, Drafts: draft.New(h.Store, now), Typist: sender, Lister: h.lister,
		Finder:     &find.Finder{Store: h.Store, Entities: entities},
		Board:      wallboard.New(h.Store, now),
		Activities: activities.New(h.Store, now),
		Eraser:     h.Eraser,
		Library:    &media.Library{Store: h.Store, Blobs: blobs, Parts: parts, Now: now}, Registry: registry,
		Now: now, Log: log.With("part", "server"), Stopping: h.stopping, Proxied: h.config.Proxied, Tracer: h.config.Tracer,
	}).Handler()
}

// Handler answers everything: webhooks, calls, files, health, metrics.
func (h *Hub) Handler() http.Handler { return h.handler }

// reloadEvery is how soon a hub notices a touchpoint that was added by another process.
const reloadEvery = 2 * time.Second

// Serve works until ctx ends: takes in webhooks, delivers, fetches.
func (h *Hub) Serve(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return h.ingester.Serve(ctx) })
	for _, r := range h.runners {
		group.Go(func() error { return r.Serve(ctx) })
	}
	group.Go(func() error { return h.keepDirectory(ctx) })
	group.Go(func() error { return h.sweeper.Serve(ctx) })
	group.Go(func() error { return h.lister.Serve(ctx) })
	group.Go(func() error { return h.indexer.Serve(ctx) })
	group.Go(func() error { return h.prober.Serve(ctx) })
	group.Go(func() error { return h.router.Serve(ctx) })
	group.Go(func() error { return h.rooms.Serve(ctx) })
	group.Go(func() error { return h.follower.Serve(ctx) })
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

func (h *Hub) keepDirectory(ctx context.Context) error {
	ticker := time.NewTicker(reloadEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
			if err := h.Directory.Reload(ctx); err != nil && ctx.Err() == nil {
				h.config.Log.Error("Touchpoints not read", "error", err)
			}
		}
	}
}

// WorkIn finishes what was answered 200 and is not worked into conversations yet. Serve does so by itself.
func (h *Hub) WorkIn(ctx context.Context) error {
	if err := h.ingester.Drain(ctx); err != nil {
		return fmt.Errorf("work in webhooks: %w", err)
	}
	return nil
}

// WriteContact writes everything about a contact as a ZIP file (package dossier).
func (h *Hub) WriteContact(ctx context.Context, workspaceID, contactID string, w io.Writer) error {
	return dossier.Write(ctx, h.Store, h.config.Media, workspaceID, contactID, w)
}

// Erase erases what was asked for (Eraser.Ask), as Serve would, and returns when nothing is left. Other hubs may help.
func (h *Hub) Erase(ctx context.Context, workspaceID, id string) error {
	ctx, stop := context.WithCancel(ctx)
	group, ctx := errgroup.WithContext(ctx)
	for _, r := range h.runners {
		if r.Kind == erase.Lane {
			group.Go(func() error { return r.Serve(ctx) })
		}
	}
	group.Go(func() error { return h.indexer.Serve(ctx) })
	group.Go(func() error {
		defer stop()
		for {
			if done, err := h.Eraser.Done(ctx, workspaceID, id); done || err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(eraseLook):
			}
		}
	})
	if err := group.Wait(); err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("erase contact: %w", err)
	}
	done, err := h.Eraser.Done(context.WithoutCancel(ctx), workspaceID, id)
	if err == nil && !done {
		err = context.Canceled
	}
	return err
}

// eraseLook is how soon Erase sees that it is done.
const eraseLook = 250 * time.Millisecond

// CheckFiles reports whether the files of messages can be reached. A hub that cannot keep files should not start.
func (h *Hub) CheckFiles(ctx context.Context) error {
	err := h.config.Media.List(ctx, "00", false, func(media.Kept) error { return nil })
	if err != nil {
		return fmt.Errorf("the files of messages cannot be reached: %w", err)
	}
	return nil
}

// Drain makes the hub not ready and sends its desks away. Call it before the listeners stop.
func (h *Hub) Drain() { h.stop() }

// ClockMoved tells desks at once that the hub's clock has jumped (practice).
func (h *Hub) ClockMoved() {
	h.Feed.Wake("")
	h.router.Wake()
	for _, r := range h.runners {
		r.Wake()
	}
}

// Close closes the database.
func (h *Hub) Close() error {
	h.stop()
	if err := h.Store.Close(); err != nil {
		return fmt.Errorf("close hub: %w", err)
	}
	return nil
}

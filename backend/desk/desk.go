// Package desk is the agent's side of Parley without a window: a local cache that follows the hub, an outbox that
// carries what the agent does to it, and the decisions about what to tell. A shell calls the methods of Desk and is
// told of changes by small events; the window is one such shell, tests are another.
//
// Reads answer from the cache, at once and offline. What they return is the hub's state with the agent's own
// commands laid over it. Commands are on the disk before a method returns.
package desk

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	stdsync "sync"
	"sync/atomic"
	"time"

	"parley/backend/conversation"
	"parley/backend/desk/alerts"
	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/drafts"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
)

// Options are the parts of a Desk. Functions are called from its goroutines and must not block; nil ones are
// not called.
type Options struct {
	// Folder holds the cache, outgoing files and media. Nobody else may use it: callers hold a lock.
	Folder string
	// HTTPClient reaches the hub at BaseURL. It must have no Timeout.
	HTTPClient *http.Client
	BaseURL    string
	// SignIn gets this device's token. hubclient.ErrSignedOut says that a person has to sign in.
	SignIn func(ctx context.Context) (token string, err error)
	// Clock is clock.System when nil.
	Clock clock.Clock
	// Log is slog.Default() when nil. It gets ids, never text, names or numbers.
	Log *slog.Logger

	// Event is told what has changed.
	Event func(Event)
	// Alert carries decisions out: alerts.Show, alerts.Replace and alerts.Withdraw.
	Alert func([]alerts.Decision)
	// Revoked is told, perhaps more than once, that somebody has ended the access of this computer.
	Revoked func()
	// Counted is told what waits for the agent, when that changes.
	Counted func(Counts)
}

// Desk is one agent's desk. Its methods may be called from any goroutine while Serve runs, and before.
type Desk struct {
	options Options
	clock   clock.Clock
	log     *slog.Logger
	cache   *cache.Cache
	hub     *hubclient.Client
	sync    *sync.Sync
	outbox  *outbox.Outbox
	drafts  *drafts.Pusher
	alerter alerter
	fetches fetches
	atHub   atHub

	prefetch    prefetch
	eraser      eraser
	mediaBudget atomic.Int64
	typing      typing
	here        here
}

// Folders below Options.Folder.
const (
	outgoingFolder = "outgoing"
	mediaFolder    = "media"
)

// attachmentsKeptFor is how long a file that nothing needs any more is kept, in case a window still shows it.
const attachmentsKeptFor = 24 * time.Hour

// Open opens the desk below options.Folder; Serve makes it work. A damaged cache is replaced, with drafts and
// outbox recovered from it.
func Open(ctx context.Context, options Options) (*Desk, error) {
	d := &Desk{options: options, clock: options.Clock, log: options.Log}
	if d.clock == nil {
		d.clock = clock.System
	}
	if d.log == nil {
		d.log = slog.Default()
	}
	d.fetches.init()
	d.prefetch.init()
	d.eraser.init()
	d.mediaBudget.Store(DefaultMediaBudget)
	d.alerter.init(d.clock)
	d.here.wakes, d.here.colleagues = make(chan struct{}, 1), map[string][]Colleague{}
	for _, folder := range []string{outgoingFolder, mediaFolder} {
		if err := os.MkdirAll(filepath.Join(options.Folder, folder), 0o700); err != nil {
			return nil, fmt.Errorf("make desk folder: %w", err)
		}
	}
	kept, opened, err := cache.Open(ctx, options.Folder)
	if err != nil {
		return nil, fmt.Errorf("open desk: %w", err)
	}
	if opened.SetAside != "" {
		d.log.WarnContext(ctx, "Damaged cache was replaced", "setAside", opened.SetAside,
			"drafts", opened.Drafts, "commands", opened.Commands)
	}
	d.cache = kept
	d.hub = hubclient.New(options.HTTPClient, options.BaseURL, options.SignIn)
	d.sync, err = sync.New(ctx, sync.Options{
		Hub: d.hub, Cache: kept, Clock: d.clock, Log: d.log,
		Changed: d.applied, ConnectionChanged: d.connectionChanged, HereChanged: d.hereChanged, KeptSinceMs: d.keptSinceMs,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open desk: %w", err), kept.Close())
	}
	d.outbox = outbox.New(outbox.Options{
		Hub: d.hub, Cache: kept, Clock: d.clock, Log: d.log,
		HubNowMs: d.sync.HubNowMs, Reachable: d.reachable, FilePath: d.outgoingPath,
		Uploaded: d.uploaded, Changed: d.commandsChanged,
	})
	device, err := d.deviceID(ctx)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open desk: %w", err), kept.Close())
	}
	d.drafts = drafts.New(drafts.Options{
		Hub: d.hub, Cache: kept, Clock: d.clock, Log: d.log, DeviceID: device,
		HubNowMs: d.sync.HubNowMs, Reachable: d.reachable, Focused: d.focused, FilePath: d.outgoingPath,
		Uploaded: d.uploaded, Changed: d.draftChanged,
	})
	d.tidy(ctx)
	return d, nil
}

// Serve keeps the desk current and carries commands out until ctx ends. It returns when all its work has ended.
func (d *Desk) Serve(ctx context.Context) error {
	var running stdsync.WaitGroup
	for _, part := range []struct {
		name  string
		serve func(context.Context) error
	}{
		{"sync", d.sync.Serve}, {"outbox", d.outbox.Serve}, {"drafts", d.drafts.Serve}, {"alerts", d.serveAlerts},
		{"history", d.sync.ServeHistory}, {"keeping", d.serveKeeping},
		{"index", d.serveIndex}, {"prefetch", d.servePrefetch}, {"here", d.serveHere}, {"erase", d.serveErasing},
	} {
		running.Go(func() { d.keepServing(ctx, part.name, part.serve) })
	}
	running.Wait()
	return nil
}

// restartAfter is how long a part that broke down is left alone.
const restartAfter = time.Second

// keepServing runs a part until ctx ends. One that panics or gives up is started again: an agent can go on with what
// the others do.
func (d *Desk) keepServing(ctx context.Context, name string, serve func(context.Context) error) {
	for {
		err := func() (err error) {
			defer func() {
				if value := recover(); value != nil {
					err = fmt.Errorf("panic: %v\n%s", value, debug.Stack())
				}
			}()
			return serve(ctx)
		}()
		if ctx.Err() != nil {
			return
		}
		d.log.ErrorContext(ctx, "Part of the desk broke down", "part", name, "error", err)
		if clock.Sleep(ctx, d.clock, restartAfter) != nil {
			return
		}
	}
}

// Close closes the cache. Call it after Serve has returned.
func (d *Desk) Close() error {
	d.fetches.wait()
	return d.cache.Close()
}

// HubNowMs is the hub's time in Unix milliseconds UTC, which session windows follow.
func (d *Desk) HubNowMs() int64 { return d.sync.HubNowMs() }

// reachable reports whether the hub is thought to be there.
func (d *Desk) reachable() bool {
	switch d.sync.Connection().State {
	case sync.Offline, sync.SignedOut:
		return false
	default:
		return true
	}
}

// deviceID is what this computer calls itself at the hub.
func (d *Desk) deviceID(ctx context.Context) (id string, err error) {
	if id, err = d.cache.Read().Meta(ctx, cache.MetaDevice); err != nil || id != "" {
		return id, err
	}
	id = conversation.NewID()
	return id, d.cache.UpdateDurably(ctx, func(tx *cache.Tx) error { return tx.SetMeta(ctx, cache.MetaDevice, id) })
}

// emptyDraftsKeptFor is how long it is remembered that a draft was emptied. The hub knows it by then.
const emptyDraftsKeptFor = 24 * time.Hour

// tidy removes what nothing needs. What fails is tried again at the next start.
func (d *Desk) tidy(ctx context.Context) {
	if err := d.tidyErased(ctx); err != nil {
		d.log.WarnContext(ctx, "Erased files were not removed", "error", err)
	}
	tooOld := d.HubNowMs() - alertsKeptFor.Milliseconds()
	if err := d.cache.Update(ctx, func(tx *cache.Tx) error { return tx.DropAlerts(ctx, tooOld) }); err != nil {
		d.log.WarnContext(ctx, "Old decisions about alerts were not dropped", "error", err)
	}
	if err := d.cache.Update(ctx, func(tx *cache.Tx) error {
		return tx.DropEmptyDrafts(ctx, d.HubNowMs()-emptyDraftsKeptFor.Milliseconds())
	}); err != nil {
		d.log.WarnContext(ctx, "Empty drafts were not forgotten", "error", err)
	}
	unused, err := d.cache.Read().UnusedAttachments(ctx, d.HubNowMs()-attachmentsKeptFor.Milliseconds())
	if err != nil {
		d.log.WarnContext(ctx, "Unused attachments could not be listed", "error", err)
		return
	}
	for _, id := range unused {
		if err := d.RemoveAttachment(ctx, id); err != nil {
			d.log.WarnContext(ctx, "Unused attachment was not removed", "attachment", id, "error", err)
		}
	}
}

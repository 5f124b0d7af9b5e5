package desk_test

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/desktest"
	"parley/backend/desk/hubclient"
	deskfeed "parley/backend/desk/sync"
)

// Sizes of a desk after a busy quarter.
const (
	benchMessages      = 200_000
	benchConversations = 2_000
)

// BenchmarkDesk measures what an agent feels with a full cache: start to the first lists, opening a thread, search.
func BenchmarkDesk(b *testing.B) {
	folder := b.TempDir()
	ids := fill(b, folder)
	wire := hubclient.NewEmbedded(http.NotFoundHandler())
	b.Cleanup(wire.Close)
	open := func(b *testing.B) *desk.Desk {
		d, err := desk.Open(b.Context(), desk.Options{
			Folder: folder, HTTPClient: &http.Client{Transport: wire}, BaseURL: "http://hub",
			SignIn: desktest.New().SignIn, Log: slog.New(slog.DiscardHandler),
		})
		if err != nil {
			b.Fatal(err)
		}
		return d
	}

	b.Run("cold_start", func(b *testing.B) {
		for b.Loop() {
			d := open(b)
			lists, err := d.Lists(b.Context())
			if err != nil || len(lists.Inbox) == 0 || len(lists.Mine) == 0 {
				b.Fatal(len(lists.Inbox), len(lists.Mine), err)
			}
			b.StopTimer()
			if err := d.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})

	b.Run("start_after_crash", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			crashed := b.TempDir()
			c, _, err := cache.Open(b.Context(), folder)
			if err != nil {
				b.Fatal(err)
			}
			copyFolder(b, folder, crashed) // in use, as a killed process leaves it
			if err := c.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
			d, err := desk.Open(b.Context(), desk.Options{
				Folder: crashed, HTTPClient: &http.Client{Transport: wire}, BaseURL: "http://hub",
				SignIn: desktest.New().SignIn, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				b.Fatal(err)
			}
			b.StopTimer()
			if err := d.Close(); err != nil {
				b.Fatal(err)
			}
			b.StartTimer()
		}
	})

	d := open(b)
	defer d.Close()
	b.Run("open_thread", func(b *testing.B) {
		var took []time.Duration
		for b.Loop() {
			begun := time.Now()
			page, err := d.OpenThread(b.Context(), ids[rand.IntN(len(ids))], 50)
			if err != nil || len(page.Messages) == 0 {
				b.Fatal(len(page.Messages), err)
			}
			took = append(took, time.Since(begun))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[len(took)*95/100].Microseconds())/1000, "p95-ms")
	})
	b.Run("search_thread", func(b *testing.B) {
		for b.Loop() {
			if _, err := d.SearchThread(b.Context(), ids[rand.IntN(len(ids))], "reservacao conf"); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// fill makes a cache with conversations of very different length.
func fill(b *testing.B, folder string) (ids []string) {
	ctx := b.Context()
	c, _, err := cache.Open(ctx, folder)
	if err != nil {
		b.Fatal(err)
	}
	defer c.Close()
	err = c.Update(ctx, func(tx *cache.Tx) error {
		if err := tx.SetMeta(ctx, cache.MetaAgent, desktest.AgentID); err != nil {
			return err
		}
		ids, err = desktest.Fill(ctx, tx, desktest.Filling{
			AgentID: desktest.AgentID, TouchpointID: desktest.TouchpointID, QueueID: desktest.QueueID, Now: time.Now(),
			Conversations: benchConversations, Assigned: benchConversations / 8, Queued: benchConversations / 8,
			Messages: benchMessages / benchConversations, MessagesOfFirst: 5_000,
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return ids
}

// BenchmarkCatchUp measures the return of a desk that missed 5,000 messages, and for how long a draft that is saved
// meanwhile waits for the cache's only writer.
func BenchmarkCatchUp(b *testing.B) {
	const conversations, messages = 60, 5_000
	for b.Loop() {
		b.StopTimer()
		hub := desktest.New()
		var ids []string
		for range conversations {
			ids = append(ids, hub.Begin("Ana"))
		}
		wire := hubclient.NewEmbedded(hub.Handler())
		folder := b.TempDir()
		open := func() (d *desk.Desk, stop func()) {
			d, err := desk.Open(b.Context(), desk.Options{
				Folder: folder, HTTPClient: &http.Client{Transport: wire}, BaseURL: "http://hub", SignIn: hub.SignIn, Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				b.Fatal(err)
			}
			ctx, cancel := context.WithCancel(b.Context())
			ended := make(chan struct{})
			go func() { defer close(ended); _ = d.Serve(ctx) }()
			return d, func() {
				cancel()
				<-ended
				if err := d.Close(); err != nil {
					b.Fatal(err)
				}
			}
		}
		d, stop := open()
		if _, err := d.Refresh(b.Context()); err != nil {
			b.Fatal(err)
		}
		stop()
		for i := range messages {
			hub.Write(ids[i%conversations], "a message of some length, as people write them when they have a question")
		}
		b.StartTimer()
		begun := time.Now()
		d, stop = open()
		var waits []time.Duration
		var connection desk.Connection
		for connection.State != deskfeed.Live {
			time.Sleep(5 * time.Millisecond)
			saving := time.Now()
			if err := d.SaveDraft(b.Context(), cache.Draft{ConversationID: ids[0], Text: saving.String()}); err != nil {
				b.Fatal(err)
			}
			waits = append(waits, time.Since(saving))
			var err error
			if connection, err = d.Connection(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
		took := time.Since(begun)
		b.StopTimer()
		stop()
		wire.Close()
		if connection.NewMessages != messages || connection.Gaps != 0 {
			b.Fatalf("%+v", connection)
		}
		slices.Sort(waits)
		b.ReportMetric(float64(took.Milliseconds()), "catch-up-ms")
		b.ReportMetric(float64(waits[len(waits)-1].Microseconds())/1000, "draft-save-max-ms")
		b.ReportMetric(float64(waits[len(waits)*95/100].Microseconds())/1000, "draft-save-p95-ms")
		b.StartTimer()
	}
}

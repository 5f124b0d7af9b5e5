package ingest_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/ingest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"

	"github.com/prometheus/client_golang/prometheus"
)

// leave keeps a signed webhook as a hub that dies before it works it in.
func (d *door) leave(t *testing.T, hubID string, receivedMs int64, body []byte) {
	t.Helper()
	if err := d.Store.KeepWebhooks(t.Context(), []db.Webhook{{
		HubID: hubID, ID: conversation.NewID(), WorkspaceID: d.ID, TouchpointID: d.WhatsApp.ID, Channel: string(whatsApp),
		Body: body, ReceivedMs: receivedMs,
	}}); err != nil {
		t.Fatal(err)
	}
}

func (d *door) waiting(t *testing.T) int64 {
	t.Helper()
	n, err := d.Store.Read().CountWebhooks(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// eventually waits for what a hub does by itself.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within 20 s: %s", what)
		}
	}
}

func TestKept(t *testing.T) {
	t.Parallel()
	t.Run("what_a_hub_answered_200_before_it_died_arrives_with_the_next_one", func(t *testing.T) {
		onEach(t, func(t *testing.T, d *door) {
			who := somebody()
			d.leave(t, "a hub that was killed", hubtest.Start-time.Minute.Milliseconds(), encode(webhook(text(who, "wamid.1", hubtest.Start, "hi"))))
			eventually(t, "the message is in a conversation", func() bool { return d.conversations(t, who) != nil })
			if n := d.waiting(t); n != 0 {
				t.Errorf("%d webhooks are still kept", n)
			}
			if thread := d.Thread(t, d.only(t, who).ID); len(thread) != 1 {
				t.Errorf("%d messages of one", len(thread))
			}
		})
	})
	t.Run("a_hub_leaves_another_one_time_for_its_own", func(t *testing.T) {
		d := open(t, storetest.Open(t, "postgres"))
		who := somebody()
		d.leave(t, "a hub that is busy", hubtest.Start, encode(webhook(text(who, "wamid.1", hubtest.Start, "hi"))))
		time.Sleep(1500 * time.Millisecond) // it has looked once
		if d.waiting(t) != 1 {
			t.Fatal("the webhook of a living hub was taken at once")
		}
		d.Advance(time.Minute)
		eventually(t, "the other hub takes it over", func() bool { return d.waiting(t) == 0 && d.conversations(t, who) != nil })
	})
	t.Run("several_that_wait_are_worked_in_once_by_hubs_that_take_them_over_together", func(t *testing.T) {
		config := storetest.Config(t, "postgres")
		first, err := store.Open(t.Context(), config)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = first.Close() })
		w := hubtest.New(t, first, 1, hubtest.Channels()...)
		d, other := another(t, w), another(t, w.Elsewhere(t, first))
		who := somebody()
		for n := range 200 {
			d.leave(t, "a hub that was killed", hubtest.Start-time.Hour.Milliseconds(),
				encode(webhook(text(who, "wamid."+who.phone+"."+string(rune('a'+n%26))+string(rune('a'+n/26)), hubtest.Start+int64(n), "hi"))))
		}
		d.settle(t)
		other.settle(t)
		eventually(t, "nothing waits", func() bool { return d.waiting(t) == 0 })
		if thread := d.Thread(t, d.only(t, who).ID); len(thread) != 200 {
			t.Errorf("%d messages of 200", len(thread))
		}
	})
}

// poisonous is a channel that lets something through that PostgreSQL does not store.
type poisonous struct{ channel.Adapter }

func (p poisonous) Parse(body []byte) (channel.Batch, error) {
	batch, err := p.Adapter.Parse(body)
	for _, e := range batch.Events {
		if e.Message != nil && e.Message.Content.Text == "poison" {
			e.Message.From.UserID += "\x00"
		}
	}
	return batch, err
}

// A webhook that no transaction takes must not stop the others, and must not be lost.
func TestGiveUp(t *testing.T) {
	t.Parallel()
	adapters := hubtest.Channels()
	adapters[0] = poisonous{adapters[0]}
	d := another(t, hubtest.New(t, storetest.Open(t, "postgres"), 1, adapters...))
	body := encode(webhook(text(somebody(), "wamid.strange", hubtest.Start, "poison")))
	who := somebody()
	if err := d.in.Accept(t.Context(), whatsApp, body, graph.Sign(body, hubtest.AppSecret)); err != nil {
		t.Fatal(err)
	}
	next := encode(webhook(text(who, "wamid.1", hubtest.Start, "hi")))
	if err := d.in.Accept(t.Context(), whatsApp, next, graph.Sign(next, hubtest.AppSecret)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nothing waits", func() bool { return d.waiting(t) == 0 })
	d.only(t, who)
	if letters := d.deadLetters(t); len(letters) != 1 || letters[0].Body != string(body) {
		t.Errorf("dead letters: %+v", letters)
	}
}

func TestTouchpointGone(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		body := encode(webhook(text(somebody(), "wamid.1", hubtest.Start, "hi")))
		if err := d.Store.KeepWebhooks(t.Context(), []db.Webhook{{
			HubID: "a hub that was killed", ID: conversation.NewID(), WorkspaceID: d.ID, TouchpointID: conversation.NewID(),
			Channel: string(whatsApp), Body: body, ReceivedMs: hubtest.Start - time.Hour.Milliseconds(),
		}}); err != nil {
			t.Fatal(err)
		}
		d.settle(t)
		if letters := d.deadLetters(t); len(letters) != 1 || letters[0].Body != string(body) {
			t.Errorf("dead letters: %+v", letters)
		}
	})
}

func TestStopped(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t, "sqlite"))
	in := ingest.New(d.Store, d.Directory, d.Now, slog.New(slog.DiscardHandler), ingest.NewMetrics(prometheus.NewRegistry()))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_ = in.Serve(ctx)
	raw := encode(webhook(text(somebody(), "wamid.1", hubtest.Start, "hi")))
	if err := in.Accept(t.Context(), whatsApp, raw, graph.Sign(raw, hubtest.AppSecret)); err == nil || errors.Is(err, ingest.ErrSignature) {
		t.Errorf("a hub that has stopped promised to keep a webhook: %v", err)
	}
}

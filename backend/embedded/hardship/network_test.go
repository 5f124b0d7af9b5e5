package hardship_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	gosync "sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

// usualStep is by how much the desk's clock moves every 5 ms: twenty times as fast as clocks do.
const usualStep = 100 * time.Millisecond

// wire is a desk with a network that can be spoilt between it and its hub.
type wire struct {
	*office
	*desk.Desk
	proxy *toxiproxy.Proxy
	clock *clock.Fake
	step  atomic.Int64
}

func openWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{office: openOffice(t)}
	w.proxy = toxiproxy.NewProxy(
		toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop()), "hub", "127.0.0.1:0", strings.TrimPrefix(w.web.URL, "http://"))
	w.restore()
	t.Cleanup(w.proxy.Stop)
	// The second start must get the address of the first one: the desk knows no other.
	address := w.proxy.Listen

	w.clock = clock.NewFake(time.Now())
	w.step.Store(int64(usualStep))
	ctx, stop := context.WithCancel(context.Background())
	var running gosync.WaitGroup
	running.Go(func() {
		ticker := time.NewTicker(5 * time.Millisecond)
		defer ticker.Stop()
		for ctx.Err() == nil {
			<-ticker.C
			w.clock.Advance(time.Duration(w.step.Load()))
		}
	})
	var err error
	w.Desk, err = desk.Open(ctx, desk.Options{
		Folder: t.TempDir(), HTTPClient: &http.Client{Transport: &http.Transport{}}, BaseURL: "http://" + address,
		Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		SignIn: func(context.Context) (string, error) { return w.token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	running.Go(func() { _ = w.Desk.Serve(ctx) })
	t.Cleanup(func() {
		stop()
		running.Wait()
		if err := w.Desk.Close(); err != nil {
			t.Error(err)
		}
	})
	return w
}

func (w *wire) cut() { w.proxy.Stop() }

func (w *wire) restore() {
	w.t.Helper()
	if err := w.proxy.Start(); err != nil {
		w.t.Fatal(err)
	}
}

// poison adds a toxic in both directions; the returned function takes it away.
func (w *wire) poison(kind, attributes string) (heal func()) {
	w.t.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		_, err := w.proxy.Toxics.AddToxicJson(strings.NewReader(fmt.Sprintf(
			`{"name":"%s %s","type":"%s","stream":"%s","toxicity":1,"attributes":%s}`, kind, stream, kind, stream, attributes)))
		if err != nil {
			w.t.Fatal(err)
		}
	}
	return func() {
		for _, stream := range []string{"upstream", "downstream"} {
			if err := w.proxy.Toxics.RemoveToxic(context.Background(), kind+" "+stream); err != nil {
				w.t.Fatal(err)
			}
		}
	}
}

func (w *wire) state() desk.Connection {
	w.t.Helper()
	connection, err := w.Connection(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return connection
}

func (w *wire) live() {
	w.t.Helper()
	w.until("live", func() bool { return w.state().State == sync.Live })
}

// here waits until conversations are in the cache, as the agent's.
func (w *wire) here(people []contact) {
	w.t.Helper()
	w.live()
	w.until("the conversations are here", func() bool {
		for _, c := range people {
			rows, err := w.Conversations(w.t.Context(), []string{c.conversationID})
			if err != nil || len(rows) != 1 || rows[0].Status != "assigned" {
				return false
			}
		}
		return true
	})
}

// texts are what a conversation shows, in its order.
func (w *wire) texts(conversationID string) []string {
	w.t.Helper()
	page, err := w.OpenThread(w.t.Context(), conversationID, 500)
	if err != nil {
		w.t.Fatal(err)
	}
	var texts []string
	for _, m := range page.Messages {
		if text := m.GetContent().GetText(); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// send is what an agent does who has the conversation before them: it names the last message that is shown.
func (w *wire) send(c contact, text string) {
	w.t.Helper()
	page, err := w.OpenThread(w.t.Context(), c.conversationID, 50)
	if err != nil {
		w.t.Fatal(err)
	}
	seen := ""
	for _, m := range page.Messages {
		if m.No > 0 { // the hub's
			seen = m.Id
		}
	}
	if _, err := w.Send(w.t.Context(), cache.Draft{ConversationID: c.conversationID, Text: text}, seen); err != nil {
		w.t.Fatal(err)
	}
}

// Whatever the network does, the agent goes on reading, searching and writing; afterwards everything is there, once and in
// order, and the desk says truly what it has checked.
func TestNetwork(t *testing.T) {
	t.Run("slow and uneven", func(t *testing.T) {
		w := openWire(t)
		people := w.assigned(1)
		w.here(people)
		heal := w.poison("latency", `{"latency":300,"jitter":250}`)
		defer heal()
		want := []string{"one", "two", "three", "four", "five"}
		for _, text := range want {
			w.send(people[0], text)
		}
		w.until("all arrived", func() bool { return len(w.arrived(people[0])) == len(want) })
		if got := w.arrived(people[0]); !slices.Equal(got, want) {
			t.Errorf("arrived: %q", got)
		}
	})

	t.Run("cut again and again", func(t *testing.T) {
		w := openWire(t)
		people := w.assigned(3)
		w.here(people)
		var want []string
		for n := range 12 {
			text := fmt.Sprint("message ", n)
			want = append(want, text)
			w.send(people[n%2], text)
			if n%2 == 1 {
				w.cut()
				w.writes(people[2], fmt.Sprint("meanwhile ", n))
				w.restore()
			}
		}
		for i, c := range people[:2] {
			var mine []string
			for n := i; n < len(want); n += 2 {
				mine = append(mine, want[n])
			}
			w.until("all arrived", func() bool { return len(w.arrived(c)) >= len(mine) })
			if got := w.arrived(c); !slices.Equal(got, mine) {
				t.Errorf("arrived: %q", got)
			}
		}
		w.until("what was written meanwhile is here", func() bool { return slices.Contains(w.texts(people[2].conversationID), "meanwhile 11") })
	})

	t.Run("half open: connected, and nothing comes through", func(t *testing.T) {
		w := openWire(t)
		people := w.assigned(2)
		w.here(people)
		heal := w.poison("timeout", `{"timeout":0}`)
		w.writes(people[0], "never mind, I have found it")
		w.until("the silence is noticed", func() bool { return w.state().State == sync.Offline })
		w.send(people[0], "Where did you lose it?")
		w.send(people[1], "Good news")
		if got := w.state().Waiting; got != 2 {
			t.Errorf("%d commands wait", got)
		}
		heal()
		w.live()
		w.until("the news is through", func() bool { return len(w.arrived(people[1])) == 1 })
		// The agent has not read what the contact wrote meanwhile: the answer is theirs to send or not.
		w.until("the answer is a draft again", func() bool {
			draft, err := w.Draft(t.Context(), people[0].conversationID)
			return err == nil && draft.Text == "Where did you lose it?"
		})
		if !slices.Contains(w.texts(people[0].conversationID), "never mind, I have found it") || len(w.arrived(people[0])) != 0 {
			t.Errorf("shown: %q, arrived: %q", w.texts(people[0].conversationID), w.arrived(people[0]))
		}
	})

	t.Run("an hour without the hub", func(t *testing.T) {
		w := openWire(t)
		people := w.assigned(3)
		w.writes(people[0], "the code is Ætna-42")
		w.here(people)
		w.until("the code is here", func() bool { return slices.Contains(w.texts(people[0].conversationID), "the code is Ætna-42") })

		w.cut()
		w.until("offline is said", func() bool { return w.state().State == sync.Offline })
		began := w.clock.Now()
		w.step.Store(int64(12 * time.Second))
		for n := range 5 {
			w.writes(people[1], fmt.Sprint("are you there? ", n))
		}
		if hits, err := w.SearchThread(t.Context(), people[0].conversationID, "CODE"); err != nil || len(hits.Hits) != 1 {
			t.Errorf("search: %v, %v", hits, err)
		}
		for _, text := range []string{"first", "second", "third"} {
			w.send(people[0], text)
		}
		if outcome, err := w.SaveNote(t.Context(), people[0].conversationID, "", "called back"); err != nil || outcome.State != outbox.Waiting {
			t.Errorf("note: %+v, %v", outcome, err)
		}
		if err := w.SaveDraft(t.Context(), cache.Draft{ConversationID: people[2].conversationID, Text: "half a sen"}); err != nil {
			t.Error(err)
		}
		if outcome, err := w.Assign(t.Context(), people[2].conversationID); err != nil || outcome.Refusal.GetCode() != outbox.CodeOffline {
			t.Errorf("an Assign without the hub: %+v, %v", outcome, err)
		}
		if got := w.texts(people[0].conversationID); !slices.Equal(got[len(got)-3:], []string{"first", "second", "third"}) {
			t.Errorf("the thread shows %q", got)
		}
		w.until("an hour has passed", func() bool { return w.clock.Now().Sub(began) >= time.Hour })
		if state := w.state(); state.State != sync.Offline || state.Waiting != 4 {
			t.Errorf("after an hour: %+v", state)
		}

		w.step.Store(int64(usualStep))
		w.restore()
		if _, err := w.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.live()
		if state := w.state(); state.CheckedConversations != 3 || state.NewMessages != 5 {
			t.Errorf("the strip says %d conversations checked, %d new messages", state.CheckedConversations, state.NewMessages)
		}
		w.until("what was written offline has arrived", func() bool { return len(w.arrived(people[0])) == 3 && w.state().Waiting == 0 })
		if got := w.arrived(people[0]); !slices.Equal(got, []string{"first", "second", "third"}) {
			t.Errorf("arrived: %q", got)
		}
		if draft, err := w.Draft(t.Context(), people[2].conversationID); err != nil || draft.Text != "half a sen" {
			t.Errorf("draft: %+v, %v", draft, err)
		}
	})
}

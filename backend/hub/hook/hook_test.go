package hook_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/feed"
	"parley/backend/hub/hook"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/lane"
	"parley/backend/hub/outbound"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"

	"github.com/prometheus/client_golang/prometheus"
	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// told is an event as a receiver got it.
type told struct {
	ID   string `json:"id"`
	Type string `json:"type"`
	Data struct {
		ID             string `json:"id"`
		ConversationID string `json:"conversationId"`
		No             string `json:"no"`
		Preview        string `json:"preview"`
	} `json:"data"`
}

// receiver is somebody's program, which takes what a real library has verified. answer decides what becomes of an event; nil takes it.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	secret string
	answer func(w http.ResponseWriter, e told) bool
	taken  []told
	asked  int
}

func receive(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		body, _ := io.ReadAll(request.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.asked++
		checker, err := standardwebhooks.NewWebhook(r.secret)
		if err != nil {
			t.Error(err)
			return
		}
		if err := checker.Verify(body, request.Header); err != nil {
			http.Error(w, "not signed", http.StatusUnauthorized)
			return
		}
		var e told
		if err := json.Unmarshal(body, &e); err != nil || e.ID != request.Header.Get("Webhook-Id") {
			t.Errorf("%s: %v", body, err)
		}
		if r.answer == nil || r.answer(w, e) {
			r.taken = append(r.taken, e)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

// set changes how a receiver answers.
func (r *receiver) set(answer func(w http.ResponseWriter, e told) bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.answer = answer
}

func (r *receiver) all() []told {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.taken)
}

// ids are the entities that were told, in order, with repeats.
func (r *receiver) ids() (ids []string) {
	for _, e := range r.all() {
		ids = append(ids, e.Data.ID)
	}
	return ids
}

func refuse(w http.ResponseWriter, _ told) bool {
	w.WriteHeader(http.StatusInternalServerError)
	return false
}

// office is a workspace whose hub tells hooks.
type office struct {
	*hubtest.Workspace
	t      *testing.T
	teller *hook.Teller
}

func open(t *testing.T, engine string) *office {
	t.Helper()
	w := hubtest.New(t, storetest.Open(t, engine), 1, hubtest.Channels()...)
	o := &office{Workspace: w, t: t}
	o.teller = o.hub()
	return o
}

// hub runs what a hub does for hooks until the test ends.
func (o *office) hub() *hook.Teller {
	o.t.Helper()
	log := slog.New(slog.DiscardHandler)
	teller := &hook.Teller{
		Book: &hook.Book{Store: o.Store, Sealer: o.Sealer, Now: o.Now}, Entities: feed.NewEntities(o.Store, o.Directory),
		Public: outbound.Receivers(false), Private: outbound.Receivers(true), Log: log, Told: hook.NewTold(prometheus.NewRegistry()), Patience: time.Second,
	}
	follower := hook.NewFollower(o.Store, o.Now, log)
	runner := lane.New(lane.Runner{Kind: hook.LaneTell, Workers: 4, Handle: teller.Handle, Store: o.Store, Now: o.Now, Log: log})
	var group sync.WaitGroup
	group.Go(func() { _ = follower.Serve(o.t.Context()) })
	group.Go(func() { _ = runner.Serve(o.t.Context()) })
	o.t.Cleanup(func() { // the test's context has ended
		group.Wait()
		teller.Public.CloseIdleConnections()
		teller.Private.CloseIdleConnections()
	})
	return teller
}

func (o *office) add(r *receiver, change func(*hook.Settings)) db.Hook {
	o.t.Helper()
	s := hook.Settings{Name: "CRM", Address: r.URL, Private: true, Tells: []string{hook.Messages}}
	if change != nil {
		change(&s)
	}
	_, secret, err := o.teller.Book.Add(o.t.Context(), o.Agents[0], s)
	o.must(err)
	r.secret = secret
	return o.hook()
}

func (o *office) hook() db.Hook {
	o.t.Helper()
	h, err := o.teller.Book.Find(o.t.Context(), o.ID, "CRM")
	o.must(err)
	return h
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

// write adds a message of the contact to a conversation and returns its id.
func (o *office) write(c db.Conversation, no int64) string {
	o.t.Helper()
	m := db.Message{
		WorkspaceID: o.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: c.ContactID, No: no,
		Direction: "in", Kind: "text", SentMs: o.NowMs(), CreatedMs: o.NowMs(), Content: `{"kind":"text","text":"more"}`, ProviderID: conversation.NewID(), Version: 1,
	}
	_, err := o.Store.InTx(o.t.Context(), o.ID, func(tx *store.Tx) error {
		tx.Changed(store.TypeMessage, m.ID)
		return tx.Write(o.t.Context(), store.Rows{Messages: []db.Message{m}})
	})
	o.must(err)
	return m.ID
}

// until waits for something while hours of the hub's clock pass, an hour each step, so that no rest holds it up.
func (o *office) until(what string, step time.Duration, done func() bool) {
	o.t.Helper()
	for deadline := time.Now().Add(30 * time.Second); !done(); {
		if time.Now().After(deadline) {
			o.t.Fatalf("it never came that %s", what)
		}
		o.Advance(step)
		time.Sleep(20 * time.Millisecond)
	}
}

func onEach(t *testing.T, test func(t *testing.T, o *office)) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) { test(t, open(t, engine)) })
	}
}

// Whatever a receiver does, it is told everything, and of each conversation in order.
func TestTold(t *testing.T) {
	for name, answer := range map[string]func() func(http.ResponseWriter, told) bool{
		"who takes it": func() func(http.ResponseWriter, told) bool { return nil },
		"who fails now and then": func() func(http.ResponseWriter, told) bool {
			n := 0
			return func(w http.ResponseWriter, e told) bool {
				if n++; n%3 != 0 {
					return refuse(w, e)
				}
				return true
			}
		},
		"whose answer is lost": func() func(http.ResponseWriter, told) bool {
			seen := map[string]bool{}
			return func(_ http.ResponseWriter, e told) bool {
				if !seen[e.ID] {
					seen[e.ID] = true
					panic(http.ErrAbortHandler) // taken, and nobody hears of it
				}
				return true
			}
		},
		"who is too slow at first": func() func(http.ResponseWriter, told) bool {
			slow := 2
			return func(_ http.ResponseWriter, _ told) bool {
				if slow--; slow >= 0 {
					time.Sleep(1200 * time.Millisecond)
					return false
				}
				return true
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			onEach(t, func(t *testing.T, o *office) {
				o.hub() // another one, beside the first
				r := receive(t)
				r.set(answer())
				o.add(r, nil)
				want := map[string][]string{}
				for range 3 {
					c := o.Conversation(t, nil)
					want[c.ID] = []string{c.LastMessageID}
					for no := range int64(2) {
						want[c.ID] = append(want[c.ID], o.write(c, no+2))
					}
				}
				o.until("all is told", time.Second, func() bool {
					ids := r.ids()
					slices.Sort(ids)
					return len(slices.Compact(ids)) >= 9 // some come twice
				})
				got, ids := map[string][]string{}, map[string]bool{}
				for _, e := range r.all() {
					if e.Type != "message.changed" {
						t.Errorf("told %s", e.Type)
					}
					if !ids[e.ID] {
						got[e.Data.ConversationID] = append(got[e.Data.ConversationID], e.Data.ID)
					}
					ids[e.ID] = true
				}
				for id, messages := range want {
					if !slices.Equal(got[id], messages) {
						t.Errorf("told %v, not %v", got[id], messages)
					}
				}
				o.until("the log tells of all", time.Second, func() bool {
					attempts, err := o.teller.Book.Attempts(t.Context(), o.hook(), 1000)
					o.must(err)
					taken := slices.DeleteFunc(attempts, func(a db.HookAttempt) bool { return a.Outcome != "taken" })
					return len(taken) == 9
				})
			})
		})
	}
}

// A receiver that fails for days is switched off with a sentence, and told everything once, as it stands then, when it is on again.
func TestSwitchedOff(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		r := receive(t)
		r.set(refuse)
		o.add(r, func(s *hook.Settings) { s.Tells = hook.Everything })
		c := o.Conversation(t, nil)
		o.until("it is off", time.Hour, func() bool { return o.hook().OffReason != "" })
		if why := o.hook().OffReason; !strings.Contains(why, "3 days") || !strings.Contains(why, "500") || !strings.Contains(why, "parley-hub webhook on --name CRM") {
			t.Errorf("it says %q", why)
		}
		later := o.write(c, 2)
		r.set(nil)
		asked := r.asked
		o.until("some time has passed", time.Minute, func() bool { asked--; return asked < -10 })
		if len(r.all()) > 0 {
			t.Error("told while it was off")
		}
		o.must(o.teller.Book.On(t.Context(), o.hook(), access.Actor{}))
		want := []string{c.ContactID, c.ID, c.LastMessageID, later}
		o.until("all is told", time.Second, func() bool { return len(r.all()) >= len(want) })
		got := r.ids()
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("told %v, not %v", got, want)
		}
	})
}

// One thing that a receiver never takes does not keep the others from it, and is given up in the end.
func TestPoison(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		r := receive(t)
		bad := o.Conversation(t, nil)
		r.set(func(w http.ResponseWriter, e told) bool {
			if e.Data.ID == bad.LastMessageID {
				return refuse(w, e)
			}
			return true
		})
		h := o.add(r, nil)
		_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error { tx.Changed(store.TypeMessage, bad.LastMessageID); return nil })
		o.must(err)
		behind := o.write(bad, 2)
		n := int64(0)
		o.until("it is given up", time.Hour, func() bool {
			if n++; n%5 == 0 {
				o.Conversation(t, nil)
			}
			return slices.Contains(r.ids(), behind)
		})
		if o.hook().OffReason != "" {
			t.Errorf("switched off: %s", o.hook().OffReason)
		}
		attempts, err := o.teller.Book.Attempts(t.Context(), h, 1000)
		o.must(err)
		if !slices.ContainsFunc(attempts, func(a db.HookAttempt) bool { return a.Outcome == "given_up" && a.EntityID == bad.LastMessageID }) {
			t.Error("the log does not tell")
		}
		if slices.Contains(r.ids(), bad.LastMessageID) || len(r.all()) < 3 {
			t.Errorf("told %v", r.ids())
		}
	})
}

// A receiver is told no more than it may know.
func TestScope(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		legal := o.Queue(t, "Legal")
		r := receive(t)
		o.add(r, func(s *hook.Settings) {
			s.Tells, s.Queues = []string{hook.Conversations, hook.Contacts}, []string{o.WhatsApp.QueueID}
		})
		hidden := o.InQueue(t, legal)
		seen := o.Conversation(t, nil)
		o.until("all is told", time.Second, func() bool { return len(r.all()) >= 2 })
		time.Sleep(300 * time.Millisecond) // so that what must not come had time to
		for _, e := range r.all() {
			if e.Data.ID == hidden.ID || e.Data.ID == hidden.ContactID || e.Data.ID == seen.LastMessageID || e.Data.Preview != "" {
				t.Errorf("told %+v", e)
			}
		}
		if got := r.ids(); !slices.Contains(got, seen.ID) || !slices.Contains(got, seen.ContactID) || len(got) != 2 {
			t.Errorf("told %v", got)
		}
	})
}

// A secret that is changed signs beside the new one for as long as the operator says.
func TestRotation(t *testing.T) {
	o := open(t, "sqlite")
	r := receive(t)
	h := o.add(r, nil)
	former := r.secret
	next, err := o.teller.Book.Rotate(t.Context(), o.Agents[0], h, time.Hour)
	o.must(err)
	try := func(secret string) string {
		r.secret = secret
		detail, err := o.teller.Test(t.Context(), o.hook())
		o.must(err)
		return detail
	}
	for _, secret := range []string{former, next} {
		if detail := try(secret); detail != "" {
			t.Errorf("within the overlap: %s", detail)
		}
	}
	o.Advance(2 * time.Hour)
	if detail := try(former); !strings.Contains(detail, "401") {
		t.Errorf("the former secret still signs: %q", detail)
	}
	if detail := try(next); detail != "" {
		t.Error(detail)
	}
}

// Addresses that are not public are for operators who say so, and nobody is followed to another one.
func TestAddresses(t *testing.T) {
	o := open(t, "sqlite")
	r := receive(t)
	h := o.add(r, nil)
	h.Private = false
	if detail, err := o.teller.Test(t.Context(), h); err != nil || !strings.Contains(detail, "no answer") || r.asked > 0 {
		t.Errorf("a loopback address was asked: %q, %v", detail, err)
	}
	h.Private = true
	elsewhere := receive(t)
	r.set(func(w http.ResponseWriter, _ told) bool {
		w.Header().Set("Location", elsewhere.URL)
		w.WriteHeader(http.StatusTemporaryRedirect)
		return false
	})
	if detail, err := o.teller.Test(t.Context(), h); err != nil || !strings.Contains(detail, "not followed") || elsewhere.asked > 0 {
		t.Errorf("it followed: %q, %v", detail, err)
	}
	for _, bad := range []hook.Settings{
		{Name: "a", Address: "http://crm.example.com", Tells: hook.Everything}, {Name: "a", Address: "ftp://crm.example.com", Private: true, Tells: hook.Everything},
		{Name: "a", Address: "https://me:secret@crm.example.com", Tells: hook.Everything}, {Name: "a", Address: "https://crm.example.com"},
		{Address: "https://crm.example.com", Tells: hook.Everything}, {Name: "a", Address: "https://crm.example.com", Tells: []string{"passwords"}},
		{Name: "CRM", Address: "https://crm.example.com", Tells: hook.Everything}, {Name: "a", Address: "::", Tells: hook.Everything},
	} {
		if _, _, err := o.teller.Book.Add(t.Context(), o.Agents[0], bad); err == nil {
			t.Errorf("%+v was added", bad)
		}
	}
}

func TestNobodyIsLeft(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("", func(t *testing.T) {
		o := open(t, "sqlite")
		r := receive(t)
		o.add(r, nil)
		o.Conversation(t, nil)
		o.until("it is told", time.Second, func() bool { return len(r.all()) > 0 })
	})
}

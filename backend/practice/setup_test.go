package practice_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/practice"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// fakeHub takes webhooks as a hub does: it checks signatures and parses.
type fakeHub struct {
	t      *testing.T
	secret channel.Secret

	mu       sync.Mutex
	status   int // answered to webhooks; 0 is 200
	bodies   [][]byte
	events   []channel.Event
	rejected []channel.Rejected
	came     chan struct{}
}

func (h *fakeHub) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.status != 0 {
		w.WriteHeader(h.status)
		return
	}
	if !graph.Verify(r.Header.Get(graph.SignatureHeader), body, h.secret) {
		h.t.Errorf("webhook has a wrong signature: %s", body)
	}
	var adapter channel.Adapter = whatsapp.New(nil)
	if r.URL.Path == "/webhooks/messenger" {
		adapter = messenger.New(nil)
	}
	batch, err := adapter.Parse(body)
	if err != nil {
		h.t.Errorf("webhook cannot be parsed: %v: %s", err, body)
	}
	h.bodies = append(h.bodies, body)
	h.events = append(h.events, batch.Events...)
	h.rejected = append(h.rejected, batch.Rejected...)
	select {
	case h.came <- struct{}{}:
	default:
	}
}

func (h *fakeHub) answer(status int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.status = status
}

func (h *fakeHub) all() []channel.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	return append([]channel.Event(nil), h.events...)
}

// wait returns the first event that fits, and fails the test when none comes in time.
func (h *fakeHub) wait(what string, fits func(channel.Event) bool) channel.Event {
	h.t.Helper()
	limit := time.After(15 * time.Second)
	for {
		for _, event := range h.all() {
			if fits(event) {
				return event
			}
		}
		select {
		case <-h.came:
		case <-limit:
			h.t.Fatalf("no event: %s", what)
		}
	}
}

// world is a running practice Meta with a hub.
type world struct {
	t    *testing.T
	meta *practice.Meta
	url  string
	hub  *fakeHub
	http *http.Client
	stop func()
}

func start(t *testing.T, options practice.Options) *world {
	t.Helper()
	transport := &http.Transport{}
	client := &http.Client{Transport: transport}
	options.HTTPClient = client
	meta, err := practice.New(options)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(meta.Handler())
	meta.SetBaseURL(server.URL)
	hub := &fakeHub{t: t, secret: meta.Accounts()[0].AppSecret, came: make(chan struct{}, 1)}
	hubServer := httptest.NewServer(hub)
	meta.Connect(hubServer.URL+"/webhooks/whatsapp", hubServer.URL+"/webhooks/messenger")

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- meta.Serve(ctx) }()
	w := &world{t: t, meta: meta, url: server.URL, hub: hub, http: client}
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Serve ended with %v", err)
		}
		transport.CloseIdleConnections()
		server.Close()
		hubServer.Close()
	})
	t.Cleanup(w.stop)
	return w
}

func (w *world) account(index int) channel.Account {
	a := w.meta.Accounts()[index]
	return channel.Account{ID: a.ID, BusinessID: a.BusinessID, Token: a.Token, AppSecret: a.AppSecret, BaseURL: w.url}
}

func (w *world) phone(method, path string, body any) map[string]any {
	w.t.Helper()
	var payload io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		payload = bytes.NewReader(encoded)
	}
	req, err := http.NewRequestWithContext(w.t.Context(), method, w.url+"/phone/api/"+path, payload)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := w.http.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, _ := io.ReadAll(resp.Body)
	if resp.StatusCode != http.StatusOK {
		w.t.Fatalf("%s %s: HTTP %d: %s", method, path, resp.StatusCode, raw)
	}
	var answer map[string]any
	if err := json.Unmarshal(raw, &answer); err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// write has a contact write a text, and returns the message as the hub gets it.
func (w *world) write(contact, text string) *channel.Message {
	w.t.Helper()
	id := w.phone("POST", "contacts/"+contact+"/messages", map[string]any{"text": text})["id"]
	return w.hub.wait("message of "+contact, func(e channel.Event) bool {
		return e.Message != nil && e.Message.ProviderID == id
	}).Message
}

func (w *world) clock(by time.Duration) {
	w.phone("POST", "clock", map[string]any{"advanceMs": by.Milliseconds()})
}

func (w *world) faults(faults practice.Faults) { w.phone("POST", "faults", faults) }

func text(to channel.Address, body string) channel.Outgoing {
	return channel.Outgoing{ClientRef: conversation.NewID(), To: to, Kind: conversation.KindText, Text: body}
}

// states are the states that were reported of a message by id or client ref, in order.
func (h *fakeHub) states(providerID string) []conversation.DeliveryState {
	var states []conversation.DeliveryState
	for _, event := range h.all() {
		if event.Status != nil && event.Status.ProviderID == providerID {
			states = append(states, event.Status.State)
		}
	}
	return states
}

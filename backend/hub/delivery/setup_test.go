package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/prometheus/client_golang/prometheus"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// fakeMeta is a channel that answers as the test says, and remembers what it was asked.
type fakeMeta struct {
	mu     sync.Mutex
	sent   []channel.Outgoing
	reads  []string
	answer func(n int, m channel.Outgoing) channel.Outcome // n counts the requests from 1
	during func(m channel.Outgoing)                        // runs while the request is under way; nil does nothing
	read   error
	probe  error
	probes int
	window channel.WindowRule // that of WhatsApp when empty
}

func (f *fakeMeta) Send(_ context.Context, _ channel.Account, m channel.Outgoing) channel.Outcome {
	f.mu.Lock()
	f.sent = append(f.sent, m)
	n, during := len(f.sent), f.during
	f.mu.Unlock()
	if during != nil {
		during(m)
	}
	if f.answer == nil {
		return accepted(m)
	}
	return f.answer(n, m)
}

func accepted(m channel.Outgoing) channel.Outcome {
	return channel.Outcome{Verdict: channel.VerdictAccepted, ProviderID: "wamid.out." + m.ClientRef}
}

// texts are the texts of all requests, in their order.
func (f *fakeMeta) texts() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []string
	for _, m := range f.sent {
		all = append(all, m.Text)
	}
	return all
}

func (*fakeMeta) Channel() conversation.Channel       { return conversation.ChannelWhatsApp }
func (*fakeMeta) Parse([]byte) (channel.Batch, error) { return channel.Batch{}, nil }
func (*fakeMeta) Limits() channel.Limits              { return channel.Limits{TextRunes: 4096} }
func (f *fakeMeta) Window() channel.WindowRule {
	if f.window != (channel.WindowRule{}) {
		return f.window
	}
	return channel.WindowRule{Length: 24 * time.Hour, WrapUp: true}
}
func (f *fakeMeta) MarkRead(_ context.Context, _ channel.Account, _ channel.Address, id string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.reads = append(f.reads, id)
	return f.read
}
func (f *fakeMeta) Probe(context.Context, channel.Account) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.probes++
	return f.probe
}
func (*fakeMeta) FetchMedia(context.Context, channel.Account, channel.Media) (channel.MediaBody, error) {
	return channel.MediaBody{}, channel.ErrMediaGone
}
func (*fakeMeta) Profile(context.Context, channel.Account, channel.Address) (channel.Profile, error) {
	return channel.Profile{}, channel.ErrNoProfile
}

type noBlobs struct{}

func (noBlobs) Open(context.Context, string) (io.ReadSeekCloser, error) {
	return nil, errors.New("no files here")
}

// office is a workspace whose agent writes, and a sender that the test steps by hand.
type office struct {
	*hubtest.Workspace
	meta   *fakeMeta
	sender *delivery.Sender
	box    *inbox.Inbox
}

func newOffice(t *testing.T, s *store.Store) *office {
	t.Helper()
	meta := &fakeMeta{}
	w := hubtest.New(t, s, 1, meta, messenger.New(nil))
	return &office{w, meta, newSender(w), inbox.New(w.Store, w.Directory, w.Now)}
}

func newSender(w *hubtest.Workspace) *delivery.Sender {
	return &delivery.Sender{
		Store: w.Store, Directory: w.Directory, Blobs: noBlobs{}, Now: w.Now, Log: slog.New(slog.DiscardHandler),
		Metrics: delivery.NewMetrics(prometheus.NewRegistry()),
	}
}

func onEach(t *testing.T, rule func(t *testing.T, o *office)) {
	t.Helper()
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			rule(t, newOffice(t, storetest.Open(t, engine)))
		})
	}
}

// open is a conversation that the agent has.
func (o *office) open(t *testing.T) db.Conversation {
	t.Helper()
	return o.Conversation(t, func(c *db.Conversation) { c.Status, c.AssigneeID = "assigned", o.Agents[0].AgentID })
}

// write sends a text of the agent's to the hub and returns its id.
func (o *office) write(t *testing.T, c db.Conversation, text string) string {
	t.Helper()
	command := &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: c.ID, Text: text}}}
	ack, err := o.box.Execute(t.Context(), o.Agents[0], command)
	if err != nil || ack.GetRefusal() != nil {
		t.Fatalf("%v, %v", ack, err)
	}
	return command.GetId()
}

// runner works on the send lanes.
func (o *office) runner() *lane.Runner {
	return lane.New(lane.Runner{Kind: delivery.LaneSend, Workers: 3, Handle: o.sender.Handle, Store: o.Store, Now: o.Now, Log: slog.New(slog.DiscardHandler)})
}

// work runs the runner until done reports true.
func (o *office) work(t *testing.T, r *lane.Runner, what string, done func() bool) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = r.Serve(ctx)
	}()
	until(t, what, done)
	stop()
	<-ended
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(30 * time.Second)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-deadline.C:
			t.Fatalf("waiting for %s: it did not come", what)
		case <-tick.C:
		}
	}
}

// step lets one worker work on one due lane. It reports how it gave it back; false when none was due.
func (o *office) step(t *testing.T) (lane.Result, bool) {
	t.Helper()
	worker := conversation.NewID()
	l, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, worker, o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
	if store.NotFound(err) {
		return lane.Result{}, false
	}
	if err != nil {
		t.Fatal(err)
	}
	result, err := o.sender.Handle(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	o.giveBack(t, l, result)
	return result, true
}

// giveBack is what lane.Runner does with a result.
func (o *office) giveBack(t *testing.T, l db.Lane, result lane.Result) {
	t.Helper()
	_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
		if !result.Again {
			n, err := tx.RemoveLane(t.Context(), db.RemoveLaneParams{WorkspaceID: l.WorkspaceID, Kind: l.Kind, Key: l.Key, Worker: l.LeaseBy, Gen: l.Gen})
			if err != nil || n > 0 {
				return err
			}
		}
		attempts := int64(0)
		if result.Failed {
			attempts = l.Attempts + 1
		}
		_, err := tx.ReleaseLane(t.Context(), db.ReleaseLaneParams{
			WorkspaceID: l.WorkspaceID, Kind: l.Kind, Key: l.Key, Worker: l.LeaseBy, NextMs: o.NowMs() + result.After.Milliseconds(), Attempts: attempts,
		})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func refused(class channel.Class) channel.Outcome {
	return channel.Outcome{Verdict: channel.VerdictRefused, Failure: channel.Failure{Class: class, Code: 1}}
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %v, want %v", what, got, want)
	}
}

func names(n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint(i))
	}
	return all
}

package delivery_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// pacedMeta is a channel with rates, which also shows that somebody is writing.
type pacedMeta struct {
	*fakeMeta
	rates channel.Rates
	typed *[]string
}

func (p pacedMeta) Rates() channel.Rates { return p.rates }
func (p pacedMeta) Typing(_ context.Context, _ channel.Account, _ channel.Address, id string) error {
	*p.typed = append(*p.typed, id)
	return nil
}
func (pacedMeta) TypingEnded(context.Context, channel.Account, channel.Address) error { return nil }

func pacedOffice(t *testing.T, s *store.Store, rates channel.Rates) (*office, *[]string) {
	t.Helper()
	meta, typed := &fakeMeta{}, &[]string{}
	w := hubtest.New(t, s, 2, pacedMeta{meta, rates, typed}, messenger.New(nil))
	return &office{w, meta, newSender(w), inbox.New(w.Store, w.Directory, w.Now)}, typed
}

// stepAll works until nothing is due.
func (o *office) stepAll(t *testing.T) {
	t.Helper()
	for {
		if _, due := o.step(t); !due {
			return
		}
	}
}

// Writing fast to one contact makes Parley wait and say so, before Meta refuses.
func TestPairRate(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		o, _ := pacedOffice(t, s, channel.Rates{PairEvery: 6 * time.Second, PairBurst: 3})
		hasty, calm := o.open(t), o.open(t)
		var ids []string
		for n := range 5 {
			ids = append(ids, o.write(t, hasty, fmt.Sprint(n)))
		}
		o.stepAll(t)
		equal(t, "requests at once", o.meta.texts(), names(3))
		waits := o.Message(t, ids[3])
		if waits.State != "in_hub" || waits.WaitReason != "pair" || waits.WaitUntilMs != o.NowMs()+6000 {
			t.Errorf("the agent is not told: %+v", waits)
		}
		o.write(t, calm, "calm")
		o.stepAll(t)
		equal(t, "another contact waits for nobody", o.meta.texts(), append(names(3), "calm"))
		o.Advance(6 * time.Second)
		o.stepAll(t)
		if m := o.Message(t, ids[3]); m.State != "accepted" || m.WaitReason != "" || m.WaitUntilMs != 0 {
			t.Errorf("it did not go out in its time: %+v", m)
		}
		o.Advance(6 * time.Second)
		o.stepAll(t)
		equal(t, "all", o.meta.texts(), append(names(3), "calm", "3", "4"))
	})
}

// A number keeps below Meta's rate however many lanes and hubs send.
func TestNumberRate(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		o, _ := pacedOffice(t, s, channel.Rates{Every: 100 * time.Millisecond, Burst: 4})
		for n := range 10 {
			o.write(t, o.open(t), fmt.Sprint(n))
		}
		o.stepAll(t)
		if n := len(o.meta.texts()); n != 4 {
			t.Errorf("%d requests at once, the burst is 4", n)
		}
		for range 3 {
			o.Advance(100 * time.Millisecond)
			o.stepAll(t)
		}
		if n := len(o.meta.texts()); n != 7 {
			t.Errorf("%d requests after 300 ms", n)
		}
	})
}

// When a touchpoint's rest is over one message finds out whether it was repaired; a crowd would only be refused, too.
func TestProbe(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		for n := range 6 {
			o.write(t, o.open(t), fmt.Sprint(n))
		}
		o.meta.answer = func(int, channel.Outgoing) channel.Outcome {
			return channel.Outcome{Verdict: channel.VerdictHold, Failure: channel.Failure{Class: channel.ClassToken, Code: 190}}
		}
		o.stepAll(t)
		began := o.NowMs()
		for range 3 {
			o.Advance(time.Minute)
			o.stepAll(t)
		}
		if n := len(o.meta.texts()); n != 4 {
			t.Errorf("%d requests, one and three probes were needed", n)
		}
		row, err := o.Store.Read().Touchpoint(t.Context(), db.TouchpointParams{WorkspaceID: o.ID, ID: o.WhatsApp.ID})
		if err != nil || row.PausedReason != "token" || row.PausedMs != began {
			t.Errorf("paused since %d, not %d: %+v, %v", row.PausedMs, began, row, err)
		}
		o.meta.answer = func(n int, m channel.Outgoing) channel.Outcome {
			if n == 5 {
				return refused(channel.ClassRecipient) // of this contact: the token is good again
			}
			return accepted(m)
		}
		o.Advance(time.Minute)
		o.stepAll(t)
		if n := len(o.meta.texts()); n != 10 {
			t.Errorf("%d requests, all others should have followed the probe", n)
		}
	})
}

func TestTyping(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		o, typed := pacedOffice(t, s, channel.Rates{})
		c := o.open(t)
		show := func(agent int, id string) error { return o.sender.Typing(t.Context(), o.Agents[agent], id) }
		for range 3 {
			if err := show(0, c.ID); err != nil {
				t.Fatal(err)
			}
		}
		equal(t, "shown with the contact's message", *typed, []string{"wamid." + c.ID})
		queued := o.Conversation(t, nil)
		for what, err := range map[string]error{
			"by a colleague": show(1, c.ID), "in a preview": show(0, queued.ID), "in no conversation": show(0, conversation.NewID()),
		} {
			if !errors.Is(err, delivery.ErrNotWriting) {
				t.Errorf("%s: %v", what, err)
			}
		}
		o.Advance(11 * time.Second)
		if err := show(0, c.ID); err != nil || len(*typed) != 2 {
			t.Errorf("%v, %v", *typed, err)
		}
		o.Advance(25 * time.Hour)
		if err := show(0, c.ID); !errors.Is(err, delivery.ErrNotWriting) {
			t.Errorf("shown after the window: %v", err)
		}
	})
}

package delivery_test

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func failureOf(t *testing.T, m db.Message) channel.Failure {
	t.Helper()
	var f channel.Failure
	if m.Failure == "" {
		return f
	}
	if err := json.Unmarshal([]byte(m.Failure), &f); err != nil {
		t.Fatal(err)
	}
	return f
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		for name, test := range map[string]struct {
			outcome channel.Outcome
			state   conversation.DeliveryState
			class   channel.Class
		}{
			"refused":  {refused(channel.ClassRecipient), conversation.DeliveryFailed, channel.ClassRecipient},
			"unknown":  {channel.Outcome{}, conversation.DeliveryUnconfirmed, channel.ClassUnconfirmed},
			"lost":     {channel.Outcome{Failure: channel.Failure{Class: channel.ClassNetwork}}, conversation.DeliveryUnconfirmed, channel.ClassNetwork},
			"accepted": {channel.Outcome{Verdict: channel.VerdictAccepted, ProviderID: "wamid.v"}, conversation.DeliveryAccepted, ""},
		} {
			t.Run(name, func(t *testing.T) {
				c := o.open(t)
				id := o.write(t, c, name)
				o.meta.answer = func(int, channel.Outgoing) channel.Outcome { return test.outcome }
				o.step(t)
				m, c := o.Message(t, id), o.Reread(t, c.ID)
				troubled := int64(0)
				if test.class != "" {
					troubled = 1
				}
				if m.State != string(test.state) || failureOf(t, m).Class != test.class || c.LastState != m.State || c.Troubled != troubled {
					t.Errorf("%+v in %+v", m, c)
				}
				if _, due := o.step(t); due {
					t.Error("an empty lane is still there")
				}
			})
		}
	})
}

func TestRetry(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		t.Run("goes_back_and_keeps_the_order", func(t *testing.T) {
			c := o.open(t)
			first, second := o.write(t, c, "first"), o.write(t, c, "second")
			o.meta.answer = func(n int, m channel.Outgoing) channel.Outcome {
				if n <= 2 {
					return channel.Outcome{Verdict: channel.VerdictRetry, Failure: channel.Failure{Class: channel.ClassNetwork}}
				}
				return accepted(m)
			}
			for range 2 {
				result, _ := o.step(t)
				if m := o.Message(t, first); m.State != "in_hub" || m.Failure != "" || !result.Failed || result.After <= 0 {
					t.Fatalf("%+v, %+v", result, m)
				}
				if _, due := o.step(t); due {
					t.Fatal("the lane does not rest")
				}
				o.Advance(10 * time.Second)
			}
			for o.Message(t, second).State != "accepted" {
				if _, due := o.step(t); !due {
					t.Fatal("the lane is gone")
				}
			}
			equal(t, "requests", o.meta.texts(), []string{"first", "first", "first", "second"})
		})
		t.Run("attempts_are_counted_for_each_message", func(t *testing.T) {
			c := o.open(t)
			first, second := o.write(t, c, "a"), o.write(t, c, "b")
			began := len(o.meta.texts())
			o.meta.answer = func(n int, m channel.Outgoing) channel.Outcome {
				if n = n - began; n == 3 || n == 6 {
					return accepted(m)
				}
				return channel.Outcome{Verdict: channel.VerdictRetry, Failure: channel.Failure{Class: channel.ClassUnknown}}
			}
			for range 12 {
				o.step(t)
				o.Advance(time.Minute)
			}
			if a, b := o.Message(t, first), o.Message(t, second); a.State != "accepted" || b.State != "accepted" {
				t.Errorf("%+v\n%+v", a, b)
			}
		})
		t.Run("what_Meta_cannot_explain_is_given_up_after_two", func(t *testing.T) {
			c := o.open(t)
			first, second := o.write(t, c, "a"), o.write(t, c, "b")
			began := len(o.meta.texts())
			o.meta.answer = func(_ int, m channel.Outgoing) channel.Outcome {
				if m.Text == "b" {
					return accepted(m)
				}
				return channel.Outcome{Verdict: channel.VerdictRetry, Failure: channel.Failure{Class: channel.ClassUnknown, Code: 131000}}
			}
			for range 8 {
				o.step(t)
				o.Advance(time.Minute)
			}
			if a, b := o.Message(t, first), o.Message(t, second); a.State != "failed" || b.State != "accepted" {
				t.Errorf("%+v\n%+v", a, b)
			}
			equal(t, "requests", o.meta.texts()[began:], []string{"a", "a", "a", "b"})
		})
		t.Run("the_wait_after_writing_too_fast_grows", func(t *testing.T) {
			c := o.open(t)
			o.write(t, c, "fast")
			o.meta.answer = func(int, channel.Outgoing) channel.Outcome { // as WhatsApp's table says it
				return channel.Outcome{Verdict: channel.VerdictRetry, Failure: channel.Failure{Class: channel.ClassPair, Code: 131056}, After: time.Second}
			}
			for _, want := range []time.Duration{time.Second, 4 * time.Second, 16 * time.Second, 64 * time.Second} {
				result, due := o.step(t)
				if !due || result.After != want {
					t.Fatalf("rests for %v, want %v", result.After, want)
				}
				o.Advance(result.After)
			}
			o.meta.answer = nil
			for due := true; due; {
				_, due = o.step(t)
			}
		})
		t.Run("of_the_account_pauses_the_touchpoint", func(t *testing.T) {
			one, two := o.open(t), o.open(t)
			o.write(t, one, "one")
			began := len(o.meta.texts())
			o.meta.answer = func(int, channel.Outgoing) channel.Outcome {
				return channel.Outcome{Verdict: channel.VerdictRetry, Scope: channel.ScopeAccount, After: 30 * time.Second, Failure: channel.Failure{Class: channel.ClassBusy}}
			}
			o.step(t)
			o.write(t, two, "two")
			o.meta.answer = nil
			if result, due := o.step(t); !due || result.After != 30*time.Second {
				t.Errorf("another lane rests for %v", result.After)
			}
			o.Advance(30 * time.Second)
			for due := true; due; {
				_, due = o.step(t)
			}
			if got := o.meta.texts()[began:]; len(got) != 3 {
				t.Errorf("requests: %v", got)
			}
		})
	})
}

func TestHold(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		c, other := o.open(t), o.open(t)
		ids := []string{o.write(t, c, "1"), o.write(t, c, "2")}
		o.meta.answer = func(int, channel.Outgoing) channel.Outcome {
			return channel.Outcome{Verdict: channel.VerdictHold, Failure: channel.Failure{Class: channel.ClassToken, Code: 190}}
		}
		o.step(t)
		row, err := o.Store.Read().Touchpoint(t.Context(), db.TouchpointParams{WorkspaceID: o.ID, ID: o.WhatsApp.ID})
		if err != nil || row.PausedReason != "token" || row.PausedUntilMs != o.NowMs()+60_000 {
			t.Fatalf("%+v, %v", row, err)
		}
		ids = append(ids, o.write(t, other, "3"))
		for o.meta.answer = nil; ; {
			if _, due := o.step(t); !due {
				break
			}
		}
		equal(t, "requests while it is held", o.meta.texts(), []string{"1"})
		for _, id := range ids {
			if m := o.Message(t, id); m.State != "in_hub" || m.Failure != "" {
				t.Errorf("%+v", m)
			}
		}
		o.Advance(time.Minute) // the probe
		for range 6 {
			o.step(t)
		}
		for _, id := range ids {
			if m := o.Message(t, id); m.State != "accepted" {
				t.Errorf("%+v", m)
			}
		}
		var inLane []string
		for _, text := range o.meta.texts() {
			if text != "3" {
				inLane = append(inLane, text)
			}
		}
		equal(t, "requests of the lane", inLane, []string{"1", "1", "2"})
		if row, err = o.Store.Read().Touchpoint(t.Context(), db.TouchpointParams{WorkspaceID: o.ID, ID: o.WhatsApp.ID}); err != nil || row.PausedReason != "" {
			t.Errorf("still held: %+v, %v", row, err)
		}
	})
}

func TestWindow(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		t.Run("closed_at_the_moment_of_sending_needs_no_request", func(t *testing.T) {
			c := o.open(t)
			id := o.write(t, c, "late")
			o.Advance(25 * time.Hour)
			o.step(t)
			m, after := o.Message(t, id), o.Reread(t, c.ID)
			if m.State != "failed" || failureOf(t, m).Class != channel.ClassWindow || len(o.meta.texts()) != 0 {
				t.Errorf("%+v, %d requests", m, len(o.meta.texts()))
			}
			if after.WindowUntilMs != c.WindowUntilMs || after.Troubled != 1 {
				t.Errorf("%+v", after)
			}
		})
		t.Run("Metas_refusal_corrects_the_clock", func(t *testing.T) {
			c := o.open(t)
			o.Advance(time.Hour)
			id := o.write(t, c, "early")
			o.meta.answer = func(int, channel.Outgoing) channel.Outcome { return refused(channel.ClassWindow) }
			o.Advance(time.Second)
			o.step(t)
			m, after := o.Message(t, id), o.Reread(t, c.ID)
			w := conversation.Window{UntilMs: after.WindowUntilMs}
			if m.State != "failed" || w.Open(o.NowMs()) || after.WindowReason != string(conversation.WindowRefused) {
				t.Errorf("%+v in %+v", m, after)
			}
			again, err := o.box.Execute(t.Context(), o.Agents[0], &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_SendMessage{
				SendMessage: &hubv1.SendMessage{ConversationId: c.ID, Text: "again"},
			}})
			if err != nil || again.GetRefusal().GetCode() != "window" {
				t.Errorf("then %v, %v", again, err)
			}
		})
	})
}

func TestCrash(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		t.Run("after_sending_was_committed_it_is_unconfirmed_and_not_sent_again", func(t *testing.T) {
			c := o.open(t)
			first, second := o.write(t, c, "first"), o.write(t, c, "second")
			l, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, "dies", o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
			if err != nil {
				t.Fatal(err)
			}
			_, err = o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
				_, err := tx.MarkSending(t.Context(), db.MarkSendingParams{WorkspaceID: o.ID, ID: first, LaneKey: l.Key, Worker: "dies"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if _, due := o.step(t); due {
				t.Fatal("a lane with a lease was claimed")
			}
			o.Advance(lane.Lease)
			o.step(t)
			if m := o.Message(t, first); m.State != "unconfirmed" || failureOf(t, m).Class != channel.ClassUnconfirmed {
				t.Errorf("%+v", m)
			}
			if m := o.Message(t, second); m.State != "accepted" {
				t.Errorf("%+v", m)
			}
			equal(t, "requests", o.meta.texts(), []string{"second"})
		})
		t.Run("a_worker_that_lost_its_lease_does_not_send", func(t *testing.T) {
			c := o.open(t)
			id := o.write(t, c, "once")
			began := len(o.meta.texts())
			slow, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, "slow", o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
			if err != nil {
				t.Fatal(err)
			}
			o.Advance(lane.Lease)
			quick, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, "quick", o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
			if err != nil {
				t.Fatal(err)
			}
			if result, err := o.sender.Handle(t.Context(), slow); err != nil || !result.Again {
				t.Errorf("%+v, %v", result, err)
			}
			if got := o.meta.texts()[began:]; len(got) != 0 {
				t.Fatalf("it sent %v", got)
			}
			if _, err := o.sender.Handle(t.Context(), quick); err != nil {
				t.Fatal(err)
			}
			o.giveBack(t, slow, lane.Done) // changes nothing: it is not its lane
			o.giveBack(t, quick, lane.Done)
			if m := o.Message(t, id); m.State != "accepted" || len(o.meta.texts()[began:]) != 1 {
				t.Errorf("%+v, requests %v", m, o.meta.texts()[began:])
			}
		})
		t.Run("statuses_that_came_before_the_answer_are_replayed", func(t *testing.T) {
			c := o.open(t)
			id := o.write(t, c, "quick reader")
			_, err := o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
				return tx.Write(t.Context(), store.Rows{Parked: []db.ParkedStatus{
					{WorkspaceID: o.ID, TouchpointID: c.TouchpointID, ProviderID: "wamid.out." + id, State: "read", AtMs: 42},
				}})
			})
			if err != nil {
				t.Fatal(err)
			}
			o.step(t)
			if m := o.Message(t, id); m.State != "read" || m.ReadMs != 42 || m.AcceptedMs == 0 {
				t.Errorf("%+v", m)
			}
		})
	})
}

// TestWakeUp writes a message at the moment at which a worker has found its lane empty and not yet removed it.
func TestWakeUp(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		c := o.open(t)
		o.write(t, c, "first")
		l, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, "w", o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
		if err != nil {
			t.Fatal(err)
		}
		result, err := o.sender.Handle(t.Context(), l)
		if err != nil || result != lane.Done {
			t.Fatalf("%+v, %v", result, err)
		}
		id := o.write(t, c, "second") // now
		o.giveBack(t, l, result)
		if _, due := o.step(t); !due || o.Message(t, id).State != "accepted" {
			t.Error("the wake-up was lost")
		}
	})
}

// TestOrder lets workers deliver several lanes with random outcomes: in each lane a message is asked for only after
// all before it have ended, and again only when Meta certainly did not have it.
func TestOrder(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		const lanes, each = 4, 8
		random := rand.New(rand.NewPCG(7, 7))
		var mu sync.Mutex
		again := map[string]bool{}
		o.meta.answer = func(_ int, m channel.Outgoing) channel.Outcome {
			mu.Lock()
			defer mu.Unlock()
			again[m.ClientRef] = false
			switch random.IntN(6) {
			case 0:
				return refused(channel.ClassContent)
			case 1:
				return channel.Outcome{Failure: channel.Failure{Class: channel.ClassNetwork}}
			case 2:
				again[m.ClientRef] = true
				return channel.Outcome{Verdict: channel.VerdictRetry, After: time.Millisecond, Failure: channel.Failure{Class: channel.ClassBusy}}
			default:
				return accepted(m)
			}
		}
		o.meta.during = func(m channel.Outgoing) { // runs before the answer is known
			mu.Lock()
			defer mu.Unlock()
			if allowed, known := again[m.ClientRef]; known && !allowed {
				t.Errorf("%s went out twice", m.Text)
			}
		}
		runner := o.runner()
		var ids []string
		written := map[string]string{} // text → lane
		for n := range lanes {
			c := o.open(t)
			for i := range each {
				text := string(rune('a'+n)) + names(each)[i]
				written[text] = string(rune('a' + n))
				ids = append(ids, o.write(t, c, text))
			}
		}
		o.work(t, runner, "every message to end", func() bool {
			o.Advance(10 * time.Millisecond)
			for _, id := range ids {
				if s := o.Message(t, id).State; s == "in_hub" || s == "sending" {
					return false
				}
			}
			return true
		})
		last := map[string]string{}
		for _, text := range o.meta.texts() {
			if text < last[written[text]] {
				t.Errorf("%s was sent after %s", text, last[written[text]])
			}
			last[written[text]] = text
		}
	})
}

// errCrash stands for a process that dies.
var errCrash = errors.New("the process died")

// TestRandomCrashes kills workers before the request, while it is under way and before its answer is written down.
// In the end every message has one honest state, and none was asked for again after Meta may have had it.
func TestRandomCrashes(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		for seed := range uint64(8) {
			random := rand.New(rand.NewPCG(seed, 1))
			verdicts := map[string][]channel.Verdict{}
			crashed := map[string]bool{}
			o.meta.answer = func(_ int, m channel.Outgoing) channel.Outcome {
				v := channel.VerdictAccepted
				switch random.IntN(8) {
				case 0:
					v = channel.VerdictRefused
				case 1:
					v = channel.VerdictUnknown
				case 2:
					v = channel.VerdictRetry
				}
				verdicts[m.ClientRef] = append(verdicts[m.ClientRef], v)
				if random.IntN(4) == 0 {
					crashed[m.ClientRef] = true
					panic(errCrash) // Meta has decided, and nobody has written it down
				}
				o := accepted(m)
				if o.Verdict = v; v != channel.VerdictAccepted {
					o = channel.Outcome{Verdict: v, Failure: channel.Failure{Class: channel.ClassBusy}}
				}
				return o
			}
			c := o.open(t)
			var ids []string
			for _, text := range names(6) {
				ids = append(ids, o.write(t, c, text))
			}
			ended := func() bool {
				for _, id := range ids {
					if s := o.Message(t, id).State; s == "in_hub" || s == "sending" {
						return false
					}
				}
				return true
			}
			for n := 0; !ended(); n++ {
				if n > 200 {
					t.Fatal("it does not end")
				}
				o.life(t, random.IntN(5) == 0)
				o.Advance(5 * time.Minute / 4)
			}
			for _, id := range ids {
				m := o.Message(t, id)
				got := verdicts[id]
				for i, v := range got {
					if i < len(got)-1 && v != channel.VerdictRetry {
						t.Errorf("seed %d: asked for again after %v: %v", seed, v, got)
					}
				}
				want := map[channel.Verdict]string{channel.VerdictAccepted: "accepted", channel.VerdictRefused: "failed", channel.VerdictUnknown: "unconfirmed"}
				last := channel.VerdictRetry
				if len(got) > 0 {
					last = got[len(got)-1]
				}
				switch {
				case crashed[id] || len(got) == 0 || last == channel.VerdictRetry:
					if m.State != "unconfirmed" {
						t.Errorf("seed %d: %s after %v and a crash", seed, m.State, got)
					}
				case m.State != want[last]:
					t.Errorf("seed %d: %s after %v", seed, m.State, got)
				}
			}
			if n := o.Reread(t, c.ID).Troubled; n != troubled(t, o, ids) {
				t.Errorf("seed %d: %d are troubled, the conversation says %d", seed, troubled(t, o, ids), n)
			}
		}
	})
}

func troubled(t *testing.T, o *office, ids []string) (n int64) {
	for _, id := range ids {
		if s := o.Message(t, id).State; s == "failed" || s == "unconfirmed" {
			n++
		}
	}
	return n
}

// life is one worker that claims a lane and works until it is empty, has to rest, or dies. early dies right after
// "sending" was committed.
func (o *office) life(t *testing.T, early bool) {
	t.Helper()
	worker := conversation.NewID()
	l, err := o.Store.ClaimLane(t.Context(), delivery.LaneSend, worker, o.NowMs(), o.NowMs()+lane.Lease.Milliseconds())
	if store.NotFound(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if dead := recover(); dead != nil && dead != any(errCrash) {
			panic(dead)
		}
	}()
	if early {
		touchpointID, contactID, _ := strings.Cut(l.Key, "/")
		head, err := o.Store.Read().NextUnsent(t.Context(), db.NextUnsentParams{WorkspaceID: o.ID, TouchpointID: touchpointID, ContactID: contactID})
		if err == nil && head.State == "in_hub" {
			_, err = o.Store.InTx(t.Context(), o.ID, func(tx *store.Tx) error {
				_, err := tx.MarkSending(t.Context(), db.MarkSendingParams{WorkspaceID: o.ID, ID: head.ID, LaneKey: l.Key, Worker: worker})
				return err
			})
		}
		if err != nil && !store.NotFound(err) {
			t.Fatal(err)
		}
		return
	}
	result, err := o.sender.Handle(t.Context(), l)
	if err != nil {
		t.Fatal(err)
	}
	o.giveBack(t, l, result)
}

func TestReadMark(t *testing.T) {
	t.Parallel()
	o := newOffice(t, storetest.Open(t, "sqlite"))
	c := o.open(t)
	ack, err := o.box.Execute(t.Context(), o.Agents[0], &hubv1.Command{Id: conversation.NewID(), Action: &hubv1.Command_MarkRead{
		MarkRead: &hubv1.MarkRead{ConversationId: c.ID, MessageId: c.LastMessageID},
	}})
	if err != nil || ack.GetRefusal() != nil {
		t.Fatalf("%v, %v", ack, err)
	}
	l, err := o.Store.ClaimLane(t.Context(), delivery.LaneRead, "w", o.NowMs(), o.NowMs()+1000)
	if err != nil {
		t.Fatal(err)
	}
	o.meta.read = errors.New("not now")
	for l.Attempts = 0; l.Attempts < 4; l.Attempts++ {
		if result, err := o.sender.HandleRead(t.Context(), l); err != nil || !result.Failed {
			t.Fatalf("%+v, %v", result, err)
		}
	}
	if result, err := o.sender.HandleRead(t.Context(), l); err != nil || result != lane.Done {
		t.Errorf("a courtesy is tried for ever: %+v, %v", result, err)
	}
	o.meta.read = nil
	if result, err := o.sender.HandleRead(t.Context(), l); err != nil || result != lane.Done || o.meta.reads[5] != "wamid."+c.ID {
		t.Errorf("%+v, %v, %v", result, err, o.meta.reads)
	}
}

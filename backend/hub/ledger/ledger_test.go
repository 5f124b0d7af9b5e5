package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/ledger"
	"parley/backend/hub/store/db"

	"pgregory.net/rapid"
)

const writtenMs = int64(1_760_000_000_000)

// thread is a conversation with messages that have been handed to Meta.
type thread struct {
	c        db.Conversation
	messages []db.Message
}

func newThread(n int) *thread {
	th := &thread{c: db.Conversation{
		ID: "c", LastInboundMs: writtenMs - time.Hour.Milliseconds(), WindowUntilMs: writtenMs + 23*time.Hour.Milliseconds(), WindowReason: "message",
	}}
	for i := range n {
		th.messages = append(th.messages, db.Message{ID: string(rune('a' + i)), CreatedMs: writtenMs, State: string(conversation.DeliverySending)})
		th.c.LastMessageID = th.messages[i].ID
	}
	th.c.LastState = string(conversation.DeliverySending)
	return th
}

type news struct {
	message int
	report  ledger.Report
}

func troubled(m db.Message) bool { return m.State == "failed" || m.State == "unconfirmed" }

// take enters news and checks what must hold after each.
func (th *thread) take(t *rapid.T, all []news) {
	for _, n := range all {
		m := &th.messages[n.message]
		before, cBefore := *m, th.c
		message, conv := ledger.Enter(m, &th.c, n.report)
		if message != (*m != before) || conv != (th.c != cBefore) {
			t.Fatalf("it says message %v, conversation %v; %+v became %+v", message, conv, before, *m)
		}
		if message && m.Version != before.Version+1 || conv && th.c.Version != cBefore.Version+1 {
			t.Fatalf("a change without a new version: %+v", *m)
		}
		if troubled(*m) != (m.Failure != "") {
			t.Fatalf("%s with the failure %q", m.State, m.Failure)
		}
		if again, c := ledger.Enter(m, &th.c, n.report); again || c {
			t.Fatalf("the same report twice changed %+v", *m)
		}
		count := int64(0)
		for _, m := range th.messages {
			if troubled(m) {
				count++
			}
		}
		if th.c.Troubled != count {
			t.Fatalf("%d messages are troubled, the conversation says %d", count, th.c.Troubled)
		}
		if last := th.messages[len(th.messages)-1]; th.c.LastState != last.State && last.Version > 0 {
			t.Fatalf("the list shows %s, the message is %s", th.c.LastState, last.State)
		}
	}
}

// end is what must not depend on the order.
func (th *thread) end() string {
	c, messages := th.c, append([]db.Message(nil), th.messages...)
	c.Version = 0
	for i := range messages {
		messages[i].Version = 0
	}
	text, _ := json.Marshal([]any{c, messages})
	return string(text)
}

var failures = []*channel.Failure{
	nil, {Class: channel.ClassRecipient, Code: 131026}, {Class: channel.ClassContent, Code: 131051}, {Class: channel.ClassWindow, Code: 131047},
}

func drawNews(messages int) *rapid.Generator[news] {
	return rapid.Custom(func(t *rapid.T) news {
		n := news{message: rapid.IntRange(0, messages-1).Draw(t, "message")}
		n.report = ledger.Report{
			State: rapid.SampledFrom([]conversation.DeliveryState{
				conversation.DeliveryUnconfirmed, conversation.DeliveryAccepted, conversation.DeliveryFailed,
				conversation.DeliveryDelivered, conversation.DeliveryRead,
			}).Draw(t, "state"),
			AtMs: writtenMs + rapid.Int64Range(1, 5).Draw(t, "at"), ProviderID: "wamid." + string(rune('a'+n.message)),
		}
		switch n.report.State {
		case conversation.DeliveryFailed:
			n.report.Failure = rapid.SampledFrom(failures).Draw(t, "failure")
		case conversation.DeliveryUnconfirmed:
			n.report.Failure = &channel.Failure{Class: channel.ClassUnconfirmed}
		}
		return n
	})
}

func TestEnter(t *testing.T) {
	t.Parallel()
	t.Run("ends_the_same_in_every_order_however_often", rapid.MakeCheck(func(t *rapid.T) {
		const messages = 3
		all := rapid.SliceOfN(drawNews(messages), 1, 12).Draw(t, "news")
		extra := rapid.SliceOfN(rapid.SampledFrom(all), 0, 6).Draw(t, "repeated")
		shuffled := rapid.Permutation(append(append([]news(nil), all...), extra...)).Draw(t, "arrivals")
		inOrder, otherwise := newThread(messages), newThread(messages)
		inOrder.take(t, all)
		otherwise.take(t, shuffled)
		if a, b := inOrder.end(), otherwise.end(); a != b {
			t.Fatalf("one order ends as\n%s\nanother as\n%s", a, b)
		}
	}))
	t.Run("the_reason_is_that_of_the_state", func(t *testing.T) {
		th := newThread(1)
		m := &th.messages[0]
		ledger.Enter(m, &th.c, ledger.Report{State: conversation.DeliveryUnconfirmed, AtMs: 1})
		ledger.Enter(m, &th.c, ledger.Report{State: conversation.DeliveryFailed, AtMs: 2, Failure: failures[1]})
		var f channel.Failure
		if err := json.Unmarshal([]byte(m.Failure), &f); err != nil || f.Class != channel.ClassRecipient {
			t.Errorf("an unconfirmed message that failed says %q", m.Failure)
		}
	})
	t.Run("the_hubs_clock_yields_to_metas", func(t *testing.T) {
		th := newThread(1)
		m := &th.messages[0]
		ledger.Enter(m, &th.c, ledger.Report{State: conversation.DeliveryAccepted, AtMs: 900, HubTime: true})
		ledger.Enter(m, &th.c, ledger.Report{State: conversation.DeliveryAccepted, AtMs: 500})
		ledger.Enter(m, &th.c, ledger.Report{State: conversation.DeliveryAccepted, AtMs: 100, HubTime: true})
		if m.AcceptedMs != 500 {
			t.Errorf("accepted at %d", m.AcceptedMs)
		}
	})
}

func TestWindowRefusal(t *testing.T) {
	t.Parallel()
	refusal := ledger.Report{State: conversation.DeliveryFailed, AtMs: writtenMs + 2000, Failure: &channel.Failure{Class: channel.ClassWindow, Code: 131047}}
	for name, test := range map[string]struct {
		lastInboundMs int64
		open          bool
	}{
		"closes the window":                          {writtenMs - 60_000, false},
		"spares what the contact wrote after ours":   {writtenMs + 1, true},
		"spares what may have been the same second":  {writtenMs - 999, true},
		"closes what was written a second before it": {writtenMs - 1000, false},
	} {
		th := newThread(1)
		th.c.LastInboundMs, th.c.WindowUntilMs = test.lastInboundMs, test.lastInboundMs+24*time.Hour.Milliseconds()
		ledger.Enter(&th.messages[0], &th.c, refusal)
		w := conversation.Window{UntilMs: th.c.WindowUntilMs, Reason: conversation.WindowReason(th.c.WindowReason)}
		if w.Open(refusal.AtMs) != test.open || (w.Reason == conversation.WindowRefused) == test.open {
			t.Errorf("%s: the window is %v", name, w)
		}
	}
	th := newThread(1)
	ledger.Enter(&th.messages[0], &th.c, ledger.Report{State: conversation.DeliveryFailed, AtMs: writtenMs, Failure: failures[1]})
	if th.c.WindowReason != "message" {
		t.Error("another refusal closed the window")
	}
}

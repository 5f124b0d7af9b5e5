package ledger_test

import (
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/ledger"
	"parley/backend/hub/store/db"

	"pgregory.net/rapid"
)

// What a message carries to Meta brings back which attempt it was.
func TestRef(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := db.Message{ID: conversation.NewID(), Attempt: rapid.Int64Range(1, 1<<40).Draw(t, "attempt")}
		if id, attempt := ledger.ParseRef(ledger.Ref(m)); id != m.ID || attempt != m.Attempt {
			t.Fatalf("%s, %d", id, attempt)
		}
	})
	id := conversation.NewID()
	for _, foreign := range []string{"", "order-17", id + ".", id + ".1", id + ".-2", id + ".x", id + ".2.3", "." + id} {
		if got, attempt := ledger.ParseRef(foreign); got != "" || attempt != 0 {
			t.Errorf("%q is taken for ours: %s, %d", foreign, got, attempt)
		}
	}
}

// After "send again" a late refusal of the first attempt says nothing of the second; that the first arrived does.
func TestEarlierAttempt(t *testing.T) {
	for _, c := range []struct {
		report ledger.Report
		want   conversation.DeliveryState
	}{
		{ledger.Report{State: conversation.DeliveryFailed, AtMs: 1, Attempt: 1}, conversation.DeliveryAccepted},
		{ledger.Report{State: conversation.DeliveryFailed, AtMs: 1, Attempt: 2}, conversation.DeliveryFailed},
		{ledger.Report{State: conversation.DeliveryFailed, AtMs: 1}, conversation.DeliveryFailed},
		{ledger.Report{State: conversation.DeliveryDelivered, AtMs: 1, Attempt: 1}, conversation.DeliveryDelivered},
	} {
		m := db.Message{ID: "m", State: string(conversation.DeliveryAccepted), Attempt: 2}
		ledger.Enter(&m, &db.Conversation{}, c.report)
		if m.State != string(c.want) {
			t.Errorf("%+v made it %s, want %s", c.report, m.State, c.want)
		}
	}
}

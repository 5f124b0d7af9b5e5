package embedded_test

import (
	"testing"
	"time"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Outside of business hours a contact gets the automatic answer, once and on their phone, and waits on; at the beginning of the
// hours the conversation is the agent's.
func TestAutomaticAnswer(t *testing.T) {
	const answer = "Voltamos às nove."
	d := start(t)
	c := d.contact("whatsapp")
	d.writes(c, "Bom dia")
	d.until("the first message", func() bool { return d.message("Bom dia") != nil })
	first := d.conversations[d.message("Bom dia").GetConversationId()]
	change := func(hours string) {
		d.must(&hubv1.Command{Action: &hubv1.Command_ChangeQueue{ChangeQueue: &hubv1.ChangeQueue{
			QueueId: first.GetQueueId(), Routing: &hubv1.Routing{Mode: "assign", Hours: hours, Zone: "UTC", Answer: answer},
		}}})
	}
	closed := time.Now().UTC().AddDate(0, 0, 3).Weekday().String()[:3] // a day that is not today
	change(closed + " 00:00-00:01")
	d.until("the answer to be delivered", func() bool { return d.state(answer) == "delivered" || d.state(answer) == "read" })
	got := d.message(answer)
	if got.GetAgentId() != "" || got.GetContent().GetRawKind() != "automatic" {
		t.Errorf("it is %v", got)
	}
	if row := d.conversations[first.GetId()]; row.GetStatus() != "queued" || row.GetWaitingSinceMs() == 0 || row.GetUnread() != 1 {
		t.Errorf("the contact does not wait on: %v", row)
	}
	d.writes(c, "Obrigada")
	d.until("the contact's next message", func() bool { return d.message("Obrigada") != nil })
	change("mon-sun 00:00-24:00")
	d.until("the conversation to be the agent's", func() bool { return d.conversations[first.GetId()].GetStatus() == "assigned" })
	answers := 0
	for _, m := range d.messages {
		if m.GetContent().GetText() == answer {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("answered %d times", answers)
	}
}

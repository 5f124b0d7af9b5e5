package ingest_test

import (
	"testing"

	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

// What the business wrote elsewhere and what the contact wrote make the same history in either order.
func TestEchoFirst(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		for name, at := range map[string]struct{ contact, echo int64 }{
			"the_contact_wrote_first":  {hubtest.Start, hubtest.Start + 5000},
			"the_business_wrote_first": {hubtest.Start + 5000, hubtest.Start},
		} {
			t.Run(name, func(t *testing.T) {
				var ends []db.Conversation
				for _, echoFirst := range []bool{false, true} {
					who := somebody()
					bodies := []object{
						webhook(text(who, "wamid.in."+who.userID, at.contact, "question")), webhook(echo(who, "wamid.echo."+who.userID, at.echo, "answer")),
					}
					if echoFirst {
						bodies[0], bodies[1] = bodies[1], bodies[0]
					}
					for _, body := range bodies {
						d.accept(t, whatsApp, body)
					}
					c := d.only(t, who)
					if len(d.Thread(t, c.ID)) != 2 {
						t.Error("not both are in the thread")
					}
					ends = append(ends, c)
				}
				a, b := ends[0], ends[1]
				if a.Status != "queued" || a.Status != b.Status || a.Unread != b.Unread || a.WaitingSinceMs != b.WaitingSinceMs || a.OpenedMs != b.OpenedMs ||
					a.Preview != b.Preview || a.WindowUntilMs != b.WindowUntilMs || a.ClosedMs != 0 || b.ClosedMs != 0 {
					t.Errorf("the order of arrival made a difference:\n%+v\n%+v", a, b)
				}
			})
		}
	})
}

// Two hubs that write in the same moment do not see each other; what falls between them is found soon after.
func TestOverlooked(t *testing.T) {
	t.Parallel()
	d := open(t, storetest.Open(t, "postgres"))
	who := somebody()
	d.accept(t, whatsApp, webhook(text(who, "wamid.1."+who.userID, hubtest.Start, "hi")))
	m := outgoing(t, d, d.only(t, who))
	m.State, m.ProviderID, m.AcceptedMs = "accepted", "wamid.out."+m.ID, hubtest.Start+100
	if _, err := d.Store.InTx(t.Context(), d.ID, func(tx *store.Tx) error {
		return tx.Write(t.Context(), store.Rows{
			PutMessages: []db.Message{m},
			Parked: []db.ParkedStatus{{
				WorkspaceID: d.ID, TouchpointID: m.TouchpointID, ProviderID: m.ProviderID, State: "delivered", AtMs: hubtest.Start + 500, CreatedMs: d.NowMs(),
			}},
		})
	}); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the parked status is entered", func() bool { return d.Message(t, m.ID).State == "delivered" })
}

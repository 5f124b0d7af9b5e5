package inbox_test

import (
	"testing"
	"time"

	"parley/backend/hub/inbox"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// An admin sets how long the session window of a touchpoint is, within what the channel allows; windows that are open get the new
// length at once, those that Meta has refused do not.
func TestWindowLength(t *testing.T) {
	onEach(t, 1, func(t *testing.T, r *room) {
		admin := r.Agents[0]
		admin.Role = "admin"
		change := func(window time.Duration) *hubv1.Command {
			return &hubv1.Command{Action: &hubv1.Command_ChangeTouchpoint{ChangeTouchpoint: &hubv1.ChangeTouchpoint{
				TouchpointId: r.Messenger.ID, WindowMs: window.Milliseconds(), Weight: 30, Sticky: true, QueueId: r.Messenger.QueueID,
			}}}
		}
		onMessenger := func(c *db.Conversation) {
			c.TouchpointID, c.WindowUntilMs = r.Messenger.ID, r.NowMs()+r.Messenger.WindowMs
		}
		open := r.Conversation(t, onMessenger)
		refused := r.Conversation(t, func(c *db.Conversation) {
			onMessenger(c)
			c.WindowUntilMs, c.WindowReason = r.NowMs(), "refused"
		})
		elsewhere := r.Conversation(t, nil)
		if code := r.refused(t, change(24*time.Hour)); code != inbox.RefusedForbidden {
			t.Fatalf("an agent: %q", code)
		}
		for _, window := range []time.Duration{0, 8 * 24 * time.Hour} {
			if code := r.execute(t, admin, change(window)).GetRefusal().GetCode(); code != inbox.RefusedInvalid {
				t.Errorf("%v: %q", window, code)
			}
		}
		if refusal := r.execute(t, admin, change(24*time.Hour)).GetRefusal(); refusal != nil {
			t.Fatal(refusal)
		}
		if c := r.Reread(t, open.ID); c.WindowUntilMs != open.LastInboundMs+(24*time.Hour).Milliseconds() || c.Version == open.Version {
			t.Errorf("the open window: %+v", c)
		}
		if c := r.Reread(t, refused.ID); c.WindowUntilMs != refused.WindowUntilMs {
			t.Errorf("the refused window: %+v", c)
		}
		if c := r.Reread(t, elsewhere.ID); c.WindowUntilMs != elsewhere.WindowUntilMs {
			t.Errorf("another touchpoint's window: %+v", c)
		}
		row, err := r.Store.Read().Touchpoint(t.Context(), db.TouchpointParams{WorkspaceID: r.ID, ID: r.Messenger.ID})
		if err != nil || row.Weight != 30 || !row.Sticky {
			t.Errorf("it is %+v, %v", row, err)
		}
	})
}

func TestHumanAgent(t *testing.T) {
	onEach(t, 1, func(t *testing.T, r *room) {
		rule := r.Directory.Adapter("messenger").Window()
		s := touchpoint.SettingsOf(r.Messenger)
		if err := s.HumanAgent(false, rule); err != nil || s.Window != 24*time.Hour {
			t.Errorf("without: %v, %v", s.Window, err)
		}
		if err := s.HumanAgent(true, rule); err != nil || s.Window != 7*24*time.Hour {
			t.Errorf("with: %v, %v", s.Window, err)
		}
		whatsApp := touchpoint.SettingsOf(r.WhatsApp)
		if err := whatsApp.HumanAgent(true, r.Directory.Adapter("whatsapp").Window()); err == nil {
			t.Error("WhatsApp has it")
		}
	})
}

package inbox_test

import (
	"strings"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/audit"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

func save(q *hubv1.SaveQuickReply) *hubv1.Command {
	if q.Id == "" {
		q.Id = conversation.NewID()
	}
	return &hubv1.Command{Action: &hubv1.Command_SaveQuickReply{SaveQuickReply: q}}
}

func drop(id string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_DeleteQuickReply{DeleteQuickReply: &hubv1.DeleteQuickReply{Id: id}}}
}

func TestQuickReply(t *testing.T) {
	t.Parallel()
	onEach(t, 2, func(t *testing.T, r *room) {
		ana, rui := r.Agents[0], r.Agents[1]
		stored := func(id string) (db.QuickReply, error) {
			return r.Store.Read().QuickReply(t.Context(), db.QuickReplyParams{WorkspaceID: r.ID, ID: id})
		}
		refusal := func(c *hubv1.Command) string { return r.execute(t, ana, c).GetRefusal().GetCode() }

		own := conversation.NewID()
		if code := refusal(save(&hubv1.SaveQuickReply{Id: own, Shortcut: " /Hello", Title: " Greeting\n", Text: " Hello {{contact.name}}\n", Language: "en"})); code != "" {
			t.Fatal(code)
		}
		if row, err := stored(own); err != nil || row.OwnerID != ana.AgentID || row.Shortcut != "hello" || row.Title != "Greeting" || row.Text != "Hello {{contact.name}}" {
			t.Fatalf("stored %+v, %v", row, err)
		}
		for name, bad := range map[string]*hubv1.SaveQuickReply{
			"a shortcut is needed":    {Text: "x"},
			"it is one word":          {Shortcut: "two words", Text: "x"},
			"a text is needed":        {Shortcut: "x", Text: " "},
			"a text that can be sent": {Shortcut: "x", Text: strings.Repeat("x", inbox.MaxQuickTextRunes+1)},
		} {
			if code := refusal(save(bad)); code != inbox.RefusedInvalid {
				t.Errorf("%s: refused as %q", name, code)
			}
		}
		if code := refusal(save(&hubv1.SaveQuickReply{Shortcut: "HELLO", Text: "x", Language: "en"})); code != inbox.RefusedConflict {
			t.Errorf("one shortcut for two texts: %q", code)
		}
		if code := refusal(save(&hubv1.SaveQuickReply{Shortcut: "hello", Text: "x", Language: "pt"})); code != "" {
			t.Errorf("in another language it is free: %q", code)
		}
		if code := refusal(save(&hubv1.SaveQuickReply{Shared: true, Shortcut: "all", Text: "x"})); code != inbox.RefusedForbidden {
			t.Errorf("an agent wrote for everybody: %q", code)
		}
		shared := conversation.NewID()
		if ack := r.execute(t, supervisor(rui), save(&hubv1.SaveQuickReply{Id: shared, Shared: true, Shortcut: "all", Text: "x"})); ack.GetRefusal() != nil {
			t.Errorf("a supervisor may: %v", ack.GetRefusal())
		}
		for _, command := range []*hubv1.Command{save(&hubv1.SaveQuickReply{Id: shared, Shortcut: "mine", Text: "x"}), drop(shared)} {
			if code := refusal(command); code != inbox.RefusedForbidden {
				t.Errorf("what is everybody's became somebody's: %q", code)
			}
		}
		if ack := r.execute(t, rui, drop(own)); ack.GetRefusal().GetCode() != inbox.RefusedForbidden {
			t.Errorf("a colleague deleted it: %v", ack)
		}
		if code := refusal(drop(own)); code != "" {
			t.Error(code)
		}
		if _, err := stored(own); err == nil {
			t.Error("it is still there")
		}
		if code := refusal(drop(own)); code != "" {
			t.Errorf("what has gone is refused as %q", code)
		}
		if ack := r.execute(t, supervisor(rui), drop(shared)); ack.GetRefusal() != nil {
			t.Errorf("a supervisor deletes it: %v", ack.GetRefusal())
		}
		entries, err := audit.Latest(t.Context(), r.Store, r.ID, 2)
		if err != nil || len(entries) != 2 || entries[0].Action != string(audit.QuickDeleted) || entries[1].Action != string(audit.QuickSaved) ||
			entries[0].SubjectID != shared || entries[0].Detail != "/all" || entries[0].ActorID != rui.AgentID {
			t.Errorf("the audit tells %+v, %v", entries, err)
		}
	})
}

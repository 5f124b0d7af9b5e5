package activities_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"parley/backend/activity"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/activities"
	"parley/backend/hub/feed"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

type office struct {
	*hubtest.Workspace
	inbox  *inbox.Inbox
	lister *activities.Lister
	names  map[string]string
}

func onEach(t *testing.T, test func(t *testing.T, o *office)) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 3, hubtest.Channels()...)
		o := &office{Workspace: w, inbox: inbox.New(s, w.Directory, w.Now), lister: activities.New(s, w.Now), names: map[string]string{"": ""}}
		for i, name := range []string{"ana", "rui", "zoe"} {
			o.names[w.Agents[i].AgentID] = name
		}
		test(t, o)
	})
}

// do carries a command out a minute after the one before.
func (o *office) do(t *testing.T, who access.Actor, c *hubv1.Command) {
	t.Helper()
	o.Advance(time.Minute)
	c.Id = conversation.NewID()
	ack, err := o.inbox.Execute(t.Context(), who, c)
	if err != nil || ack.GetRefusal() != nil {
		t.Fatalf("%v: %v %v", c.GetAction(), err, ack.GetRefusal())
	}
}

func (o *office) lists(t *testing.T, who access.Actor, r *hubv1.ListActivitiesRequest) (lines []string, page *hubv1.ActivityPage) {
	t.Helper()
	page, err := o.lister.List(t.Context(), who, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range page.GetActivities() {
		lines = append(lines, fmt.Sprintf("%s %s %s", o.names[a.GetAgentId()], a.GetKind(), a.GetText()))
	}
	return lines, page
}

func note(c db.Conversation, id, text string) *hubv1.Command {
	return &hubv1.Command{Action: &hubv1.Command_SaveNote{SaveNote: &hubv1.SaveNote{ConversationId: c.ID, NoteId: id, Text: text}}}
}

// What agents did to a conversation is told with who and when, notes with each text that they had.
func TestWhatAgentsDid(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		ana, rui := o.Agents[0], o.Agents[1]
		c := o.Conversation(t, nil)
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: c.ID}}})
		id := conversation.NewID()
		o.do(t, ana, note(c, id, "asks for Friday"))
		o.do(t, rui, note(c, id, "asks for Saturday"))
		o.do(t, ana, note(c, id, "asks for Saturday")) // which it says already
		o.do(t, ana, note(c, id, "asks for Sunday"))
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: &hubv1.Transfer{ConversationId: c.ID, ToAgentId: rui.AgentID}}})
		o.do(t, rui, &hubv1.Command{Action: &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: c.ID}}})
		o.Advance(25 * time.Hour)
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: c.ID}}})
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: c.ID}}})
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_DismissWrapUp{DismissWrapUp: &hubv1.DismissWrapUp{ConversationId: c.ID}}})

		want := []string{
			"ana closed ", "ana ended ", "ana assigned ", " window_closed ", "rui sent_to_inbox ", "ana transferred " + o.name(t, rui),
			"ana note_edited asks for Sunday", "rui note_edited asks for Saturday", "ana note asks for Friday", "ana assigned ", " began ",
		}
		got, page := o.lists(t, rui, &hubv1.ListActivitiesRequest{ContactId: c.ContactID})
		if !slices.Equal(got, want) || !page.GetComplete() {
			t.Errorf("told is %q", got)
		}
		for _, a := range page.GetActivities() {
			if a.GetConversationId() != c.ID || a.GetTouchpointId() != c.TouchpointID {
				t.Errorf("%v is of no conversation", a)
			}
		}
		// In pages, and of one group.
		r := &hubv1.ListActivitiesRequest{ContactId: c.ContactID, Limit: 4}
		var paged []string
		for {
			lines, page := o.lists(t, ana, r)
			paged = append(paged, lines...)
			if page.GetComplete() {
				break
			}
			last := page.GetActivities()[len(lines)-1]
			r.BeforeMs, r.BeforeId = last.GetAtMs(), last.GetId()
		}
		if !slices.Equal(paged, want) {
			t.Errorf("page by page it is %q", paged)
		}
		if got, _ := o.lists(t, ana, &hubv1.ListActivitiesRequest{ContactId: c.ContactID, Only: activity.Hands}); len(got) != 4 {
			t.Errorf("who had it: %q", got)
		}
		if _, err := o.lister.List(t.Context(), ana, &hubv1.ListActivitiesRequest{ContactId: c.ContactID, Only: "all"}); !errors.Is(err, activities.ErrInvalid) {
			t.Errorf("a group that there is not: %v", err)
		}
		// The note itself brings what it said before to every desk.
		row, err := o.Store.Read().Note(t.Context(), db.NoteParams{WorkspaceID: o.ID, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		entity, err := feed.NoteEntity(row)
		if err != nil {
			t.Fatal(err)
		}
		if earlier := entity.GetNote().GetEarlier(); len(earlier) != 2 || earlier[0].GetText() != "asks for Friday" ||
			earlier[0].GetAgentId() != ana.AgentID || earlier[1].GetText() != "asks for Saturday" || earlier[1].GetAgentId() != rui.AgentID {
			t.Errorf("before it said %v", earlier)
		}
	})
}

func (o *office) name(t *testing.T, who access.Actor) string {
	t.Helper()
	row, err := o.Store.Read().Agent(t.Context(), db.AgentParams{WorkspaceID: o.ID, ID: who.AgentID})
	if err != nil {
		t.Fatal(err)
	}
	return row.Name
}

// A merged contact's past is told with the one who was kept, and that they were merged; of what an agent may not see
// nothing is told.
func TestOnlyWhatMayBeSeen(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		ana, zoe := o.Agents[0], o.Agents[2]
		complaints := o.Queue(t, "Complaints", ana)
		c := o.Conversation(t, nil)
		hidden := o.Conversation(t, func(c *db.Conversation) { c.QueueID, c.TouchpointID = complaints, o.Messenger.ID })
		o.do(t, ana, note(hidden, conversation.NewID(), "nobody else's business"))
		if _, err := o.lister.List(t.Context(), zoe, &hubv1.ListActivitiesRequest{ContactId: hidden.ContactID}); !errors.Is(err, activities.ErrForbidden) {
			t.Errorf("zoe is told of a contact whom she does not see: %v", err)
		}
		// Two contacts who turn out to be one: zoe sees the one's conversation, and nothing of the other's.
		o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_MergeContacts{MergeContacts: &hubv1.MergeContacts{KeptId: c.ContactID, MergedId: hidden.ContactID}}})
		if got, _ := o.lists(t, ana, &hubv1.ListActivitiesRequest{ContactId: c.ContactID}); !slices.Equal(got[:2], []string{"ana merged Zoë", "ana note nobody else's business"}) {
			t.Errorf("ana is told %q", got)
		}
		got, page := o.lists(t, zoe, &hubv1.ListActivitiesRequest{ContactId: c.ContactID})
		if !slices.Equal(got, []string{"ana merged Zoë", " began "}) || page.GetActivities()[1].GetConversationId() != c.ID {
			t.Errorf("zoe is told %q", got)
		}
	})
}

// A merge that was undone is told with who undid it: of the kept contact both lines stay, of the other one it says whom they
// were taken for. Another merge of the same two is told beside it.
func TestUndoneMerge(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		ana, rui := o.Agents[0], o.Agents[1]
		c := o.Conversation(t, nil)
		other := o.Conversation(t, func(c *db.Conversation) { c.TouchpointID = o.Messenger.ID })
		for _, undoes := range []access.Actor{rui, ana} {
			o.do(t, ana, &hubv1.Command{Action: &hubv1.Command_MergeContacts{MergeContacts: &hubv1.MergeContacts{KeptId: c.ContactID, MergedId: other.ContactID}}})
			o.do(t, undoes, &hubv1.Command{Action: &hubv1.Command_UndoMerge{UndoMerge: &hubv1.UndoMerge{MergedId: other.ContactID}}})
		}
		name := func(id string) string {
			row, err := o.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: o.ID, ID: id})
			if err != nil {
				t.Fatal(err)
			}
			return row.Name
		}
		kept, merged := name(c.ContactID), name(other.ContactID)
		got, page := o.lists(t, ana, &hubv1.ListActivitiesRequest{ContactId: c.ContactID})
		want := []string{"ana unmerged " + merged, "ana merged " + merged, "rui unmerged " + merged, "ana merged " + merged, " began "}
		if !slices.Equal(got, want) {
			t.Errorf("of the kept contact is told %q", got)
		}
		ids := map[string]bool{}
		for _, a := range page.GetActivities() {
			ids[a.GetId()] = true
		}
		if len(ids) != len(want) {
			t.Errorf("%d different ids of %d lines", len(ids), len(want))
		}
		if got, _ := o.lists(t, ana, &hubv1.ListActivitiesRequest{ContactId: other.ContactID}); !slices.Equal(got, []string{"ana unmerged " + kept, "rui unmerged " + kept, " began "}) {
			t.Errorf("of the other one is told %q", got)
		}
	})
}

// Edits that come at the same moment are all kept.
func TestEditsAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, o *office) {
		c, id := o.Conversation(t, nil), conversation.NewID()
		o.do(t, o.Agents[0], note(c, id, "0"))
		const edits = 12
		failed := make(chan error, edits)
		for i := range edits {
			go func() {
				command := note(c, id, fmt.Sprint(i+1))
				command.Id = conversation.NewID()
				_, err := o.inbox.Execute(t.Context(), o.Agents[i%3], command)
				failed <- err
			}()
		}
		for range edits {
			if err := <-failed; err != nil {
				t.Error(err)
			}
		}
		row, err := o.Store.Read().Note(t.Context(), db.NoteParams{WorkspaceID: o.ID, ID: id})
		if err != nil {
			t.Fatal(err)
		}
		entity, err := feed.NoteEntity(row)
		if err != nil {
			t.Fatal(err)
		}
		texts := map[string]bool{row.Text: true}
		for _, said := range entity.GetNote().GetEarlier() {
			texts[said.GetText()] = true
		}
		if len(texts) != edits+1 || row.Version != edits+1 {
			t.Errorf("%d texts of %d are known, version %d", len(texts), edits+1, row.Version)
		}
	})
}

package desk_test

import (
	"slices"
	"testing"

	"parley/backend/desk"
	"parley/backend/desk/desktest"
	deskfeed "parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// What happened around a contact is told by the hub, and without it by what is on this computer.
func TestActivities(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	b.hub.Put(&hubv1.Note{Id: "n", ConversationId: id, AgentId: desktest.ColleagueID, Text: "Sunday", CreatedMs: 5, EditedMs: 9, EditedBy: desktest.AgentID, Earlier: []*hubv1.NoteText{
		{Text: "Friday", AgentId: desktest.ColleagueID, AtMs: 5},
	}})
	b.hub.Say(id, "event", &hubv1.Content{Kind: "transferred", Text: "Rui"})
	b.until("the note is here", func() bool { return len(must(b.Notes(t.Context(), id))) == 1 })
	b.until("the line is here", func() bool {
		return slices.ContainsFunc(b.thread(id), func(m desk.Message) bool { return m.Content.Kind == "transferred" })
	})
	contact := must(b.Conversations(t.Context(), []string{id}))[0].Contact.Id
	told := func(only string) (desk.Activities, []string) {
		t.Helper()
		page := must(b.Activities(t.Context(), &hubv1.ListActivitiesRequest{ContactId: contact, Only: only}))
		var kinds []string
		for _, a := range page.List {
			kinds = append(kinds, a.Kind)
		}
		return page, kinds
	}
	if page, kinds := told(""); page.Offline || !slices.Contains(kinds, "merged") || !slices.Contains(kinds, "transferred") || !page.Complete {
		t.Errorf("the hub tells %q, offline %v", kinds, page.Offline)
	}
	b.hub.SetDown(true)
	b.until("offline", func() bool { return b.connection().State != deskfeed.Live })
	page, kinds := told("")
	if !page.Offline || slices.Contains(kinds, "merged") || !slices.Contains(kinds, "transferred") || !slices.Contains(kinds, "began") {
		t.Errorf("this computer tells %q, offline %v", kinds, page.Offline)
	}
	page, kinds = told("notes")
	if !slices.Equal(kinds, []string{"note_edited", "note"}) || page.List[0].Text != "Sunday" || page.List[0].AgentName != "Inês" || page.List[1].Text != "Friday" || page.List[1].AgentName != "Rui" {
		t.Errorf("of notes it tells %v", page.List)
	}
}

// A note has its history here, too, with an edit that the hub has not got yet.
func TestNoteHistory(t *testing.T) {
	b := begin(t)
	id := b.mine("Ana")
	b.hub.Put(&hubv1.Note{Id: "018f2f3e-5a00-7000-8000-000000000001", ConversationId: id, AgentId: desktest.ColleagueID, Text: "Saturday", CreatedMs: 5, EditedMs: 9, EditedBy: desktest.ColleagueID, Earlier: []*hubv1.NoteText{
		{Text: "Friday", AgentId: desktest.ColleagueID, AtMs: 5},
	}})
	b.until("the note is here", func() bool { return len(must(b.Notes(t.Context(), id))) == 1 })
	b.hub.SetDown(true)
	b.until("offline", func() bool { return b.connection().State != deskfeed.Live })
	must(b.SaveNote(t.Context(), id, "018f2f3e-5a00-7000-8000-000000000001", "Sunday"))
	note := must(b.Notes(t.Context(), id))[0]
	if note.Text != "Sunday" || !note.Pending || note.EditedByName != "Inês" || len(note.Before) != 2 || note.Before[0].Text != "Friday" ||
		note.Before[1].Text != "Saturday" || note.Before[1].AgentName != "Rui" || note.Before[1].AtMs != 9 {
		t.Errorf("the note is %v, edited by %s, after %v", note.Note, note.EditedByName, note.Before)
	}
}

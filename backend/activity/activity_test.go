package activity_test

import (
	"fmt"
	"slices"
	"testing"

	"parley/backend/activity"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"pgregory.net/rapid"
)

func kinds(page *hubv1.ActivityPage) (all []string) {
	for _, a := range page.GetActivities() {
		all = append(all, fmt.Sprintf("%d %s %s%s", a.GetAtMs(), a.GetKind(), a.GetAgentId(), a.GetText()))
	}
	return all
}

func event(id, kind string, atMs int64, text string) *hubv1.Message {
	return &hubv1.Message{Id: id, SentMs: atMs, AgentId: "ana ", Content: &hubv1.Content{Kind: kind, Text: text}}
}

// One conversation from its first message to its close, and what was written down of it.
func TestStory(t *testing.T) {
	c := &hubv1.Conversation{Id: "c", OpenedMs: 10, WindowUntilMs: 50, EndedMs: 60, ClosedMs: 70, DispositionId: "booked"}
	var l activity.List
	l.Conversation(c, 1000)
	for _, m := range []*hubv1.Message{event("e1", "assigned", 20, ""), event("e2", "transferred", 30, "Rui"), event("e3", "ended", 60, ""), event("e4", "closed", 70, "")} {
		l.Event(m, c)
	}
	l.Note(&hubv1.Note{Id: "n", Text: "late", AgentId: "ana ", CreatedMs: 25, EditedMs: 45, EditedBy: "rui ", Earlier: []*hubv1.NoteText{
		{Text: "early", AgentId: "ana ", AtMs: 25}, {Text: "later", AgentId: "zoe ", AtMs: 40},
	}}, c)
	l.Merge("other", "Marta", "zoe ", 80)
	want := []string{
		"80 merged zoe Marta", "70 closed ana ", "60 ended ana ", "50 window_closed ", "45 note_edited rui late", "40 note_edited zoe later",
		"30 transferred ana Rui", "25 note ana early", "20 assigned ana ", "10 began ",
	}
	page := l.Page(&hubv1.ListActivitiesRequest{})
	if got := kinds(page); !slices.Equal(got, want) || !page.GetComplete() {
		t.Errorf("everything is %q", got)
	}
	if closed := page.GetActivities()[1]; closed.GetDispositionId() != "booked" || closed.GetConversationId() != "c" {
		t.Errorf("closed as %v", closed)
	}
	for only, n := range map[string]int{activity.Notes: 3, activity.Hands: 2, activity.Conversations: 5} {
		if got := l.Page(&hubv1.ListActivitiesRequest{Only: only}); len(got.GetActivities()) != n {
			t.Errorf("only %s: %q", only, kinds(got))
		}
	}
}

// A window that was still open when the chat ended, or that has not come to its end, did not close on anybody.
func TestWindowThatDidNotClose(t *testing.T) {
	for _, c := range []*hubv1.Conversation{
		{Id: "c", OpenedMs: 10, WindowUntilMs: 50, EndedMs: 40}, {Id: "c", OpenedMs: 10, WindowUntilMs: 50, ClosedMs: 50}, {Id: "c", OpenedMs: 10, WindowUntilMs: 101},
		{Id: "c", OpenedMs: 10},
	} {
		var l activity.List
		l.Conversation(c, 100)
		if got := kinds(l.Page(&hubv1.ListActivitiesRequest{})); !slices.Equal(got, []string{"10 began "}) {
			t.Errorf("%v: %q", c, got)
		}
	}
}

// Whatever the length of its pages, a list gives everything once and in order.
func TestPagesAreTheWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var l activity.List
		c := &hubv1.Conversation{Id: "c"}
		n := rapid.IntRange(1, 60).Draw(t, "events")
		for i := range n { // many at the same moment
			l.Event(event(fmt.Sprintf("e%02d", i), "assigned", rapid.Int64Range(1, 5).Draw(t, "at"), ""), c)
		}
		r := &hubv1.ListActivitiesRequest{Limit: int32(rapid.IntRange(1, 7).Draw(t, "limit"))}
		var all []*hubv1.Activity
		for {
			page := l.Page(r)
			all = append(all, page.GetActivities()...)
			if page.GetComplete() {
				break
			}
			last := all[len(all)-1]
			r.BeforeMs, r.BeforeId = last.GetAtMs(), last.GetId()
		}
		if len(all) != n || !slices.IsSortedFunc(all, func(a, b *hubv1.Activity) int { return int(b.GetAtMs() - a.GetAtMs()) }) {
			t.Fatalf("%d of %d", len(all), n)
		}
	})
}

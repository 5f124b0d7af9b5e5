// Package activity puts together what happened around a contact, newest first, from what hub and desk both have:
// conversations, the event lines of their threads, notes with what they said before, and merges. The hub does so over its
// rows, a desk without its hub over its cache; what is told is the same.
package activity

import (
	"cmp"
	"slices"
	"strconv"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Kinds of activities that are no event lines.
const (
	Began        = "began"
	WindowClosed = "window_closed"
	Note         = "note"
	NoteEdited   = "note_edited"
	Merged       = "merged"
	Unmerged     = "unmerged"
)

// Groups that a list can be narrowed down to; "" is everything.
const (
	Conversations = "conversations"
	Hands         = "hands"
	Notes         = "notes"
)

// hands are the event lines that say who has a conversation.
var hands = []string{"assigned", "sent_to_inbox", "transferred", "routed", "timed_out"}

// Grouped reports whether there is such a group.
func Grouped(only string) bool {
	return slices.Contains([]string{"", Conversations, Hands, Notes}, only)
}

// groupOf is the group of a kind.
func groupOf(kind string) string {
	switch {
	case kind == Note, kind == NoteEdited:
		return Notes
	case slices.Contains(hands, kind):
		return Hands
	}
	return Conversations
}

// List collects activities. The zero value is an empty one.
type List struct {
	all []*hubv1.Activity
}

// Empty reports whether nothing has happened at all.
func (l *List) Empty() bool { return len(l.all) == 0 }

// Conversation adds what a conversation says of itself: that it began, and that its session window has closed.
func (l *List) Conversation(c *hubv1.Conversation, nowMs int64) {
	l.add(&hubv1.Activity{Id: c.GetId() + "/began", Kind: Began, AtMs: c.GetOpenedMs()}, c)
	until := c.GetWindowUntilMs()
	ended := cmp.Or(c.GetEndedMs(), c.GetClosedMs())
	if until > c.GetOpenedMs() && until <= nowMs && (ended == 0 || until < ended) {
		l.add(&hubv1.Activity{Id: c.GetId() + "/window", Kind: WindowClosed, AtMs: until}, c)
	}
}

// Event adds a line by which a conversation's thread tells its history.
func (l *List) Event(m *hubv1.Message, c *hubv1.Conversation) {
	a := &hubv1.Activity{
		Id: m.GetId(), Kind: m.GetContent().GetKind(), AtMs: m.GetSentMs(), AgentId: m.GetAgentId(), Text: m.GetContent().GetText(),
	}
	if a.Kind == "closed" {
		a.DispositionId = c.GetDispositionId()
	}
	l.add(a, c)
}

// Note adds a note and each of its edits, with what it said from then on.
func (l *List) Note(n *hubv1.Note, c *hubv1.Conversation) {
	said := append(slices.Clone(n.GetEarlier()), &hubv1.NoteText{Text: n.GetText(), AgentId: n.GetAgentId(), AtMs: n.GetCreatedMs()})
	if n.GetEditedMs() > 0 {
		said[len(said)-1].AgentId, said[len(said)-1].AtMs = n.GetEditedBy(), n.GetEditedMs()
	}
	for i, text := range said {
		a := &hubv1.Activity{Id: n.GetId() + "/" + strconv.FormatInt(text.GetAtMs(), 10), Kind: NoteEdited, AtMs: text.GetAtMs(), AgentId: text.GetAgentId(), Text: text.GetText()}
		if i == 0 && text.GetAtMs() == n.GetCreatedMs() {
			a.Id, a.Kind = n.GetId(), Note
		}
		l.add(a, c)
	}
}

// Merge adds that another contact was merged into this one.
func (l *List) Merge(mergedID, name, agentID string, atMs int64) {
	l.all = append(l.all, &hubv1.Activity{Id: mergedID + "/merged/" + strconv.FormatInt(atMs, 10), Kind: Merged, AtMs: atMs, AgentId: agentID, Text: name})
}

// Unmerge adds that a merge of two contacts was undone, told of either of them.
func (l *List) Unmerge(mergedID, name, agentID string, atMs int64) {
	l.all = append(l.all, &hubv1.Activity{Id: mergedID + "/unmerged/" + strconv.FormatInt(atMs, 10), Kind: Unmerged, AtMs: atMs, AgentId: agentID, Text: name})
}

func (l *List) add(a *hubv1.Activity, c *hubv1.Conversation) {
	a.ConversationId, a.TouchpointId = c.GetId(), c.GetTouchpointId()
	l.all = append(l.all, a)
}

// Limits of a page.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// Page is a run of what was collected, of one group or of all, after the last one of the page before.
func (l *List) Page(r *hubv1.ListActivitiesRequest) *hubv1.ActivityPage {
	older := func(a *hubv1.Activity) bool {
		return r.GetBeforeId() == "" || a.GetAtMs() < r.GetBeforeMs() || a.GetAtMs() == r.GetBeforeMs() && a.GetId() < r.GetBeforeId()
	}
	var rest []*hubv1.Activity
	for _, a := range l.all {
		if older(a) && (r.GetOnly() == "" || groupOf(a.GetKind()) == r.GetOnly()) {
			rest = append(rest, a)
		}
	}
	slices.SortFunc(rest, func(a, b *hubv1.Activity) int {
		return cmp.Or(cmp.Compare(b.GetAtMs(), a.GetAtMs()), cmp.Compare(b.GetId(), a.GetId()))
	})
	limit := int(r.GetLimit())
	if limit <= 0 {
		limit = DefaultPage
	}
	n := min(limit, MaxPage, len(rest))
	return &hubv1.ActivityPage{Activities: rest[:n], Complete: n == len(rest)}
}

// Package alerts decides what an agent is told through the operating system, and why. It is pure: a state, the
// agent's wishes and the time go in, decisions with reasons come out. What has been shown before is part of the
// state; the caller keeps it (Remember).
package alerts

import (
	"cmp"
	"slices"
)

// Kind says what an alert is about.
type Kind string

// Kinds.
const (
	KindMessage Kind = "message" // the contact of an assigned conversation wrote
	KindInbox   Kind = "inbox"   // a conversation waits in the Inbox
	KindSummary Kind = "summary" // several things came while nobody could be told
)

// Verdict says what is done.
type Verdict string

// Verdicts.
const (
	Show     Verdict = "show"    // replaces what is shown under the same key
	Replace  Verdict = "replace" // without a sound, and only what is still shown
	Withdraw Verdict = "withdraw"
	Silent   Verdict = "silent"
)

// SummaryKey is the key of the alert that stands for many.
const SummaryKey = "summary"

// summaryFrom is how many conversations with news a catch-up may have before they are told in one.
const summaryFrom = 3

// Conversation is what alerts need to know of a row.
type Conversation struct {
	ID            string
	Mine          bool // assigned to this agent; else it waits in the Inbox
	Title         string
	Preview       string // one line of the last message; hidden when the agent wishes so
	Unread        int
	LastInboundID string // of the contact's latest message
	InboundLatest bool   // the preview is of the contact's message
}

// Shown is what an alert told.
type Shown struct {
	LastInboundID string
	Kind          Kind
	Title         string
	Body          string
	Visible       bool // not withdrawn
}

// State is what there is to tell.
type State struct {
	Conversations []Conversation
	// Focused is the conversation that the agent looks at in a focused window; "" for none.
	Focused string
	// Behind says that the news is from a catch-up.
	Behind bool
	// First says that nothing was decided before: what is here is old, not news.
	First bool
	// Shown is what was told, by conversation.
	Shown map[string]Shown
}

// Prefs are the agent's wishes.
type Prefs struct {
	Enabled  bool
	HideText bool
}

// Decision is what is done about one conversation, or with SummaryKey about several.
type Decision struct {
	Key           string
	Kind          Kind
	Verdict       Verdict
	Reason        Reason
	MessageID     string // what a click lands at; "" for the conversation's end
	LastInboundID string
	Title         string
	Body          string // "" when text is hidden
	Count         int    // unread messages, or conversations of a summary
	AtMs          int64
}

// Decide returns a decision for every conversation that has or had something to tell, in the order of State. nowMs
// only marks the decisions.
func Decide(s State, p Prefs, nowMs int64) []Decision {
	var decisions []Decision
	present := map[string]bool{}
	for _, c := range s.Conversations {
		present[c.ID] = true
		if d, any := decideOne(s, p, c); any {
			d.AtMs = nowMs
			decisions = append(decisions, d)
		}
	}
	for _, id := range sortedKeys(s.Shown) {
		if shown := s.Shown[id]; shown.Visible && !present[id] {
			decisions = append(decisions, Decision{
				Key: id, Kind: shown.Kind, Verdict: Withdraw, Reason: ReasonGone, LastInboundID: shown.LastInboundID, AtMs: nowMs,
			})
		}
	}
	if s.Behind {
		decisions = summarise(decisions, nowMs)
	}
	return decisions
}

func decideOne(s State, p Prefs, c Conversation) (Decision, bool) {
	shown, told := s.Shown[c.ID]
	d := Decision{Key: c.ID, Kind: KindInbox, LastInboundID: c.LastInboundID, MessageID: c.LastInboundID, Title: c.Title, Count: c.Unread}
	if c.Mine {
		d.Kind = KindMessage
	}
	silent := func(reason Reason) (Decision, bool) {
		d.Verdict, d.Reason = Silent, reason
		return d, true
	}
	withdraw := func(reason Reason) (Decision, bool) {
		d.Verdict, d.Reason = Withdraw, reason
		return d, true
	}
	switch {
	case c.Mine && c.Unread == 0 && told && shown.Visible:
		return withdraw(ReasonRead)
	case c.Mine && told && shown.Visible && shown.Kind == KindInbox:
		return withdraw(ReasonTaken)
	case told && shown.Visible && s.Focused == c.ID:
		return withdraw(ReasonFocused)
	case c.Mine && c.Unread == 0:
		return d, false
	case told && shown.LastInboundID == c.LastInboundID, // nothing since
		told && !c.Mine && shown.Kind == KindInbox: // the Inbox tells of a conversation once
		return decideName(p, d, shown)
	case s.First:
		return silent(ReasonOld)
	case s.Focused == c.ID:
		return silent(ReasonFocused)
	case !p.Enabled:
		return silent(ReasonDisabled)
	}
	d.Verdict, d.Reason = Show, ReasonNews
	if !p.HideText && c.InboundLatest {
		d.Body = c.Preview
	}
	return d, true
}

// decideName puts the name into what is shown and told without it, or with another one. The rest stays as it was told.
func decideName(p Prefs, d Decision, shown Shown) (Decision, bool) {
	if !shown.Visible || shown.Title == d.Title || !p.Enabled {
		return d, false
	}
	d.Verdict, d.Reason = Replace, ReasonNamed
	d.Kind, d.LastInboundID, d.MessageID = shown.Kind, shown.LastInboundID, shown.LastInboundID
	if !p.HideText {
		d.Body = shown.Body
	}
	return d, true
}

// summarise replaces many alerts of a catch-up by one that counts them.
func summarise(decisions []Decision, nowMs int64) []Decision {
	shows := 0
	for _, d := range decisions {
		if d.Verdict == Show {
			shows++
		}
	}
	if shows < summaryFrom {
		return decisions
	}
	for i := range decisions {
		if decisions[i].Verdict == Show {
			decisions[i].Verdict, decisions[i].Reason = Silent, ReasonSummarised
		}
	}
	return append(decisions, Decision{
		Key: SummaryKey, Kind: KindSummary, Verdict: Show, Reason: ReasonSummarised, Count: shows, AtMs: nowMs,
	})
}

// Remember returns shown as it is after decisions were carried out.
func Remember(shown map[string]Shown, decisions []Decision) map[string]Shown {
	next := make(map[string]Shown, len(shown)+len(decisions))
	for id, one := range shown {
		next[id] = one
	}
	for _, d := range decisions {
		switch {
		case d.Key == SummaryKey:
		case d.Reason == ReasonGone:
			delete(next, d.Key)
		default:
			next[d.Key] = Shown{
				LastInboundID: d.LastInboundID, Kind: d.Kind, Title: d.Title, Body: d.Body,
				Visible: d.Verdict == Show || d.Verdict == Replace,
			}
		}
	}
	return next
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, cmp.Compare[string])
	return keys
}

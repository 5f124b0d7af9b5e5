package alerts

import (
	"maps"
	"slices"
	"time"
)

// Verdict says what is done.
type Verdict string

// Verdicts.
const (
	Show     Verdict = "show"    // replaces what is shown under the same key, with a sound
	Replace  Verdict = "replace" // without a sound, and only what is still shown
	Withdraw Verdict = "withdraw"
	Silent   Verdict = "silent"
)

// Keys of what is about no single conversation.
const (
	SummaryKey = "summary"
	HubKey     = "hub"
)

// Conversation is what alerts need to know of a row.
type Conversation struct {
	ID            string
	Mine          bool // assigned to this agent; else it waits in the Inbox
	Title         string
	Preview       string // one line of the last message; hidden when the agent wishes so
	Unread        int
	LastInboundID string // of the contact's latest message
	InboundLatest bool   // the preview is of the contact's message
	Waiting       bool   // the contact waits for an answer
	WindowUntilMs int64  // the first moment at which the session window is closed; 0: there was none
	OfferUntilMs  int64  // until when it is offered to this agent; 0: it is not
	Routed        bool   // nobody picks from its queue: it is given or offered to somebody
	AssignedMs    int64
	Given         bool   // somebody else gave it to the agent, who has not looked at it yet
	GivenBy       string // their name; "" when the hub did
	Troubled      int    // messages that failed or are not confirmed
	TroubledID    string // the newest of them; "" when it is not here
	Unconfirmed   bool   // that one is not confirmed
	ReturnedID    string // a send that was given back to its maker; "" for none
}

// State is what there is to tell.
type State struct {
	Conversations []Conversation
	// Focused is the conversation that the agent looks at in a focused window; "" for none.
	Focused string
	// Supervisor says that the agent is told of windows in the Inbox, too.
	Supervisor bool
	// Behind says that the news is from a catch-up, or that the computer slept.
	Behind bool
	// HubDownSinceMs is since when the hub has not been reached; 0: it is there.
	HubDownSinceMs int64
	// NowMs is the hub's time, which windows follow; Local is this computer's, which quiet hours follow.
	NowMs int64
	Local time.Time
}

// mark is what a topic is about. Another mark of the same kind is news.
type mark struct {
	id string
	at int64
	n  int
}

// told is what was decided about a topic. The zero told is that of a topic that there was not.
type told struct {
	mark    mark // of what it was decided about
	level   int
	reason  Reason
	held    bool  // put off
	late    bool  // shown without a sound, which is still to come
	sinceMs int64 // since when there is this topic
}

func (t told) known() bool { return t.reason != "" }

// shown is the notification of a key.
type shown struct {
	kind    Kind
	title   string
	body    string
	about   topic
	visible bool // not withdrawn
	rangMs  int64
}

// record is what is remembered of a conversation, or of the hub or the summary under their keys. A record is not changed
// once its decision is over: decisions share those that stay as they are.
type record struct {
	mine  bool
	told  [kinds]told // by the rank of their kind
	shown shown
}

// Memory is what one decision leaves to the next. The zero Memory is that of a start.
type Memory struct {
	decidedMs  int64
	records    map[string]*record
	summarised map[string]Kind // conversations that the summary counts, with what of them
	rings      []int64         // when anything rang, within ringsWithin

	summaryLate bool // the summary has something new to tell, and has just rung
}

// none is the record of what nothing is remembered of.
var none record

// of returns what is remembered of a key, to be read.
func (m *Memory) of(key string) *record {
	if one, any := m.records[key]; any {
		return one
	}
	return &none
}

// Visible lists the keys of what is shown.
func (m Memory) Visible() []string {
	var keys []string
	for _, key := range slices.Sorted(maps.Keys(m.records)) {
		if m.records[key].shown.visible {
			keys = append(keys, key)
		}
	}
	return keys
}

// Counts are what a summary counts, in conversations.
type Counts struct {
	Messages  int // with unread messages, of the agent
	Inbox     int
	Windows   int // that close soon
	Missed    int // that have closed
	Transfers int
	Troubles  int
}

// Total is how many conversations there are in all.
func (c Counts) Total() int {
	return c.Messages + c.Inbox + c.Windows + c.Missed + c.Transfers + c.Troubles
}

// Decision is what is done about one conversation, or with SummaryKey about several.
type Decision struct {
	Key         string
	Kind        Kind
	Verdict     Verdict
	Reason      Reason
	Mine        bool   // the conversation is the agent's
	MessageID   string // what it is about, where a click lands; "" for the conversation's end
	Title       string
	Body        string // of the contact's words; "" when they are hidden, or it is not about them
	Count       int    // unread messages
	Counts      Counts // of a summary
	UntilMs     int64  // of a window: when it closes
	LeftMs      int64
	GivenBy     string
	Unconfirmed bool
	Returned    bool
	Urgent      bool // the last call before a window closes
	Sound       Sound
	AtMs        int64
	// ID names the decision in the log; 0 before it is kept.
	ID int64
}

// Told is the outcome of one Decide.
type Told struct {
	Decisions []Decision
	Memory    Memory
	// NextMs is when time alone changes something, by the hub's clock; 0: never.
	NextMs int64
}

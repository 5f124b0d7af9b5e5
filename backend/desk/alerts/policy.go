package alerts

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Kind says what an alert is about.
type Kind string

// Kinds.
const (
	KindOffer    Kind = "offer"    // a conversation is offered to this agent, for a while
	KindWindow   Kind = "window"   // a session window is about to close, and the contact waits
	KindTrouble  Kind = "trouble"  // a message of the agent's failed, is not confirmed, or was given back
	KindTransfer Kind = "transfer" // a conversation was given to this agent
	KindMessage  Kind = "message"  // the contact of an assigned conversation wrote
	KindInbox    Kind = "inbox"    // a conversation waits in the Inbox
	KindHub      Kind = "hub"      // the hub cannot be reached
	KindSummary  Kind = "summary"  // several things came while nobody could be told
)

// Rule is what holds for a kind. The table of rules is used by Decide and printed by Document: there is no second
// description.
type Rule struct {
	Kind  Kind
	Tells string // when there is something to tell
	Ends  string // when what is shown is taken back, beside the agent opening the conversation
	Sound Sound  // unless the agent chooses another
}

// Rules are all kinds, the most important first: of several that a conversation has to tell, the first is shown.
var Rules = []Rule{
	{KindOffer, "a conversation is offered to the agent, who has some seconds to take it", "it is taken, rejected, or the time is over", SoundTransfer},
	{KindWindow, "a session window has 2 h, 30 min or 10 min left (settings) and the contact waits; of the Inbox only to supervisors; with a sound from 30 min on",
		"the contact is answered, writes again, or the window has closed", SoundWindow},
	{KindTrouble, "a message was not delivered, is not confirmed, or was given back", "nothing is troubled any more", SoundTrouble},
	{KindTransfer, "somebody else gave the conversation to the agent", "the agent has seen it, here or elsewhere", SoundTransfer},
	{KindMessage, "the contact of an assigned conversation wrote", "the message is read, here or elsewhere", SoundMessage},
	{KindInbox, "a conversation came into the Inbox of a queue from which agents pick; again every so many minutes until somebody takes it, if set", "somebody has taken it", SoundInbox},
	{KindHub, fmt.Sprintf("the hub has not been reached for %v", short(hubAfter)), "the hub is reached again", SoundTrouble},
}

// kinds is how many kinds a conversation, or the hub, can have something to tell of.
const kinds = 7

// rank is the place of a kind among the Rules; -1 for one without a rule.
func rank(kind Kind) int {
	return slices.IndexFunc(Rules, func(rule Rule) bool { return rule.Kind == kind })
}

// Sound names a file of the page. SoundNone is silence.
type Sound string

// Sounds.
const (
	SoundNone     Sound = "none"
	SoundMessage  Sound = "drop"
	SoundInbox    Sound = "knock"
	SoundTransfer Sound = "chime"
	SoundWindow   Sound = "rise"
	SoundTrouble  Sound = "fall"
)

// Sounds are all that can be chosen.
var Sounds = []Sound{SoundNone, SoundMessage, SoundInbox, SoundTransfer, SoundWindow, SoundTrouble}

// gate is a reason not to tell something that is new. The first one that holds decides.
type gate struct {
	reason Reason
	means  string
	held   bool // it is only put off: told when the gate opens, if it is still so
	shut   func(*run, *Conversation, topic) bool
}

var gates = []gate{
	{ReasonDisabled, "notifications are switched off", false, func(r *run, _ *Conversation, _ topic) bool { return !r.prefs.Enabled }},
	{ReasonOff, "this kind is switched off", false, func(r *run, _ *Conversation, t topic) bool { return !r.prefs.Wish(t.kind).On }},
	{ReasonFocused, "the agent looks at this conversation in a focused window", false, func(r *run, c *Conversation, _ topic) bool { return c.ID != "" && r.state.Focused == c.ID }},
	{ReasonOthers, "the window is of a conversation in the Inbox, and the agent is no supervisor", false, func(r *run, c *Conversation, t topic) bool {
		return t.kind == KindWindow && !c.Mine && !r.state.Supervisor
	}},
	{ReasonHad, "the agent had this conversation a moment ago", false, func(r *run, c *Conversation, t topic) bool { return t.kind == KindInbox && r.was.of(c.ID).mine }},
	{ReasonClosed, "the window has closed; what the agent could not be told of before is counted in the summary", false, func(r *run, _ *Conversation, t topic) bool {
		return t.missed && !r.bulk && !t.held
	}},
	{ReasonDoNotDisturb, "do not disturb is on", true, func(r *run, _ *Conversation, _ topic) bool { return r.prefs.DoNotDisturb }},
	{ReasonSnoozed, "notifications are snoozed", true, func(r *run, _ *Conversation, _ topic) bool { return r.snoozeLeft() > 0 }},
	{ReasonQuiet, "these are the agent's quiet hours; the last call before a window closes comes through, if set", true, func(r *run, _ *Conversation, t topic) bool {
		return r.quietLeft() > 0 && !(t.last && r.prefs.LastCallInQuiet)
	}},
}

const (
	// summaryFrom is how many conversations may have news at once after a pause before they are told in one.
	summaryFrom = 2
	// ringAgain is how long one conversation does not ring again; what comes meanwhile is shown without a sound, and rings
	// afterwards if it is still unread.
	ringAgain = 20 * time.Second
	// ringsMost is how often anything rings in ringsWithin. More is counted in the summary.
	ringsMost   = 6
	ringsWithin = time.Minute
	// windowSounds is from what time left a closing window has a sound: two hours are enough for a look now and then.
	windowSounds = 30 * time.Minute
	// hubAfter is how long the hub may be away before the agent is told: a restart takes less.
	hubAfter = 2 * time.Minute
)

// DefaultLadder is when a closing window is told, in time left.
var DefaultLadder = []time.Duration{2 * time.Hour, 30 * time.Minute, 10 * time.Minute}

// Wish is what an agent wants of a kind.
type Wish struct {
	On    bool
	Sound Sound
}

// Prefs are the agent's wishes.
type Prefs struct {
	Enabled  bool
	HideText bool
	// Kinds holds what differs from Rules; a kind that is not there is on, with its own sound.
	Kinds map[Kind]Wish
	// Ladder is when a closing window is told, in time left; nil is DefaultLadder.
	Ladder []time.Duration
	// InboxRepeat is how often a conversation in the Inbox rings until somebody takes it; 0 is once.
	InboxRepeat  time.Duration
	DoNotDisturb bool
	// SnoozedUntilMs is by this computer's clock.
	SnoozedUntilMs int64
	// QuietFrom and QuietUntil are minutes of this computer's day; equal ones mean no quiet hours.
	QuietFrom, QuietUntil int
	// LastCallInQuiet lets the last rung of the ladder through quiet hours.
	LastCallInQuiet bool
}

// Wish is what the agent wants of a kind.
func (p Prefs) Wish(kind Kind) Wish {
	if wish, set := p.Kinds[kind]; set {
		return wish
	}
	wish := Wish{On: true}
	if i := rank(kind); i >= 0 {
		wish.Sound = Rules[i].Sound
	}
	return wish
}

// SilentNow lists why nothing would ring for these wishes at a time of this computer's; none when it would.
func SilentNow(p Prefs, local time.Time) []Reason {
	r := &run{prefs: p, state: State{Local: local, NowMs: local.UnixMilli()}}
	var found []Reason
	for _, g := range gates {
		if (g.held || g.reason == ReasonDisabled) && g.shut(r, &Conversation{}, topic{kind: KindMessage}) {
			found = append(found, g.reason)
		}
	}
	return found
}

func (p Prefs) ladder() []time.Duration {
	if p.Ladder == nil {
		return DefaultLadder
	}
	return p.Ladder
}

// Document is the policy in words, made from the tables that Decide uses.
func Document() string {
	var b strings.Builder
	b.WriteString("# When Parley tells an agent something\n\n" +
		"Made from the tables in `policy.go` and `reasons.go` by `go test ./backend/desk/alerts -update`; a test keeps it current.\n\n" +
		"Of what a conversation has to tell, the first of these is shown. There is one notification a conversation: a later one replaces it.\n\n" +
		"| kind | is told when | is taken back when the agent opens the conversation, or | sound |\n| --- | --- | --- | --- |\n")
	for _, rule := range Rules {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", rule.Kind, rule.Tells, rule.Ends, rule.Sound)
	}
	b.WriteString("\nThe first of these that holds keeps it silent. What is put off is told when that ends, if it is still so.\n\n" +
		"| silent because | reason | put off |\n| --- | --- | --- |\n")
	for _, g := range gates {
		off := "no"
		if g.held {
			off = "yes"
		}
		fmt.Fprintf(&b, "| %s | `%s` | %s |\n", g.means, g.reason, off)
	}
	fmt.Fprintf(&b, "\nNever a flood: a conversation rings once in %v, and all together %d times in %v; what is more is counted in one summary."+
		" So is what came during sleep, before the start, while the hub was away or while it was put off, from %d conversations on.\n",
		short(ringAgain), ringsMost, short(ringsWithin), summaryFrom)
	b.WriteString("\nEvery decision is kept with its reason:\n\n| reason | means |\n| --- | --- |\n")
	for _, one := range reasons {
		fmt.Fprintf(&b, "| `%s` | %s |\n", one.reason, one.means)
	}
	return b.String()
}

// short writes a time without the units that are 0: "2m", not "2m0s".
func short(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Package alerts decides what an agent is told through the operating system, and why. It is pure: a state, the agent's
// wishes and what was decided before go in, decisions with reasons come out, and when to decide again.
//
// What holds for each kind and what keeps it silent are the tables in policy.go; POLICY.md prints them.
//
// Invariants: a decision has a reason; the same state decided twice tells nothing twice; one notification a
// conversation; nothing is shown that a gate keeps silent; what is put off is told when that ends, if it is still so;
// never more than ringsMost sounds in ringsWithin.
package alerts

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"
)

// topic is one thing that a conversation has to tell.
type topic struct {
	kind      Kind
	mark      string
	level     int // a mark with a lower one is no news
	messageID string
	untilMs   int64
	last      bool // the last rung of the ladder
	missed    bool // the window has closed
	repeat    bool
	held      bool // it was put off
}

// run is one decision under way.
type run struct {
	state State
	prefs Prefs
	was   Memory
	bulk  bool // what is new came while nobody could be told

	next      Memory
	decisions []Decision
	wants     []want
	over      map[string]Reason // why what is shown is over, of conversations that have something else to tell
	nextMs    int64
}

// want is a topic that no gate keeps silent.
type want struct {
	c     *Conversation
	t     topic
	bulk  bool
	why   Reason
	first int // place of its rule
}

// Decide returns a decision for everything that is to be told, taken back or kept silent since the last one, in the
// order of State, the summary last.
func Decide(s State, p Prefs, m Memory) Told {
	r := &run{
		state: s, prefs: p, was: m, bulk: s.Behind || m.decidedMs == 0, over: map[string]Reason{},
		next: Memory{
			decidedMs: max(s.NowMs, 1), told: make(map[topicKey]told, len(m.told)), shown: make(map[string]shown, len(m.shown)),
			mine: make(map[string]bool, len(m.mine)), summarised: map[string]Kind{},
		},
	}
	for _, at := range m.rings {
		if at+ringsWithin.Milliseconds() > s.NowMs && at <= s.NowMs {
			r.next.rings = append(r.next.rings, at)
		}
	}
	present := make(map[string]bool, len(s.Conversations))
	for i := range s.Conversations {
		c := &s.Conversations[i]
		present[c.ID] = true
		r.next.mine[c.ID] = c.Mine
		r.one(c, r.topics(c))
	}
	r.hub()
	for _, key := range slices.Sorted(maps.Keys(m.shown)) {
		if was := m.shown[key]; was.visible && !present[key] && key != SummaryKey && key != HubKey {
			r.add(Decision{Key: key, Kind: was.kind, Verdict: Withdraw, Reason: ReasonGone, Title: was.title})
		}
	}
	r.tell()
	r.summary()
	if r.quietLeft() > 0 || r.snoozeLeft() > 0 {
		r.wake(s.NowMs + max(r.quietLeft(), r.snoozeLeft()).Milliseconds())
	}
	return Told{Decisions: r.decisions, Memory: r.next, NextMs: r.nextMs}
}

// topics lists what a conversation has to tell, the most important first.
func (r *run) topics(c *Conversation) []topic {
	var topics []topic
	if c.Waiting && c.WindowUntilMs > 0 {
		if t, any := r.window(c); any {
			topics = append(topics, t)
		}
	}
	if !c.Mine {
		t := topic{kind: KindInbox, mark: "0", messageID: c.LastInboundID}
		if was, known := r.was.told[topicKey{c.ID, KindInbox}]; known && r.prefs.InboxRepeat > 0 {
			every := r.prefs.InboxRepeat.Milliseconds()
			t.level = int((r.state.NowMs - was.sinceMs) / every)
			t.mark, t.repeat = strconv.Itoa(t.level), t.level > 0
			r.wake(was.sinceMs + int64(t.level+1)*every)
		} else if !known && r.prefs.InboxRepeat > 0 {
			r.wake(r.state.NowMs + r.prefs.InboxRepeat.Milliseconds())
		}
		return append(topics, t)
	}
	if c.Troubled > 0 || c.ReturnedID != "" {
		t := topic{kind: KindTrouble, mark: fmt.Sprint(c.Troubled, "/", c.ReturnedID), level: c.Troubled, messageID: c.TroubledID}
		if c.ReturnedID != "" {
			t.level, t.messageID = t.level+1, "" // it is a draft again
		}
		topics = append(topics, t)
	}
	if c.Given {
		topics = append(topics, topic{kind: KindTransfer, mark: strconv.FormatInt(c.AssignedMs, 10), messageID: c.LastInboundID})
	}
	if c.Unread > 0 {
		topics = append(topics, topic{kind: KindMessage, mark: c.LastInboundID, messageID: c.LastInboundID})
	}
	return topics
}

// window is the rung of the ladder that a conversation stands on; none while there is more time.
func (r *run) window(c *Conversation) (topic, bool) {
	left := time.Duration(c.WindowUntilMs-r.state.NowMs) * time.Millisecond
	ladder := r.prefs.ladder()
	if left <= 0 {
		return topic{kind: KindWindow, mark: fmt.Sprint(c.WindowUntilMs, "/0"), missed: true, untilMs: c.WindowUntilMs, messageID: c.LastInboundID}, true
	}
	r.wake(c.WindowUntilMs)
	on := time.Duration(0)
	for _, rung := range ladder {
		switch {
		case rung <= 0:
		case left > rung:
			r.wake(c.WindowUntilMs - rung.Milliseconds())
		case on == 0 || rung < on:
			on = rung
		}
	}
	if on == 0 {
		return topic{}, false
	}
	return topic{
		kind: KindWindow, mark: fmt.Sprint(c.WindowUntilMs, "/", int64(on/time.Second)), untilMs: c.WindowUntilMs, messageID: c.LastInboundID,
		last: on == lowest(ladder),
	}, true
}

// lowest is the last rung; 0 for a ladder without any.
func lowest(ladder []time.Duration) time.Duration {
	low := time.Duration(0)
	for _, rung := range ladder {
		if rung > 0 && (low == 0 || rung < low) {
			low = rung
		}
	}
	return low
}

// one decides about one conversation, but for what is told: that is a matter of all of them (tell).
func (r *run) one(c *Conversation, topics []topic) {
	r.takenByAgent(c, topics)
	wants := len(r.wants)
	for _, t := range topics {
		r.consider(c, t)
	}
	wanted := len(r.wants) > wants
	was, any := r.next.shown[c.ID] // with what came just now, without a sound
	if !any {
		if was, any = r.was.shown[c.ID]; !any {
			return
		}
	}
	r.next.shown[c.ID] = was
	if !was.visible {
		return
	}
	if ended := r.ended(c, topics, was); ended != "" {
		if wanted {
			r.over[c.ID] = ended // it is replaced, or taken back, by tell
		} else {
			r.withdraw(c.ID, ended)
		}
		return
	}
	if was.title != c.Title && !wanted && r.prefs.Enabled {
		// Put the name into what is told without it, or with another one. The rest stays as it was told.
		d := r.decision(c, was.about, Replace, ReasonNamed)
		d.Body = ""
		if !r.prefs.HideText {
			d.Body = was.body
		}
		was.title = c.Title
		r.next.shown[c.ID] = was
		r.add(d)
	}
}

// takenByAgent notes that what the agent has just taken out of the Inbox is no news.
func (r *run) takenByAgent(c *Conversation, topics []topic) {
	was, queued := r.was.told[topicKey{c.ID, KindInbox}]
	if !queued || !c.Mine || c.Given {
		return
	}
	for _, t := range topics {
		key := topicKey{c.ID, t.kind}
		if _, known := r.was.told[key]; t.kind == KindMessage && !known {
			r.next.told[key] = told{mark: t.mark, reason: ReasonTaken, sinceMs: was.sinceMs}
		}
	}
}

// consider decides whether a topic is new, and whether a gate keeps it silent.
func (r *run) consider(c *Conversation, t topic) {
	key := topicKey{c.ID, t.kind}
	if adopted, now := r.next.told[key]; now && adopted.mark == t.mark {
		if was := r.was.shown[c.ID]; !was.visible {
			r.add(r.decision(c, t, Silent, ReasonTaken))
		}
		return
	}
	was, known := r.was.told[key]
	isNew := !known || was.mark != t.mark
	now := told{mark: t.mark, level: t.level, sinceMs: was.sinceMs, reason: was.reason, held: was.held, late: was.late}
	if !known {
		now.sinceMs = r.state.NowMs
	}
	if known && (!isNew || t.level < was.level) && !was.held && !was.late {
		r.next.told[key] = now
		return
	}
	t.held = was.held
	for _, g := range gates {
		if !g.shut(r, c, t) {
			continue
		}
		now.reason, now.held, now.late = g.reason, g.held, false
		r.next.told[key] = now
		if isNew && !(t.repeat && was.reason == g.reason) || was.reason != g.reason {
			r.add(r.decision(c, t, Silent, g.reason))
		}
		return
	}
	shown, again := r.was.shown[c.ID], ringAgain.Milliseconds()
	justRang := shown.rangMs > 0 && shown.rangMs+again > r.state.NowMs && shown.rangMs <= r.state.NowMs
	if t.kind == KindMessage && justRang && (was.late || shown.visible && shown.kind == KindMessage) {
		now.reason, now.held, now.late = ReasonPaced, false, true
		r.next.told[key] = now
		r.wake(shown.rangMs + again)
		if isNew {
			shown.about, shown.title, shown.body = t, c.Title, r.body(c)
			r.next.shown[c.ID] = shown
			r.add(r.decision(c, t, Replace, ReasonPaced))
		}
		return
	}
	why := ReasonNews
	switch {
	case was.held:
		why = ReasonLater
	case t.repeat:
		why = ReasonAgain
	}
	now.reason, now.held, now.late = why, false, false
	r.next.told[key] = now
	if n := len(r.wants); n > 0 && r.wants[n-1].c == c {
		now.reason = ReasonTogether
		r.next.told[key] = now
		r.add(r.decision(c, t, Silent, ReasonTogether))
		return
	}
	place := slices.IndexFunc(Rules, func(rule Rule) bool { return rule.Kind == t.kind })
	r.wants = append(r.wants, want{c: c, t: t, bulk: r.bulk || was.held || t.repeat, why: why, first: place})
}

// ended is why what is shown of a conversation is no longer so; "" while it is.
func (r *run) ended(c *Conversation, topics []topic, was shown) Reason {
	if r.state.Focused == c.ID {
		return ReasonFocused
	}
	i := slices.IndexFunc(topics, func(t topic) bool { return t.kind == was.kind })
	switch {
	case i >= 0 && !topics[i].missed:
		return ""
	case i >= 0:
		return ReasonClosed
	case (was.kind == KindMessage || was.kind == KindTransfer) && c.Mine:
		return ReasonRead
	case was.kind == KindInbox:
		return ReasonTaken
	case was.kind == KindWindow && !c.Waiting:
		return ReasonAnswered
	case was.kind == KindWindow:
		return ReasonReopened
	case was.kind == KindTrouble && c.Mine:
		return ReasonSettled
	default:
		return ReasonGone
	}
}

// hub tells that the hub is away for long, and that it is back.
func (r *run) hub() {
	since := r.state.HubDownSinceMs
	was := r.was.shown[HubKey]
	if since == 0 {
		if was.visible {
			r.add(Decision{Key: HubKey, Kind: KindHub, Verdict: Withdraw, Reason: ReasonReachable})
		}
		return
	}
	if was.visible {
		r.next.shown[HubKey] = was
	}
	if due := since + hubAfter.Milliseconds(); due > r.state.NowMs {
		r.wake(due)
		return
	}
	r.consider(&Conversation{ID: HubKey}, topic{kind: KindHub, mark: strconv.FormatInt(since, 10)})
}

// tell shows what may be told, as one summary where it is much at once.
func (r *run) tell() {
	together, missed := 0, false
	for _, w := range r.wants {
		if w.bulk && w.t.kind != KindHub {
			together++
			missed = missed || w.t.missed
		}
	}
	summarise := together >= summaryFrom || missed
	slices.SortStableFunc(r.wants, func(a, b want) int { return cmp.Compare(a.first, b.first) })
	for _, w := range r.wants {
		switch {
		case w.t.kind == KindHub:
			r.show(w)
		case w.bulk && summarise, len(r.next.rings) >= ringsMost-1: // one is left for the summary
			r.next.summarised[w.c.ID] = w.kindCounted()
			if r.next.shown[w.c.ID].visible {
				r.withdraw(w.c.ID, cmp.Or(r.over[w.c.ID], ReasonSummarised))
			}
			r.add(r.decision(w.c, w.t, Silent, ReasonSummarised))
		default:
			r.show(w)
		}
	}
}

// kindCounted is the kind of a want, "" for a window that has closed.
func (w want) kindCounted() Kind {
	if w.t.missed {
		return ""
	}
	return w.t.kind
}

// withdraw takes back what is shown of a conversation.
func (r *run) withdraw(id string, why Reason) {
	was := r.next.shown[id]
	was.visible = false
	r.next.shown[id] = was
	r.add(Decision{Key: id, Kind: was.kind, Verdict: Withdraw, Reason: why, Title: was.title, MessageID: was.about.messageID})
}

func (r *run) show(w want) {
	d := r.decision(w.c, w.t, Show, w.why)
	r.next.shown[d.Key] = shown{kind: d.Kind, title: d.Title, body: d.Body, about: w.t, visible: true, rangMs: r.state.NowMs}
	if d.Kind != KindHub {
		r.next.rings = append(r.next.rings, r.state.NowMs)
	}
	r.add(d)
}

// summary tells, corrects or takes back the alert that counts many.
func (r *run) summary() {
	added, fewer := r.carrySummary()
	was := r.was.shown[SummaryKey]
	d := Decision{Key: SummaryKey, Kind: KindSummary, Verdict: Show, Reason: ReasonSummarised, Counts: r.counts()}
	if len(r.next.summarised) == 0 {
		if was.visible {
			d.Verdict, d.Reason = Withdraw, ReasonRead
			r.add(d)
		}
		return
	}
	due := int64(0) // when it may ring again
	if was.rangMs > 0 && was.rangMs <= r.state.NowMs {
		due = was.rangMs + ringAgain.Milliseconds()
	}
	if len(r.next.rings) >= ringsMost {
		due = max(due, r.next.rings[0]+ringsWithin.Milliseconds())
	}
	late := r.was.summaryLate && r.prefs.Enabled
	if late && (r.prefs.DoNotDisturb || r.snoozeLeft() > 0 || r.quietLeft() > 0) {
		r.next.summaryLate, late = true, false
	}
	news := added || late
	switch {
	case news && due <= r.state.NowMs:
		d.Sound = r.summarySound()
		was = shown{kind: KindSummary, visible: true, rangMs: r.state.NowMs}
		r.next.rings = append(r.next.rings, r.state.NowMs)
		r.add(d)
	case news:
		r.next.summaryLate = true
		r.wake(due)
	}
	if (added && r.next.summaryLate || fewer && !news) && was.visible {
		d.Verdict, d.Reason = Replace, ReasonCounted
		r.add(d)
	}
	r.next.shown[SummaryKey] = was
}

// carrySummary keeps counting what is still so. added says that the summary has something new to tell, fewer that
// something it told is over.
func (r *run) carrySummary() (added, fewer bool) {
	for id := range r.next.summarised {
		if _, counted := r.was.summarised[id]; !counted {
			added = true
		}
	}
	if len(r.was.summarised) == 0 {
		return added, false
	}
	for i := range r.state.Conversations {
		c := &r.state.Conversations[i]
		kind, counted := r.was.summarised[c.ID]
		if _, again := r.next.summarised[c.ID]; counted && !again && r.state.Focused != c.ID && !r.next.shown[c.ID].visible && r.stillSo(c, kind) {
			r.next.summarised[c.ID] = kind
		}
	}
	for id := range r.was.summarised {
		if _, still := r.next.summarised[id]; !still {
			fewer = true
		}
	}
	return added, fewer
}

// stillSo reports whether what the summary counts of a conversation is still there.
func (r *run) stillSo(c *Conversation, kind Kind) bool {
	return slices.ContainsFunc(r.topics(c), func(t topic) bool {
		return t.kind == kind || kind == "" && t.missed
	})
}

func (r *run) counts() Counts {
	var counts Counts
	for _, kind := range r.next.summarised {
		switch kind {
		case KindWindow:
			counts.Windows++
		case KindTrouble:
			counts.Troubles++
		case KindTransfer:
			counts.Transfers++
		case KindMessage:
			counts.Messages++
		case KindInbox:
			counts.Inbox++
		default:
			counts.Missed++
		}
	}
	return counts
}

// summarySound is that of the most important kind that is counted.
func (r *run) summarySound() Sound {
	for _, rule := range Rules {
		for _, kind := range r.next.summarised {
			if kind == rule.Kind {
				return r.prefs.Wish(kind).Sound
			}
		}
	}
	return r.prefs.Wish(KindWindow).Sound
}

// decision is what is said of a topic.
func (r *run) decision(c *Conversation, t topic, verdict Verdict, reason Reason) Decision {
	d := Decision{
		Key: c.ID, Kind: t.kind, Verdict: verdict, Reason: reason, Mine: c.Mine, MessageID: t.messageID, Title: c.Title, Count: c.Unread,
		Urgent: t.last, UntilMs: t.untilMs, Unconfirmed: c.Unconfirmed, Returned: t.kind == KindTrouble && c.ReturnedID != "",
	}
	switch t.kind {
	case KindWindow:
		d.LeftMs = max(0, t.untilMs-r.state.NowMs)
	case KindTransfer:
		d.GivenBy = c.GivenBy
		d.Body = r.body(c)
	case KindMessage, KindInbox:
		d.Body = r.body(c)
	}
	switch {
	case verdict != Show:
	case t.kind == KindWindow && d.LeftMs > windowSounds.Milliseconds():
		d.Sound = SoundNone
	default:
		d.Sound = r.prefs.Wish(t.kind).Sound
	}
	return d
}

// body is the contact's words, as far as they may be shown.
func (r *run) body(c *Conversation) string {
	if r.prefs.HideText || !c.InboundLatest {
		return ""
	}
	return c.Preview
}

func (r *run) add(d Decision) {
	d.AtMs = r.state.NowMs
	r.decisions = append(r.decisions, d)
}

// wake asks to be called again at a time.
func (r *run) wake(atMs int64) {
	if atMs > r.state.NowMs && (r.nextMs == 0 || atMs < r.nextMs) {
		r.nextMs = atMs
	}
}

func (r *run) snoozeLeft() time.Duration {
	return max(0, time.Duration(r.prefs.SnoozedUntilMs-r.state.Local.UnixMilli())*time.Millisecond)
}

// quietLeft is how long the quiet hours go on; 0 outside of them.
func (r *run) quietLeft() time.Duration {
	from, until := r.prefs.QuietFrom, r.prefs.QuietUntil
	local := r.state.Local
	now := local.Hour()*60 + local.Minute()
	quiet := from < until && from <= now && now < until || from > until && (now >= from || now < until)
	if !quiet {
		return 0
	}
	minutes := (until - now + minutesOfDay) % minutesOfDay
	return time.Duration(minutes)*time.Minute - time.Duration(local.Second())*time.Second - time.Duration(local.Nanosecond())
}

const minutesOfDay = 24 * 60

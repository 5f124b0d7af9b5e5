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
	"slices"
)

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
	room      [kinds]topic // of topics
}

// want is a topic that no gate keeps silent.
type want struct {
	c     *Conversation
	t     topic
	bulk  bool
	why   Reason
	first int // rank of its kind
}

// Decide returns a decision for everything that is to be told, taken back or kept silent since the last one, in the
// order of State, the summary last.
func Decide(s State, p Prefs, m Memory) Told {
	r := &run{
		state: s, prefs: p, was: m, bulk: s.Behind || m.decidedMs == 0, over: map[string]Reason{},
		next: Memory{
			decidedMs: max(s.NowMs, 1), records: make(map[string]*record, len(s.Conversations)+2), summarised: map[string]Kind{},
		},
	}
	for _, at := range m.rings {
		if at+ringsWithin.Milliseconds() > s.NowMs && at <= s.NowMs {
			r.next.rings = append(r.next.rings, at)
		}
	}
	for i := range s.Conversations {
		r.one(&s.Conversations[i])
	}
	r.hub()
	r.gone()
	r.tell()
	r.summary()
	if r.quietLeft() > 0 || r.snoozeLeft() > 0 {
		r.wake(s.NowMs + max(r.quietLeft(), r.snoozeLeft()).Milliseconds())
	}
	return Told{Decisions: r.decisions, Memory: r.next, NextMs: r.nextMs}
}

// edit returns the record of a key to be changed: one of this decision's own, from now on.
func (r *run) edit(key string) *record {
	one, before := r.next.records[key], r.was.records[key]
	if one == nil || one == before {
		own := record{}
		if one != nil {
			own = *one
		}
		one = &own
		r.next.records[key] = one
	}
	return one
}

// remember begins the record of a conversation with what is still so of the one before.
func (r *run) remember(c *Conversation, before *record, topics []topic) {
	var gone [kinds]bool
	for at := range before.told {
		gone[at] = before.told[at].known()
	}
	for i := range topics {
		gone[rank(topics[i].kind)] = false
	}
	if before != &none {
		r.next.records[c.ID] = before
	}
	if before == &none || before.mine != c.Mine || gone != [kinds]bool{} {
		one := r.edit(c.ID)
		one.mine = c.Mine
		for at := range gone {
			if gone[at] {
				one.told[at] = told{}
			}
		}
	}
}

// one decides about one conversation, but for what is told: that is a matter of all of them (tell).
func (r *run) one(c *Conversation) {
	before := r.was.of(c.ID)
	topics := r.topics(c, before)
	r.remember(c, before, topics)
	wants := len(r.wants)
	for i := range topics {
		r.consider(c, before, topics[i])
	}
	wanted := len(r.wants) > wants
	if !before.shown.visible {
		return
	}
	was := r.next.of(c.ID).shown // with what came just now, without a sound
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
		r.edit(c.ID).shown.title = c.Title
		r.add(d)
	}
}

// taken reports whether the agent has just taken a conversation out of the Inbox, or one that was offered to them: what waits
// there is no news.
func taken(c *Conversation, before *record) bool {
	return c.Mine && !c.Given && (before.told[rank(KindInbox)].known() || before.told[rank(KindOffer)].known())
}

// consider decides whether a topic is new, and whether a gate keeps it silent. before is what is remembered of its key.
func (r *run) consider(c *Conversation, before *record, t topic) {
	at := rank(t.kind)
	was := before.told[at]
	known := was.known()
	note := func(now told) {
		if now != was {
			r.edit(c.ID).told[at] = now
		}
	}
	if t.kind == KindMessage && !known && taken(c, before) {
		note(told{mark: t.mark, reason: ReasonTaken, sinceMs: before.told[rank(KindInbox)].sinceMs})
		if !before.shown.visible {
			r.add(r.decision(c, t, Silent, ReasonTaken))
		}
		return
	}
	isNew := !known || was.mark != t.mark
	now := told{mark: t.mark, level: t.level, sinceMs: was.sinceMs, reason: was.reason, held: was.held, late: was.late}
	if !known {
		now.sinceMs = r.state.NowMs
	}
	if known && (!isNew || t.level < was.level) && !was.held && !was.late {
		note(now)
		return
	}
	t.held = was.held
	for _, g := range gates {
		if !g.shut(r, c, t) {
			continue
		}
		now.reason, now.held, now.late = g.reason, g.held, false
		note(now)
		if isNew && !(t.repeat && was.reason == g.reason) || was.reason != g.reason {
			r.add(r.decision(c, t, Silent, g.reason))
		}
		return
	}
	shown, again := before.shown, ringAgain.Milliseconds()
	justRang := shown.rangMs > 0 && shown.rangMs+again > r.state.NowMs && shown.rangMs <= r.state.NowMs
	if t.kind == KindMessage && justRang && (was.late || shown.visible && shown.kind == KindMessage) {
		now.reason, now.held, now.late = ReasonPaced, false, true
		note(now)
		r.wake(shown.rangMs + again)
		if isNew {
			shown.about, shown.title, shown.body = t, c.Title, r.body(c)
			r.edit(c.ID).shown = shown
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
	n := len(r.wants)
	together := n > 0 && r.wants[n-1].c == c
	if together {
		why = ReasonTogether
	}
	now.reason, now.held, now.late = why, false, false
	note(now)
	if together {
		r.add(r.decision(c, t, Silent, ReasonTogether))
		return
	}
	r.wants = append(r.wants, want{c: c, t: t, bulk: r.bulk || was.held || t.repeat, why: why, first: at})
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
	case was.kind == KindInbox, was.kind == KindOffer && c.Mine:
		return ReasonTaken
	case was.kind == KindOffer:
		return ReasonLapsed
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
	before := r.was.of(HubKey)
	if since == 0 {
		if before.shown.visible {
			r.add(Decision{Key: HubKey, Kind: KindHub, Verdict: Withdraw, Reason: ReasonReachable})
		}
		return
	}
	if before != &none {
		r.next.records[HubKey] = before
	}
	if due := since + hubAfter.Milliseconds(); due > r.state.NowMs {
		r.wake(due)
		return
	}
	r.consider(&Conversation{ID: HubKey}, before, topic{kind: KindHub, mark: mark{at: since}})
}

// gone takes back what is shown of conversations that are not the agent's matter any more.
func (r *run) gone() {
	var keys []string
	for key, was := range r.was.records {
		if _, still := r.next.records[key]; was.shown.visible && !still && key != SummaryKey && key != HubKey {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	for _, key := range keys {
		was := r.was.of(key).shown
		r.add(Decision{Key: key, Kind: was.kind, Verdict: Withdraw, Reason: ReasonGone, Title: was.title})
	}
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
			if r.next.of(w.c.ID).shown.visible {
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
	one := r.edit(id)
	one.shown.visible = false
	was := one.shown
	r.add(Decision{Key: id, Kind: was.kind, Verdict: Withdraw, Reason: why, Title: was.title, MessageID: was.about.messageID})
}

func (r *run) show(w want) {
	d := r.decision(w.c, w.t, Show, w.why)
	r.edit(d.Key).shown = shown{kind: d.Kind, title: d.Title, body: d.Body, about: w.t, visible: true, rangMs: r.state.NowMs}
	if d.Kind != KindHub {
		r.next.rings = append(r.next.rings, r.state.NowMs)
	}
	r.add(d)
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
	case KindMessage, KindInbox, KindOffer:
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

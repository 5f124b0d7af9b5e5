package alerts

import "time"

// topic is one thing that a conversation has to tell.
type topic struct {
	kind      Kind
	mark      mark
	level     int // a mark with a lower one is no news
	messageID string
	untilMs   int64
	last      bool // the last rung of the ladder
	missed    bool // the window has closed
	repeat    bool
	held      bool // it was put off
}

// topics lists what a conversation has to tell, the most important first. The list is good until the next call. before is
// what is remembered of it.
func (r *run) topics(c *Conversation, before *record) []topic {
	topics := r.room[:0]
	if !c.Mine && c.OfferUntilMs > r.state.NowMs {
		r.wake(c.OfferUntilMs)
		topics = append(topics, topic{kind: KindOffer, mark: mark{at: c.OfferUntilMs}, messageID: c.LastInboundID, untilMs: c.OfferUntilMs})
	}
	if c.Waiting && c.WindowUntilMs > 0 {
		if t, any := r.window(c); any {
			topics = append(topics, t)
		}
	}
	if !c.Mine && c.Routed {
		return topics
	}
	if !c.Mine {
		t := topic{kind: KindInbox, messageID: c.LastInboundID}
		was := before.told[rank(KindInbox)]
		switch {
		case r.prefs.InboxRepeat <= 0:
		case was.known():
			every := r.prefs.InboxRepeat.Milliseconds()
			t.level = int((r.state.NowMs - was.sinceMs) / every)
			t.mark.n, t.repeat = t.level, t.level > 0
			r.wake(was.sinceMs + int64(t.level+1)*every)
		default:
			r.wake(r.state.NowMs + r.prefs.InboxRepeat.Milliseconds())
		}
		return append(topics, t)
	}
	if c.Troubled > 0 || c.ReturnedID != "" {
		t := topic{kind: KindTrouble, mark: mark{id: c.ReturnedID, n: c.Troubled}, level: c.Troubled, messageID: c.TroubledID}
		if c.ReturnedID != "" {
			t.level, t.messageID = t.level+1, "" // it is a draft again
		}
		topics = append(topics, t)
	}
	if c.Given {
		topics = append(topics, topic{kind: KindTransfer, mark: mark{at: c.AssignedMs}, messageID: c.LastInboundID})
	}
	if c.Unread > 0 {
		topics = append(topics, topic{kind: KindMessage, mark: mark{id: c.LastInboundID}, messageID: c.LastInboundID})
	}
	return topics
}

// window is the rung of the ladder that a conversation stands on; none while there is more time.
func (r *run) window(c *Conversation) (topic, bool) {
	left := time.Duration(c.WindowUntilMs-r.state.NowMs) * time.Millisecond
	ladder := r.prefs.ladder()
	if left <= 0 {
		return topic{kind: KindWindow, mark: mark{at: c.WindowUntilMs}, missed: true, untilMs: c.WindowUntilMs, messageID: c.LastInboundID}, true
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
		kind: KindWindow, mark: mark{at: c.WindowUntilMs, n: int(on / time.Second)}, untilMs: c.WindowUntilMs, messageID: c.LastInboundID,
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

package alerts

import "slices"

// summary tells, corrects or takes back the alert that counts many.
func (r *run) summary() {
	added, fewer := r.carrySummary()
	was := r.was.of(SummaryKey).shown
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
	r.next.records[SummaryKey] = &record{shown: was}
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
		if !counted {
			continue
		}
		if _, again := r.next.summarised[c.ID]; !again && r.state.Focused != c.ID && !r.next.of(c.ID).shown.visible && r.stillSo(c, kind) {
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
	return slices.ContainsFunc(r.topics(c, r.was.of(c.ID)), func(t topic) bool {
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

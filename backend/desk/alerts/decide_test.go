package alerts

import (
	"fmt"
	"slices"
	"testing"
	"time"
)

// noon is a time of day at which nobody has quiet hours, unless they say so.
var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// toldOf is what an agent has been told before a test begins.
func toldOf(t *testing.T, p Prefs, conversations ...Conversation) Memory {
	t.Helper()
	empty := Decide(State{NowMs: noon.Add(-time.Hour).UnixMilli(), Local: noon.Add(-time.Hour)}, p, Memory{})
	before := Decide(State{
		Conversations: conversations, NowMs: noon.Add(-30 * time.Minute).UnixMilli(), Local: noon.Add(-30 * time.Minute),
	}, p, empty.Memory)
	return before.Memory
}

// only is the one decision of a test.
func only(t *testing.T, decisions []Decision) Decision {
	t.Helper()
	if len(decisions) != 1 {
		t.Fatalf("decided: %+v", decisions)
	}
	return decisions[0]
}

func TestDecide(t *testing.T) {
	ana := Conversation{ID: "a", Mine: true, Title: "Ana", Preview: "Hello", Unread: 1, LastInboundID: "m1", InboundLatest: true}
	bo := Conversation{ID: "b", Title: "Bo", Preview: "Hi", Unread: 1, LastInboundID: "n1", InboundLatest: true}
	closing := ana
	closing.Unread, closing.Waiting, closing.WindowUntilMs = 0, true, noon.Add(25*time.Minute).UnixMilli()
	on := Prefs{Enabled: true}
	with := func(c Conversation, change func(*Conversation)) Conversation {
		change(&c)
		return c
	}
	writes := func(c *Conversation) { c.LastInboundID, c.Preview, c.Unread = "m2", "Hello?", c.Unread+1 }
	wants := func(change func(*Prefs)) Prefs {
		p := on
		change(&p)
		return p
	}
	at := func(change func(*State)) State {
		var s State
		change(&s)
		return s
	}
	here := func(c ...Conversation) func(*State) {
		return func(s *State) { s.Conversations = append(s.Conversations, c...) }
	}
	looking := func(c Conversation) func(*State) {
		return func(s *State) { s.Conversations, s.Focused = append(s.Conversations, c), c.ID }
	}
	tests := []struct {
		rule    string
		before  []Conversation // what the agent has been told of
		state   State
		prefs   Prefs
		verdict Verdict
		kind    Kind
		reason  Reason
		body    string
	}{
		{"unread message rings", nil, at(here(ana)), on, Show, KindMessage, ReasonNews, "Hello"},
		{"another message rings", []Conversation{ana}, at(here(with(ana, writes))), on, Show, KindMessage, ReasonNews, "Hello?"},
		{"queued conversation rings", nil, at(here(bo)), on, Show, KindInbox, ReasonNews, "Hi"},
		{"transfer rings", nil,
			at(here(with(ana, func(c *Conversation) { c.Unread, c.Given, c.GivenBy = 0, true, "Rui" }))), on, Show, KindTransfer, ReasonNews, "Hello"},
		{"failed message rings", nil,
			at(here(with(ana, func(c *Conversation) { c.Unread, c.Troubled, c.TroubledID = 0, 1, "x" }))), on, Show, KindTrouble, ReasonNews, ""},
		{"message that was given back rings", nil,
			at(here(with(ana, func(c *Conversation) { c.Unread, c.ReturnedID = 0, "x" }))), on, Show, KindTrouble, ReasonNews, ""},
		{"offered conversation rings", nil,
			at(here(with(bo, func(c *Conversation) { c.Routed, c.OfferUntilMs = true, noon.Add(20*time.Second).UnixMilli() }))), on, Show, KindOffer, ReasonNews, "Hi"},
		{"offer that is over is taken back", []Conversation{with(bo, func(c *Conversation) { c.Routed, c.OfferUntilMs = true, noon.UnixMilli() })},
			at(here(with(bo, func(c *Conversation) { c.Routed, c.OfferUntilMs = true, noon.UnixMilli() }))), on, Withdraw, KindOffer, ReasonLapsed, ""},
		{"conversation of a queue from which nobody picks, which is for another agent, has nothing to tell", nil,
			at(here(with(bo, func(c *Conversation) { c.Routed = true }), ana)), on, Show, KindMessage, ReasonNews, "Hello"},
		{"given by the queue rings", nil,
			at(here(with(ana, func(c *Conversation) { c.Unread, c.Given = 0, true }))), on, Show, KindTransfer, ReasonNews, "Hello"},
		{"closing window rings", nil, at(here(closing)), on, Show, KindWindow, ReasonNews, ""},
		{"closing window of an answered contact has nothing to tell", nil,
			at(here(with(closing, func(c *Conversation) { c.Waiting = false }), bo)), on, Show, KindInbox, ReasonNews, "Hi"},
		{"closing window in the Inbox rings for a supervisor", []Conversation{bo},
			at(func(s *State) {
				s.Supervisor = true
				s.Conversations = []Conversation{with(bo, func(c *Conversation) { c.Waiting, c.WindowUntilMs = true, closing.WindowUntilMs })}
			}), on, Show, KindWindow, ReasonNews, ""},
		{"closing window in the Inbox is silent for an agent", []Conversation{bo},
			at(here(with(bo, func(c *Conversation) { c.Waiting, c.WindowUntilMs = true, closing.WindowUntilMs }))), on, Silent, KindWindow, ReasonOthers, ""},
		{"window that has closed is silent", nil, at(here(with(closing, func(c *Conversation) { c.WindowUntilMs = noon.UnixMilli() }))), on,
			Silent, KindWindow, ReasonClosed, ""},
		{"hub that is away for long rings", nil, at(func(s *State) { s.HubDownSinceMs = noon.Add(-hubAfter).UnixMilli() }), on, Show, KindHub, ReasonNews, ""},
		{"text can be hidden", nil, at(here(ana)), wants(func(p *Prefs) { p.HideText = true }), Show, KindMessage, ReasonNews, ""},

		{"switched off is silent", nil, at(here(ana)), Prefs{}, Silent, KindMessage, ReasonDisabled, "Hello"},
		{"kind that is switched off is silent", nil, at(here(bo)),
			wants(func(p *Prefs) { p.Kinds = map[Kind]Wish{KindInbox: {}} }), Silent, KindInbox, ReasonOff, "Hi"},
		{"focused conversation is silent", nil, at(looking(ana)), on, Silent, KindMessage, ReasonFocused, "Hello"},
		{"do not disturb is silent", nil, at(here(ana)), wants(func(p *Prefs) { p.DoNotDisturb = true }), Silent, KindMessage, ReasonDoNotDisturb, "Hello"},
		{"snoozed is silent", nil, at(here(ana)),
			wants(func(p *Prefs) { p.SnoozedUntilMs = noon.Add(time.Minute).UnixMilli() }), Silent, KindMessage, ReasonSnoozed, "Hello"},
		{"snooze that is over rings", nil, at(here(ana)), wants(func(p *Prefs) { p.SnoozedUntilMs = noon.UnixMilli() }), Show, KindMessage, ReasonNews, "Hello"},
		{"quiet hours are silent", nil, at(here(ana)), wants(func(p *Prefs) { p.QuietFrom, p.QuietUntil = 11*60, 13*60 }), Silent, KindMessage, ReasonQuiet, "Hello"},
		{"quiet hours over midnight are silent", nil, at(here(ana)), wants(func(p *Prefs) { p.QuietFrom, p.QuietUntil = 22*60, 13*60 }), Silent, KindMessage, ReasonQuiet, "Hello"},
		{"outside of quiet hours rings", nil, at(here(ana)), wants(func(p *Prefs) { p.QuietFrom, p.QuietUntil = 22*60, 7*60 }), Show, KindMessage, ReasonNews, "Hello"},
		{"conversation that the agent has sent back is silent", []Conversation{with(ana, func(c *Conversation) { c.Unread = 0 })},
			at(here(with(ana, func(c *Conversation) { c.Mine = false }))), on, Silent, KindInbox, ReasonHad, "Hello"},

		{"read elsewhere withdraws", []Conversation{ana}, at(here(with(ana, func(c *Conversation) { c.Unread = 0 }))), on, Withdraw, KindMessage, ReasonRead, ""},
		{"focus withdraws", []Conversation{ana}, at(looking(ana)), on, Withdraw, KindMessage, ReasonFocused, ""},
		{"taking it withdraws the Inbox's", []Conversation{bo}, at(here(with(bo, func(c *Conversation) { c.Mine = true }))), on, Withdraw, KindInbox, ReasonTaken, ""},
		{"taken by a colleague withdraws", []Conversation{bo}, State{}, on, Withdraw, KindInbox, ReasonGone, ""},
		{"answer withdraws the window", []Conversation{closing}, at(here(with(closing, func(c *Conversation) { c.Waiting = false }))), on, Withdraw, KindWindow, ReasonAnswered, ""},
		{"new window withdraws the old one", []Conversation{closing},
			at(here(with(closing, func(c *Conversation) { c.WindowUntilMs += 24 * 3_600_000 }))), on, Withdraw, KindWindow, ReasonReopened, ""},
		{"transfer that was opened elsewhere withdraws", []Conversation{with(ana, func(c *Conversation) { c.Unread, c.Given = 0, true })},
			at(here(with(ana, func(c *Conversation) { c.Unread = 0 }))), on, Withdraw, KindTransfer, ReasonRead, ""},
		{"repaired message withdraws", []Conversation{with(ana, func(c *Conversation) { c.Unread, c.Troubled = 0, 1 })},
			at(here(with(ana, func(c *Conversation) { c.Unread = 0 }))), on, Withdraw, KindTrouble, ReasonSettled, ""},

		{"name of what is shown replaces", []Conversation{ana}, at(here(with(ana, func(c *Conversation) { c.Title = "Ana Lima" }))), on, Replace, KindMessage, ReasonNamed, "Hello"},
		{"name replaces during a catch-up", []Conversation{bo},
			at(func(s *State) {
				s.Behind = true
				s.Conversations = []Conversation{with(bo, func(c *Conversation) { c.Title = "Bo Li" })}
			}), on, Replace, KindInbox, ReasonNamed, "Hi"},
		{"name replaces without text that is hidden by now", []Conversation{ana}, at(here(with(ana, func(c *Conversation) { c.Title = "Ana Lima" }))),
			wants(func(p *Prefs) { p.HideText = true }), Replace, KindMessage, ReasonNamed, ""},
		{"another message with another name rings", []Conversation{ana},
			at(here(with(with(ana, writes), func(c *Conversation) { c.Title = "Ana Lima" }))), on, Show, KindMessage, ReasonNews, "Hello?"},
		{"Inbox rings again until somebody takes it, if that is set", []Conversation{bo}, at(here(bo)),
			wants(func(p *Prefs) { p.InboxRepeat = 20 * time.Minute }), Show, KindInbox, ReasonAgain, "Hi"},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			test.state.NowMs, test.state.Local = noon.UnixMilli(), noon
			got := Decide(test.state, test.prefs, toldOf(t, on, test.before...))
			d := only(t, got.Decisions)
			if d.Verdict != test.verdict || d.Kind != test.kind || d.Reason != test.reason || d.Body != test.body || d.AtMs != noon.UnixMilli() {
				t.Fatalf("decided: %+v", d)
			}
			if again := Decide(test.state, test.prefs, got.Memory); len(again.Decisions) != 0 {
				t.Fatalf("decided again: %+v", again.Decisions)
			}
		})
	}
	for _, test := range []struct {
		rule   string
		before []Conversation
		state  State
	}{
		{"same message rings once", []Conversation{ana}, at(here(ana))},
		{"Inbox tells of a conversation once", []Conversation{bo}, at(here(with(bo, writes)))},
		{"what the agent takes is no news", []Conversation{with(bo, func(c *Conversation) { c.Unread = 0 })}, at(here(with(bo, func(c *Conversation) { c.Unread = 0 })))},
		{"one trouble less is no news", []Conversation{with(ana, func(c *Conversation) { c.Troubled = 2 })}, at(here(with(ana, func(c *Conversation) { c.Troubled = 1 })))},
		{"window with time left has nothing to tell", nil, at(here(with(closing, func(c *Conversation) { c.WindowUntilMs += 24 * 3_600_000 })))},
		{"hub that is away for a moment has nothing to tell", nil, at(func(s *State) { s.HubDownSinceMs = noon.Add(-time.Minute).UnixMilli() })},
		{"name of what is not shown has nothing to tell", []Conversation{with(ana, func(c *Conversation) { c.Unread = 0 })},
			at(here(with(ana, func(c *Conversation) { c.Unread, c.Title = 0, "Ana Lima" })))},
	} {
		t.Run(test.rule, func(t *testing.T) {
			test.state.NowMs, test.state.Local = noon.UnixMilli(), noon
			if got := Decide(test.state, on, toldOf(t, on, test.before...)); len(got.Decisions) != 0 {
				t.Fatalf("decided: %+v", got.Decisions)
			}
		})
	}
}

func TestDecideMany(t *testing.T) {
	on := Prefs{Enabled: true}
	many := func(n int, of func(i int) Conversation) []Conversation {
		var all []Conversation
		for i := range n {
			c := of(i)
			c.ID = fmt.Sprintf("%03d", i)
			all = append(all, c)
		}
		return all
	}
	unread := func(int) Conversation {
		return Conversation{Mine: true, Title: "Ana", Unread: 1, LastInboundID: "m1"}
	}
	shows := func(decisions []Decision) (all []Decision) {
		for _, d := range decisions {
			if d.Verdict == Show {
				all = append(all, d)
			}
		}
		return all
	}
	t.Run("what is there at the start rings once", func(t *testing.T) {
		got := Decide(State{Conversations: many(20, unread), NowMs: noon.UnixMilli(), Local: noon}, on, Memory{})
		if d := only(t, shows(got.Decisions)); d.Key != SummaryKey || d.Counts != (Counts{Messages: 20}) {
			t.Fatalf("decided: %+v", d)
		}
	})
	t.Run("a catch-up with much news rings once, and counts what it is about", func(t *testing.T) {
		conversations := many(5, func(i int) Conversation {
			return []Conversation{
				{Mine: true, Unread: 1, LastInboundID: "m1"},
				{},
				{Mine: true, Waiting: true, WindowUntilMs: noon.Add(time.Hour).UnixMilli()},
				{Mine: true, Waiting: true, WindowUntilMs: noon.Add(-time.Hour).UnixMilli()},
				{Mine: true, Given: true, AssignedMs: 1},
			}[i]
		})
		got := Decide(State{Conversations: conversations, Behind: true, NowMs: noon.UnixMilli(), Local: noon}, on, toldOf(t, on))
		if d := only(t, shows(got.Decisions)); d.Key != SummaryKey || d.Counts != (Counts{Messages: 1, Inbox: 1, Windows: 1, Missed: 1, Transfers: 1}) {
			t.Fatalf("decided: %+v", d)
		}
	})
	t.Run("one conversation in a catch-up is told by itself", func(t *testing.T) {
		got := Decide(State{Conversations: many(1, unread), Behind: true, NowMs: noon.UnixMilli(), Local: noon}, on, toldOf(t, on))
		if d := only(t, got.Decisions); d.Verdict != Show || d.Kind != KindMessage {
			t.Fatalf("decided: %+v", d)
		}
	})
	t.Run("a window that closed during sleep is told", func(t *testing.T) {
		closed := many(1, func(int) Conversation {
			return Conversation{Mine: true, Waiting: true, WindowUntilMs: noon.Add(-time.Hour).UnixMilli()}
		})
		got := Decide(State{Conversations: closed, Behind: true, NowMs: noon.UnixMilli(), Local: noon}, on, toldOf(t, on))
		if d := only(t, shows(got.Decisions)); d.Key != SummaryKey || d.Counts != (Counts{Missed: 1}) {
			t.Fatalf("decided: %+v", d)
		}
	})
	t.Run("the summary counts down, and goes with the last", func(t *testing.T) {
		conversations := many(3, unread)
		state := State{Conversations: conversations, NowMs: noon.UnixMilli(), Local: noon}
		memory := Decide(state, on, Memory{}).Memory
		conversations[0].Unread = 0
		got := Decide(state, on, memory)
		if d := only(t, got.Decisions); d.Verdict != Replace || d.Counts.Messages != 2 {
			t.Fatalf("decided: %+v", d)
		}
		conversations[1].Unread, conversations[2].Unread = 0, 0
		if d := only(t, Decide(state, on, got.Memory).Decisions); d.Verdict != Withdraw || d.Key != SummaryKey {
			t.Fatalf("decided: %+v", d)
		}
	})
	t.Run("500 messages in a minute are a handful of notifications", func(t *testing.T) {
		conversations := many(50, func(int) Conversation { return Conversation{Mine: true} })
		memory := Decide(State{Conversations: conversations, NowMs: noon.UnixMilli(), Local: noon}, on, Memory{}).Memory
		rang := 0
		for i := range 500 {
			c := &conversations[i*7%50]
			c.Unread, c.LastInboundID = c.Unread+1, fmt.Sprint(i)
			now := noon.Add(time.Duration(i) * 120 * time.Millisecond)
			got := Decide(State{Conversations: conversations, NowMs: now.UnixMilli(), Local: now}, on, memory)
			memory, rang = got.Memory, rang+len(shows(got.Decisions))
		}
		if rang == 0 || rang > ringsMost {
			t.Fatalf("rang %d times", rang)
		}
		if visible := memory.Visible(); !slices.Contains(visible, SummaryKey) {
			t.Fatalf("shown: %v", visible)
		}
	})
	t.Run("one contact who writes a lot rings now and then, and the last message does", func(t *testing.T) {
		conversations := many(1, func(int) Conversation { return Conversation{Mine: true, InboundLatest: true} })
		memory := toldOf(t, on, conversations...)
		var rang []Decision
		decide := func(now time.Time) int64 {
			got := Decide(State{Conversations: conversations, NowMs: now.UnixMilli(), Local: now}, on, memory)
			memory, rang = got.Memory, append(rang, shows(got.Decisions)...)
			return got.NextMs
		}
		var next int64
		for i := range 10 {
			conversations[0].Unread, conversations[0].LastInboundID, conversations[0].Preview = i+1, fmt.Sprint(i), fmt.Sprint(i)
			next = decide(noon.Add(time.Duration(i) * time.Second))
		}
		if len(rang) != 1 || rang[0].Body != "0" {
			t.Fatalf("rang: %+v", rang)
		}
		decide(time.UnixMilli(next))
		if len(rang) != 2 || rang[1].Body != "9" || rang[1].Count != 10 {
			t.Fatalf("rang: %+v", rang)
		}
	})
}

func TestPutOff(t *testing.T) {
	for _, test := range []struct {
		pause string
		prefs Prefs
	}{
		{"do not disturb", Prefs{Enabled: true, DoNotDisturb: true}},
		{"a snooze", Prefs{Enabled: true, SnoozedUntilMs: noon.Add(time.Hour).UnixMilli()}},
		{"quiet hours", Prefs{Enabled: true, QuietFrom: 12 * 60, QuietUntil: 13 * 60}},
	} {
		t.Run("what came in "+test.pause+" and is still unread is told once that ends", func(t *testing.T) {
			conversations := []Conversation{
				{ID: "a", Mine: true, Title: "Ana", Unread: 1, LastInboundID: "m1"},
				{ID: "b", Mine: true, Title: "Bo", Unread: 1, LastInboundID: "n1"},
			}
			state := State{Conversations: conversations, NowMs: noon.UnixMilli(), Local: noon}
			held := Decide(state, test.prefs, toldOf(t, test.prefs))
			for _, d := range held.Decisions {
				if d.Verdict != Silent {
					t.Fatalf("decided: %+v", d)
				}
			}
			conversations[1].Unread = 0
			after := noon.Add(time.Hour)
			if !test.prefs.DoNotDisturb && held.NextMs != after.UnixMilli() {
				t.Errorf("looks again at %v", time.UnixMilli(held.NextMs).UTC())
			}
			state.NowMs, state.Local = after.UnixMilli(), after
			test.prefs.DoNotDisturb = false
			if d := only(t, Decide(state, test.prefs, held.Memory).Decisions); d.Verdict != Show || d.Key != "a" || d.Reason != ReasonLater {
				t.Fatalf("decided: %+v", d)
			}
		})
	}
}

// Time alone makes the ladder ring, when Decide said that it would.
func TestLadder(t *testing.T) {
	until := noon.Add(24 * time.Hour)
	climb := func(answeredAt time.Time, prefs Prefs) (rungs []time.Duration, withdrawn []Reason) {
		c := Conversation{ID: "a", Mine: true, Title: "Ana", Waiting: true, WindowUntilMs: until.UnixMilli()}
		now, memory := noon, toldOf(t, prefs)
		for !now.After(until) {
			c.Waiting = answeredAt.IsZero() || now.Before(answeredAt)
			got := Decide(State{Conversations: []Conversation{c}, NowMs: now.UnixMilli(), Local: now}, prefs, memory)
			memory = got.Memory
			for _, d := range got.Decisions {
				switch d.Verdict {
				case Show:
					rungs = append(rungs, time.Duration(d.LeftMs)*time.Millisecond)
					if quiet := d.LeftMs > windowSounds.Milliseconds(); quiet != (d.Sound == SoundNone) {
						t.Errorf("sounds: %+v", d)
					}
					if d.Urgent != (d.LeftMs == lowest(prefs.ladder()).Milliseconds()) {
						t.Errorf("urgent: %+v", d)
					}
				case Withdraw:
					withdrawn = append(withdrawn, d.Reason)
				}
			}
			if !answeredAt.IsZero() && now.Before(answeredAt) && (got.NextMs == 0 || got.NextMs > answeredAt.UnixMilli()) {
				now = answeredAt // the answer asks for a decision
				continue
			}
			if got.NextMs == 0 {
				break
			}
			now = time.UnixMilli(got.NextMs).UTC()
		}
		return rungs, withdrawn
	}
	t.Run("a contact who waits rings at each rung, until the window closes", func(t *testing.T) {
		rungs, withdrawn := climb(time.Time{}, Prefs{Enabled: true})
		if !slices.Equal(rungs, DefaultLadder) || !slices.Equal(withdrawn, []Reason{ReasonClosed}) {
			t.Fatalf("rang with %v left, withdrawn: %v", rungs, withdrawn)
		}
	})
	t.Run("the last call comes through quiet hours, if that is set", func(t *testing.T) {
		rungs, _ := climb(time.Time{}, Prefs{Enabled: true, QuietFrom: 8 * 60, QuietUntil: 7 * 60, LastCallInQuiet: true})
		if !slices.Equal(rungs, DefaultLadder[2:]) {
			t.Fatalf("rang with %v left", rungs)
		}
	})
	t.Run("an answer ends it", func(t *testing.T) {
		rungs, withdrawn := climb(until.Add(-time.Hour), Prefs{Enabled: true})
		if !slices.Equal(rungs, DefaultLadder[:1]) || !slices.Equal(withdrawn, []Reason{ReasonAnswered}) {
			t.Fatalf("rang with %v left, withdrawn: %v", rungs, withdrawn)
		}
	})
	t.Run("the rungs are the agent's", func(t *testing.T) {
		mine := []time.Duration{5 * time.Minute, time.Hour, 0}
		if rungs, _ := climb(time.Time{}, Prefs{Enabled: true, Ladder: mine}); !slices.Equal(rungs, []time.Duration{time.Hour, 5 * time.Minute}) {
			t.Fatalf("rang with %v left", rungs)
		}
	})
	t.Run("no rungs, no alert", func(t *testing.T) {
		if rungs, _ := climb(time.Time{}, Prefs{Enabled: true, Ladder: []time.Duration{}}); len(rungs) != 0 {
			t.Fatalf("rang with %v left", rungs)
		}
	})
}

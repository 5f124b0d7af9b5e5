package alerts

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// drawConversations are a few conversations in any state.
func drawConversations(t *rapid.T, now time.Time) []Conversation {
	var all []Conversation
	for i := range rapid.IntRange(0, 12).Draw(t, "conversations") {
		if rapid.IntRange(0, 5).Draw(t, "gone") == 0 {
			continue
		}
		left := rapid.SampledFrom([]time.Duration{-time.Hour, 5 * time.Minute, 20 * time.Minute, time.Hour, 20 * time.Hour}).Draw(t, "left")
		all = append(all, Conversation{
			ID: fmt.Sprint(i), Mine: rapid.Bool().Draw(t, "mine"), Unread: rapid.IntRange(0, 2).Draw(t, "unread"),
			LastInboundID: rapid.SampledFrom([]string{"m1", "m2"}).Draw(t, "last"), InboundLatest: true,
			Title:   rapid.SampledFrom([]string{"", "Ana"}).Draw(t, "title"),
			Waiting: rapid.Bool().Draw(t, "waiting"), WindowUntilMs: now.Add(left).UnixMilli(),
			Given: rapid.Bool().Draw(t, "given"), Troubled: rapid.IntRange(0, 1).Draw(t, "troubled"), Routed: rapid.Bool().Draw(t, "routed"),
			OfferUntilMs: rapid.SampledFrom([]int64{0, now.UnixMilli(), now.Add(20 * time.Second).UnixMilli()}).Draw(t, "offer"),
		})
	}
	return all
}

// Whatever happens over an hour, in any order and with any wishes: every decision has a reason, nothing rings that a
// gate keeps silent, nothing rings too often, and what is decided is decided once.
func TestDecideHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now, memory := noon, Memory{}
		var rings []time.Time
		for range rapid.IntRange(1, 12).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 400).Draw(t, "pause")) * time.Second)
			state := State{
				Conversations: drawConversations(t, now), Focused: rapid.SampledFrom([]string{"", "0", "1"}).Draw(t, "focused"),
				Supervisor: rapid.Bool().Draw(t, "supervisor"), Behind: rapid.Bool().Draw(t, "behind"), NowMs: now.UnixMilli(), Local: now,
			}
			if rapid.Bool().Draw(t, "down") {
				state.HubDownSinceMs = now.Add(-time.Hour).UnixMilli()
			}
			prefs := Prefs{
				Enabled: rapid.IntRange(0, 4).Draw(t, "enabled") > 0, DoNotDisturb: rapid.IntRange(0, 4).Draw(t, "busy") == 0,
				InboxRepeat: rapid.SampledFrom([]time.Duration{0, 2 * time.Minute}).Draw(t, "repeat"),
			}
			if rapid.Bool().Draw(t, "without windows") {
				prefs.Kinds = map[Kind]Wish{KindWindow: {}}
			}
			got := Decide(state, prefs, memory)
			visible := map[string]bool{}
			for _, key := range memory.Visible() {
				visible[key] = true
			}
			for _, d := range got.Decisions {
				if d.Reason == "" || d.Verdict == "" || d.Kind == "" || d.AtMs != state.NowMs {
					t.Fatalf("incomplete: %+v", d)
				}
				switch d.Verdict {
				case Show:
					if !prefs.Enabled || prefs.DoNotDisturb || d.Key == state.Focused || !prefs.Wish(d.Kind).On {
						t.Fatalf("rang behind a gate: %+v", d)
					}
					visible[d.Key] = true
					if d.Kind != KindHub {
						rings = append(rings, now)
					}
				case Withdraw:
					if !visible[d.Key] {
						t.Fatalf("took back what was not shown: %+v", d)
					}
					visible[d.Key] = false
				}
			}
			for _, key := range got.Memory.Visible() {
				if !visible[key] {
					t.Fatalf("thinks that %q is shown", key)
				}
				delete(visible, key)
			}
			for key, still := range visible {
				if still {
					t.Fatalf("forgot that %q is shown", key)
				}
			}
			recent := 0
			for _, at := range rings {
				if now.Sub(at) < ringsWithin {
					recent++
				}
			}
			if recent > ringsMost {
				t.Fatalf("rang %d times", recent)
			}
			state.Behind = false
			if again := Decide(state, prefs, got.Memory); len(again.Decisions) != 0 {
				t.Fatalf("decided again: %+v\nafter %+v", again.Decisions, got.Decisions)
			}
			if got.NextMs != 0 && got.NextMs <= state.NowMs {
				t.Fatalf("looks again at %d, now is %d", got.NextMs, state.NowMs)
			}
			memory = got.Memory
		}
	})
}

// No customer waits unseen: whatever was put off, paced or counted, a message that stays unread has rung in the end.
func TestNothingIsForgotten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		prefs, now := Prefs{Enabled: true, Ladder: []time.Duration{}}, noon
		memory := Decide(State{NowMs: now.UnixMilli(), Local: now}, prefs, Memory{}).Memory
		c := Conversation{ID: "a", Mine: true, Title: "Ana", InboundLatest: true}
		told := "" // the latest message that has rung
		decide := func() int64 {
			got := Decide(State{Conversations: []Conversation{c}, NowMs: now.UnixMilli(), Local: now}, prefs, memory)
			memory = got.Memory
			for _, d := range got.Decisions {
				if d.Verdict == Show {
					told = d.MessageID
				}
			}
			return got.NextMs
		}
		for i := range rapid.IntRange(1, 20).Draw(t, "messages") {
			now = now.Add(time.Duration(rapid.IntRange(0, 30).Draw(t, "pause")) * time.Second)
			prefs.DoNotDisturb = rapid.IntRange(0, 3).Draw(t, "busy") == 0
			c.Unread, c.LastInboundID = c.Unread+1, fmt.Sprint(i)
			decide()
		}
		prefs.DoNotDisturb = false
		for next := decide(); next != 0; next = decide() {
			now = time.UnixMilli(next).UTC()
		}
		if told != c.LastInboundID {
			t.Fatalf("the last message is %q, told was %q", c.LastInboundID, told)
		}
	})
}

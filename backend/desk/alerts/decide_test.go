package alerts

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"
)

func TestDecide(t *testing.T) {
	mine := Conversation{ID: "a", Mine: true, Title: "Ana", Preview: "Hello", Unread: 2, LastInboundID: "m2", InboundLatest: true}
	queued := Conversation{ID: "b", Title: "Bo", Preview: "Hi", Unread: 1, LastInboundID: "n1", InboundLatest: true}
	on := Prefs{Enabled: true}
	visible := func(kind Kind, last string) map[string]Shown {
		return map[string]Shown{"a": {LastInboundID: last, Kind: kind, Title: "Ana", Body: "Hey", Visible: true}}
	}
	read := mine
	read.Unread = 0
	renamed, queuedRenamed := mine, queued
	renamed.Title = "Ana Lima"
	queuedRenamed.ID, queuedRenamed.Title = "a", "Ana Lima"
	tests := []struct {
		rule    string
		state   State
		prefs   Prefs
		verdict Verdict
		reason  Reason
		body    string
	}{
		{"unread message rings", State{Conversations: []Conversation{mine}}, on, Show, ReasonNews, "Hello"},
		{"queued conversation rings", State{Conversations: []Conversation{queued}}, on, Show, ReasonNews, "Hi"},
		{"another message replaces", State{Conversations: []Conversation{mine}, Shown: visible(KindMessage, "m1")}, on, Show, ReasonNews, "Hello"},
		{"text can be hidden", State{Conversations: []Conversation{mine}}, Prefs{Enabled: true, HideText: true}, Show, ReasonNews, ""},
		{"focused conversation is silent", State{Conversations: []Conversation{mine}, Focused: "a"}, on, Silent, ReasonFocused, ""},
		{"focus withdraws", State{Conversations: []Conversation{mine}, Focused: "a", Shown: visible(KindMessage, "m2")}, on, Withdraw, ReasonFocused, ""},
		{"switched off is silent", State{Conversations: []Conversation{mine}}, Prefs{}, Silent, ReasonDisabled, ""},
		{"what was there at the start is silent", State{Conversations: []Conversation{mine}, First: true}, on, Silent, ReasonOld, ""},
		{"read elsewhere withdraws", State{Conversations: []Conversation{read}, Shown: visible(KindMessage, "m2")}, on, Withdraw, ReasonRead, ""},
		{"assigned here withdraws the Inbox's", State{Conversations: []Conversation{mine}, Shown: visible(KindInbox, "m2")}, on, Withdraw, ReasonTaken, ""},
		{"name of what is shown replaces", State{Conversations: []Conversation{renamed}, Shown: visible(KindMessage, "m2")}, on, Replace, ReasonNamed, "Hey"},
		{"name in the Inbox replaces only the name", State{Conversations: []Conversation{queuedRenamed}, Shown: visible(KindInbox, "m0")}, on, Replace, ReasonNamed, "Hey"},
		{"name replaces during a catch-up", State{Conversations: []Conversation{renamed}, Behind: true, Shown: visible(KindMessage, "m2")}, on, Replace, ReasonNamed, "Hey"},
		{"name replaces without text that is hidden by now", State{Conversations: []Conversation{renamed}, Shown: visible(KindMessage, "m2")}, Prefs{Enabled: true, HideText: true}, Replace, ReasonNamed, ""},
		{"another message with another name rings", State{Conversations: []Conversation{renamed}, Shown: visible(KindMessage, "m1")}, on, Show, ReasonNews, "Hello"},
		{"taken by a colleague withdraws", State{Shown: visible(KindInbox, "m2")}, on, Withdraw, ReasonGone, ""},
	}
	for _, test := range tests {
		t.Run(test.rule, func(t *testing.T) {
			got := Decide(test.state, test.prefs, 7)
			if len(got) != 1 || got[0].Verdict != test.verdict || got[0].Reason != test.reason || got[0].Body != test.body || got[0].AtMs != 7 {
				t.Fatalf("got %+v", got)
			}
		})
	}
	t.Run("same message rings once", func(t *testing.T) {
		if got := Decide(State{Conversations: []Conversation{mine}, Shown: visible(KindMessage, "m2")}, on, 0); len(got) != 0 {
			t.Fatalf("got %+v", got)
		}
	})
	t.Run("name of what is not shown tells nothing", func(t *testing.T) {
		withdrawn := map[string]Shown{"a": {LastInboundID: "m2", Kind: KindMessage, Title: "Ana"}}
		if got := Decide(State{Conversations: []Conversation{renamed}, Shown: withdrawn}, on, 0); len(got) != 0 {
			t.Fatalf("got %+v", got)
		}
		if got := Decide(State{Conversations: []Conversation{renamed}, Shown: visible(KindMessage, "m2")}, Prefs{}, 0); len(got) != 0 {
			t.Fatalf("switched off: %+v", got)
		}
	})
	t.Run("catch-up with much news rings once", func(t *testing.T) {
		var many []Conversation
		for i := range 20 {
			c := mine
			c.ID = fmt.Sprint(i)
			many = append(many, c)
		}
		var shows []Decision
		for _, d := range Decide(State{Conversations: many, Behind: true}, on, 0) {
			if d.Verdict == Show {
				shows = append(shows, d)
			}
		}
		if len(shows) != 1 || shows[0].Key != SummaryKey || shows[0].Count != 20 {
			t.Fatalf("got %+v", shows)
		}
	})
}

// Whatever happens, deciding twice on the same state tells nothing twice, and every decision has a reason.
func TestDecideSettles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var state State
		for i := range rapid.IntRange(0, 6).Draw(t, "conversations") {
			state.Conversations = append(state.Conversations, Conversation{
				ID: fmt.Sprint(i), Mine: rapid.Bool().Draw(t, "mine"), Unread: rapid.IntRange(0, 3).Draw(t, "unread"),
				LastInboundID: rapid.SampledFrom([]string{"m1", "m2"}).Draw(t, "last"), InboundLatest: true,
				Title: rapid.SampledFrom([]string{"", "Ana"}).Draw(t, "title"),
			})
		}
		state.Focused = rapid.SampledFrom([]string{"", "0", "1"}).Draw(t, "focused")
		state.Behind = rapid.Bool().Draw(t, "behind")
		prefs := Prefs{Enabled: rapid.Bool().Draw(t, "enabled")}
		state.Shown = map[string]Shown{}
		for i := range rapid.IntRange(0, 8).Draw(t, "shown") {
			state.Shown[fmt.Sprint(i)] = Shown{
				LastInboundID: "m1", Kind: rapid.SampledFrom([]Kind{KindMessage, KindInbox}).Draw(t, "kind"), Visible: rapid.Bool().Draw(t, "visible"),
			}
		}
		for range 2 { // a withdrawal may be followed by what it made way for
			decisions := Decide(state, prefs, 0)
			for _, d := range decisions {
				if d.Reason == "" || d.Verdict == "" {
					t.Fatalf("no reason: %+v", d)
				}
			}
			state.Shown = Remember(state.Shown, decisions)
		}
		for _, d := range Decide(state, prefs, 0) {
			if d.Verdict != Silent {
				t.Fatalf("told again: %+v", d)
			}
		}
	})
}

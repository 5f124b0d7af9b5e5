package alerts

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"
)

var update = flag.Bool("update", false, "write POLICY.md")

func TestDocument(t *testing.T) {
	if *update {
		if err := os.WriteFile("POLICY.md", []byte(Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("POLICY.md")
	if err != nil || string(kept) != Document() {
		t.Fatalf("POLICY.md is not what the code does (%v): go test ./backend/desk/alerts -update", err)
	}
	t.Run("every reason that a gate gives is explained", func(t *testing.T) {
		for _, g := range gates {
			if !slices.ContainsFunc(reasons, func(r struct {
				reason Reason
				means  string
			}) bool {
				return r.reason == g.reason && r.means != ""
			}) {
				t.Errorf("%s is not", g.reason)
			}
		}
	})
	t.Run("every kind has a sound that can be chosen", func(t *testing.T) {
		for _, rule := range Rules {
			if !slices.Contains(Sounds, rule.Sound) {
				t.Errorf("%s has %q", rule.Kind, rule.Sound)
			}
		}
	})
}

// BenchmarkDecide is one decision over a busy supervisor's conversations of which a tenth has news. Budget: 5 ms.
func BenchmarkDecide(b *testing.B) {
	const open = 2000
	conversations := make([]Conversation, open)
	for i := range conversations {
		conversations[i] = Conversation{
			ID: fmt.Sprintf("0190a5c0-0000-7000-8000-%012d", i), Mine: i%2 == 0, Title: "Ana", Preview: "Hello", Unread: i % 3,
			LastInboundID: fmt.Sprint(i), InboundLatest: true, Waiting: i%4 == 0, WindowUntilMs: noon.Add(time.Duration(i) * time.Minute).UnixMilli(),
			Given: i%10 == 0, Troubled: i % 50 / 49,
		}
	}
	prefs := Prefs{Enabled: true, InboxRepeat: 5 * time.Minute}
	memory := Decide(State{Conversations: conversations, NowMs: noon.UnixMilli(), Local: noon, Supervisor: true}, prefs, Memory{}).Memory
	for i := 0; i < open; i += 10 {
		conversations[i].Unread, conversations[i].LastInboundID = 5, "news"
	}
	later := noon.Add(time.Minute)
	state := State{Conversations: conversations, NowMs: later.UnixMilli(), Local: later, Supervisor: true}
	b.ReportAllocs()
	for b.Loop() {
		Decide(state, prefs, memory)
	}
}

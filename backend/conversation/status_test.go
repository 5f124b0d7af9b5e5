package conversation

import (
	"errors"
	"os"
	"slices"
	"strings"
	"testing"
)

// life is every transition that a conversation knows, written down a second time. What is not here is refused.
var life = map[Status]map[Action]Status{
	"queued":   {"assign": "assigned", "contact_writes": "queued"},
	"assigned": {"send_to_inbox": "queued", "time_out": "queued", "transfer": "assigned", "end_chat": "wrap_up", "close": "closed", "contact_writes": "assigned"},
	"wrap_up":  {"submit": "closed", "dismiss": "closed", "contact_writes": "assigned"},
	"closed":   {},
}

func TestNext(t *testing.T) {
	for _, from := range Statuses {
		for _, action := range Actions {
			t.Run(string(from)+"/"+string(action), func(t *testing.T) {
				t.Parallel()
				to, err := Next(from, action)
				want, fits := life[from][action]
				if !fits {
					var refused *TransitionError
					if !errors.As(err, &refused) || refused.From != from || refused.Action != action || to != from {
						t.Fatalf("got %s, %v; want a refusal that leaves it %s", to, err, from)
					}
					return
				}
				if err != nil || to != want {
					t.Errorf("got %s, %v; want %s", to, err, want)
				}
			})
		}
	}
	if len(Statuses) != len(life) {
		t.Errorf("there are %d statuses, this test knows %d", len(Statuses), len(life))
	}
	if _, err := Next("elsewhere", ActionAssign); err == nil {
		t.Error("an unknown status has a transition")
	}
}

func TestOpen(t *testing.T) {
	for _, s := range Statuses {
		if s.Open() != (s != StatusClosed) {
			t.Errorf("%s: open is %v", s, s.Open())
		}
		if !s.Open() && len(life[s]) > 0 {
			t.Errorf("%s is the end, and yet leads to %v", s, life[s])
		}
	}
}

func TestEndAction(t *testing.T) {
	for wrapUp, want := range map[bool]Status{true: StatusWrapUp, false: StatusClosed} {
		if got, err := Next(StatusAssigned, EndAction(wrapUp)); err != nil || got != want {
			t.Errorf("End Chat with wrap-up %v leads to %s, %v", wrapUp, got, err)
		}
	}
}

// TestPicture draws doc.go's picture from the table: each arrow stands with exactly its actions.
func TestPicture(t *testing.T) {
	t.Parallel()
	const picture = `
	              assign                end_chat            submit, dismiss
	┌────────┐ ───────────▶ ┌──────────┐ ───────▶ ┌─────────┐ ───────────▶ ┌────────┐
	│ queued │              │ assigned │          │ wrap_up │              │ closed │
	└────────┘ ◀─────────── └──────────┘ ◀─────── └─────────┘              └────────┘
	     send_to_inbox,      │  ▲ transfer  contact_writes                     ▲
	     time_out            └──┘                                              │
	                         close (touchpoints without wrap-up) ──────────────┘
`
	arrows := []struct {
		from, to Status
		label    string
	}{
		{"queued", "assigned", "assign"}, {"assigned", "wrap_up", "end_chat"}, {"wrap_up", "closed", "submit, dismiss"},
		{"assigned", "queued", "send_to_inbox,|time_out"}, {"wrap_up", "assigned", "contact_writes"},
		{"assigned", "assigned", "transfer"}, {"assigned", "closed", "close"},
	}
	text, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	drawn := strings.ReplaceAll(string(text), "//\t", "\t")
	if !strings.Contains(drawn, picture) {
		t.Fatal("doc.go shows another picture than this test knows; change both")
	}
	shown := map[[2]Status][]Action{}
	for _, a := range arrows {
		for _, action := range strings.FieldsFunc(a.label, func(r rune) bool { return strings.ContainsRune(", |", r) }) {
			if !strings.Contains(picture, action) {
				t.Errorf("the picture does not name %s", action)
			}
			shown[[2]Status{a.from, a.to}] = append(shown[[2]Status{a.from, a.to}], Action(action))
		}
	}
	for _, from := range Statuses {
		for _, action := range Actions {
			to, err := Next(from, action)
			silent := action == ActionContactWrites && to == from // stays where it is: not drawn
			drawn := slices.Contains(shown[[2]Status{from, to}], action)
			if drawn != (err == nil && !silent) {
				t.Errorf("%s --%s--> %s: drawn %v, table says %v", from, action, to, drawn, err)
			}
		}
	}
}

package routing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

func everywhere(string, string) bool { return true }

func always(mode Mode) Rules {
	return Rules{Mode: func(string) Mode { return mode }, Works: everywhere}
}

func TestChoose(t *testing.T) {
	ana, bo := Agent{ID: "ana", IdleMs: 100, Capacity: 100}, Agent{ID: "bo", IdleMs: 50, Capacity: 100}
	first, second := Waiting{ID: "1", SinceMs: 1, Weight: 20}, Waiting{ID: "2", SinceMs: 2, Weight: 20}
	full := bo
	full.Load = 81
	asked := bo
	asked.Asked = true
	known := first
	known.Last = "ana"
	refused := first
	refused.Refused = []string{"bo"}
	for _, test := range []struct {
		rule    string
		waiting []Waiting
		agents  []Agent
		mode    Mode
		want    []Move
	}{
		{"the longest idle gets it", []Waiting{first}, []Agent{ana, bo}, Assign, []Move{{"1", "bo", false}}},
		{"who waits longest is first, and turns are taken", []Waiting{second, first}, []Agent{ana, bo}, Assign, []Move{{"1", "bo", false}, {"2", "ana", false}}},
		{"who has no room is left out", []Waiting{first}, []Agent{ana, full}, Assign, []Move{{"1", "ana", false}}},
		{"what nobody has room for waits", []Waiting{first}, []Agent{full}, Assign, nil},
		{"who refused is not asked again", []Waiting{refused}, []Agent{ana, bo}, Offer, []Move{{"1", "ana", true}}},
		{"one offer at a time", []Waiting{first, second}, []Agent{asked, ana}, Offer, []Move{{"1", "ana", true}}},
		{"who had the contact before is first", []Waiting{known}, []Agent{bo, ana}, Assign, []Move{{"1", "ana", false}}},
		{"who had the contact before is asked where others pick", []Waiting{known, second}, []Agent{bo, ana}, Pick, []Move{{"1", "ana", true}}},
		{"who had the contact before and is not there: picked", []Waiting{known}, []Agent{bo}, Pick, nil},
		{"who had the contact before and is not there: the next", []Waiting{known}, []Agent{bo}, Offer, []Move{{"1", "bo", true}}},
		{"nothing is picked for anybody", []Waiting{first}, []Agent{ana, bo}, Pick, nil},
		{"outside of the hours nothing moves", []Waiting{known}, []Agent{ana, bo}, "", nil},
	} {
		if got := Choose(test.waiting, test.agents, always(test.mode), noon); !slices.Equal(got, test.want) {
			t.Errorf("%s: %+v", test.rule, got)
		}
	}
}

// Whatever waits and whoever is there: nobody gets more than they have room for, more than one offer, what they refused, or
// what is not their queue's; a conversation moves once; and what is left could go to nobody.
func TestChooseHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		queues := []string{"a", "b", "c"}
		modes := map[string]Mode{}
		for _, queue := range queues {
			modes[queue] = rapid.SampledFrom([]Mode{Pick, Assign, Offer, ""}).Draw(t, queue)
		}
		var agents []Agent
		works := map[string]bool{}
		for i := range rapid.IntRange(0, 6).Draw(t, "agents") {
			a := Agent{
				ID: fmt.Sprint("agent", i), IdleMs: rapid.Int64Range(0, 9).Draw(t, "idle"), Load: rapid.Int64Range(0, 120).Draw(t, "load"),
				Capacity: rapid.SampledFrom([]int64{0, 40, 100}).Draw(t, "capacity"), Asked: rapid.Bool().Draw(t, "asked"),
			}
			agents = append(agents, a)
			for _, queue := range queues {
				works[a.ID+queue] = rapid.Bool().Draw(t, "works")
			}
		}
		var waiting []Waiting
		for i := range rapid.IntRange(0, 25).Draw(t, "waiting") {
			w := Waiting{
				ID: fmt.Sprint(i), QueueID: rapid.SampledFrom(queues).Draw(t, "queue"), SinceMs: rapid.Int64Range(0, 9).Draw(t, "since"),
				Weight: rapid.Int64Range(1, 50).Draw(t, "weight"), Last: rapid.SampledFrom([]string{"", "agent0", "nobody"}).Draw(t, "last"),
			}
			if rapid.Bool().Draw(t, "refused") {
				w.Refused = []string{"agent0", "agent1"}
			}
			waiting = append(waiting, w)
		}
		rules := Rules{Mode: func(q string) Mode { return modes[q] }, Works: func(a, q string) bool { return works[a+q] }}
		moves := Choose(waiting, agents, rules, noon)
		of := map[string]Waiting{}
		for _, w := range waiting {
			of[w.ID] = w
		}
		load, asked, moved := map[string]int64{}, map[string]int{}, map[string]bool{}
		for _, m := range moves {
			w := of[m.ConversationID]
			mode := modes[w.QueueID]
			if moved[w.ID] || mode == "" || m.Offer != (mode != Assign) || !works[m.AgentID+w.QueueID] || slices.Contains(w.Refused, m.AgentID) {
				t.Fatalf("%+v of %+v in mode %q", m, w, mode)
			}
			if mode == Pick && m.AgentID != w.Last {
				t.Fatalf("picked for %s", m.AgentID)
			}
			moved[w.ID] = true
			load[m.AgentID] += w.Weight
			if m.Offer {
				asked[m.AgentID]++
			}
		}
		for _, a := range agents {
			if load[a.ID] > 0 && a.Load+load[a.ID] > a.Capacity {
				t.Fatalf("%s has %d of %d", a.ID, a.Load+load[a.ID], a.Capacity)
			}
			if asked[a.ID] > 1 || asked[a.ID] == 1 && a.Asked {
				t.Fatalf("%s has %d offers", a.ID, asked[a.ID])
			}
		}
		for _, w := range waiting {
			for _, a := range agents {
				if moved[w.ID] || modes[w.QueueID] != Assign || !works[a.ID+w.QueueID] || slices.Contains(w.Refused, a.ID) {
					continue
				}
				if a.Load+load[a.ID]+w.Weight <= a.Capacity {
					t.Fatalf("%s could have had %+v", a.ID, w)
				}
			}
		}
	})
}

package routing_test

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/routing"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// noon is when simulated days begin.
var noon = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

// shift is what came of a simulated day.
type shift struct {
	given  map[string]int // conversations by agent
	waited []time.Duration
	most   int64 // points that anybody had at any time
}

// fairness is Jain's index of what each of n agents was given: 1 is equal, 1/n all to one.
func (s shift) fairness(n int) float64 {
	sum, squares := 0.0, 0.0
	for _, given := range s.given {
		sum, squares = sum+float64(given), squares+float64(given)*float64(given)
	}
	return sum * sum / (float64(n) * squares)
}

func (s shift) wait(percent int) time.Duration {
	slices.Sort(s.waited)
	return s.waited[min(len(s.waited)-1, len(s.waited)*percent/100)].Round(time.Millisecond)
}

func (s shift) String() string {
	var mean time.Duration
	for _, waited := range s.waited {
		mean += waited
	}
	low, high := math.MaxInt, 0
	for _, given := range s.given {
		low, high = min(low, given), max(high, given)
	}
	return fmt.Sprintf("%d conversations, %d to %d an agent; waited %v on average, p95 %v, longest %v; at most %d points",
		len(s.waited), low, high, (mean / time.Duration(len(s.waited))).Round(time.Millisecond), s.wait(95), s.wait(100), s.most)
}

// after draws how long something takes whose end comes at any time alike.
func after(random *rand.Rand, mean time.Duration) time.Duration {
	return time.Duration(random.ExpFloat64() * float64(mean))
}

// 20,000 conversations over some days with 20 agents who are busy for four fifths of their capacity: everybody gets as many as the
// others, nobody ever has more than they have room for, and no order of giving out makes them wait less.
func TestSimulated(t *testing.T) {
	const agents, arrivals, weight, handling = 20, 20_000, 20, 8 * time.Minute
	random := rand.New(rand.NewPCG(5, 5))
	between := handling / (agents * 100 / weight * 4 / 5)
	simulate := func(choose func([]routing.Waiting, []routing.Agent, time.Time) []routing.Move) shift {
		random := rand.New(rand.NewPCG(random.Uint64(), 7))
		got := shift{given: map[string]int{}}
		staff := make([]routing.Agent, agents)
		for i := range staff {
			staff[i] = routing.Agent{ID: fmt.Sprintf("%02d", i), Capacity: 100}
		}
		type ending struct {
			at    time.Time
			agent int
		}
		var endings []ending
		var waiting []routing.Waiting
		now, n := noon, 0
		arrives := now.Add(after(random, between))
		for len(got.waited) < arrivals {
			if len(endings) > 0 && (n == arrivals || endings[0].at.Before(arrives)) {
				now = endings[0].at
				staff[endings[0].agent].Load -= weight
				endings = endings[1:]
			} else {
				now = arrives
				waiting = append(waiting, routing.Waiting{ID: fmt.Sprintf("%06d", n), SinceMs: now.UnixMilli(), Weight: weight})
				n++
				arrives = now.Add(after(random, between))
			}
			for _, m := range choose(waiting, staff, now) {
				at := slices.IndexFunc(waiting, func(w routing.Waiting) bool { return w.ID == m.ConversationID })
				who := slices.IndexFunc(staff, func(a routing.Agent) bool { return a.ID == m.AgentID })
				got.waited = append(got.waited, now.Sub(time.UnixMilli(waiting[at].SinceMs)))
				got.given[m.AgentID]++
				waiting = slices.Delete(waiting, at, at+1)
				staff[who].Load, staff[who].IdleMs = staff[who].Load+weight, now.UnixMilli()
				got.most = max(got.most, staff[who].Load)
				ends := ending{now.Add(after(random, handling)), who}
				place, _ := slices.BinarySearchFunc(endings, ends, func(a, b ending) int { return cmp.Compare(a.at.UnixNano(), b.at.UnixNano()) })
				endings = slices.Insert(endings, place, ends)
			}
		}
		return got
	}
	rules := routing.Rules{Mode: func(string) routing.Mode { return routing.Assign }, Works: func(string, string) bool { return true }}
	routed := simulate(func(w []routing.Waiting, a []routing.Agent, now time.Time) []routing.Move {
		return routing.Choose(w, a, rules, now)
	})
	first := simulate(func(waiting []routing.Waiting, staff []routing.Agent, _ time.Time) (moves []routing.Move) {
		for _, w := range waiting { // what a list of agents in order would do
			if i := slices.IndexFunc(staff, func(a routing.Agent) bool { return a.Load+w.Weight <= a.Capacity }); i >= 0 {
				return []routing.Move{{ConversationID: w.ID, AgentID: staff[i].ID}}
			}
		}
		return nil
	})
	t.Logf("longest idle first: %v; fairness %.4f", routed, routed.fairness(agents))
	t.Logf("first with room:    %v; fairness %.4f", first, first.fairness(agents))
	if routed.most > 100 {
		t.Errorf("somebody had %d points", routed.most)
	}
	if fair := routed.fairness(agents); fair < 0.995 || fair <= first.fairness(agents) {
		t.Errorf("fairness is %.4f", fair)
	}
	if routed.wait(95) > first.wait(95)+time.Second {
		t.Errorf("waiting p95 is %v, %v with any other order", routed.wait(95), first.wait(95))
	}
}

// The same through the hub, on both engines: conversations come in, are routed, and ended by their agents; some offers are
// rejected or not answered.
func TestDay(t *testing.T) {
	for _, mode := range []routing.Mode{routing.Assign, routing.Offer} {
		t.Run(string(mode), func(t *testing.T) {
			onEach(t, 8, func(t *testing.T, o *office) {
				const arrivals, handling = 60, 6 * time.Minute
				o.set(t, routing.Settings{Mode: mode, Offer: 20 * time.Second})
				random := rand.New(rand.NewPCG(3, 3))
				got := shift{given: map[string]int{}}
				since := map[string]time.Time{} // not assigned yet
				ends := map[string]time.Time{}  // assigned
				asked := map[string]bool{}      // by offer
				came, arrives := 0, o.Now()
				for len(got.waited) < arrivals {
					o.Advance(3 * time.Second)
					for came < arrivals && !o.Now().Before(arrives) {
						since[o.Conversation(t, nil).ID] = o.Now()
						came, arrives = came+1, arrives.Add(after(random, handling/(8*5*3/4)))
					}
					o.end(t, ends)
					if came%10 == 0 {
						o.seen(t, o.Agents...)
					}
					o.route(t)
					for id, at := range since {
						c := o.Reread(t, id)
						if key := c.OfferedTo + id; c.OfferedTo != "" && !asked[key] {
							asked[key] = true
							switch agent := o.agent(c.OfferedTo); random.IntN(10) {
							case 0:
								o.do(t, agent, reject(id))
							case 1: // they are not looking
							default:
								o.do(t, agent, assign(id))
								c = o.Reread(t, id)
							}
						}
						if c.Status == "assigned" {
							got.waited = append(got.waited, o.Now().Sub(at))
							got.given[c.AssigneeID]++
							ends[id] = o.Now().Add(after(random, handling))
							delete(since, id)
						}
					}
					loads, err := o.Store.Read().AgentLoads(t.Context(), o.ID)
					if err != nil {
						t.Fatal(err)
					}
					for _, load := range loads {
						got.most = max(got.most, load.Points)
					}
				}
				t.Logf("%v; fairness %.3f", got, got.fairness(8))
				if got.most > 100 || got.fairness(8) < 0.9 {
					t.Errorf("at most %d points, fairness %.3f", got.most, got.fairness(8))
				}
			})
		})
	}
}

// end lets agents end what has been handled, without a disposition.
func (o *office) end(t testing.TB, ends map[string]time.Time) {
	t.Helper()
	for id, at := range ends {
		if o.Now().Before(at) {
			continue
		}
		agent := o.agent(o.Reread(t, id).AssigneeID)
		o.do(t, agent, &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: id}}})
		o.do(t, agent, &hubv1.Command{Action: &hubv1.Command_DismissWrapUp{DismissWrapUp: &hubv1.DismissWrapUp{ConversationId: id}}})
		delete(ends, id)
	}
}

func (o *office) agent(id string) access.Actor {
	return o.Agents[slices.IndexFunc(o.Agents, func(a access.Actor) bool { return a.AgentID == id })]
}

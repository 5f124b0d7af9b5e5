//go:build !windows

package main_test

import (
	"cmp"
	"context"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"parley/backend/conversation"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/anishathalye/porcupine"
)

// wish is what an agent asked of a conversation, or with an empty agent the look at who has it in the end.
type wish struct {
	conversationID, agentID string
	back                    bool // to the Inbox, instead of taking it
}

// answer is what the hub said. Of one that was not heard anything may be true.
type answer struct {
	heard, done bool
	holder      string // who has it, when it was not done
}

// history is every wish and its answer, with their times.
type history struct {
	mu  sync.Mutex
	all []porcupine.Operation
}

func (h *history) add(client int, w wish, asked time.Time, a answer) {
	answered := time.Now().UnixNano()
	if !a.heard {
		answered = math.MaxInt64
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all = append(h.all, porcupine.Operation{ClientId: client, Input: w, Call: asked.UnixNano(), Output: a, Return: answered})
}

// oneHolder is what must be true of each conversation: one agent has it, or nobody, and every answer tells so.
var oneHolder = porcupine.Model{
	Partition: func(all []porcupine.Operation) [][]porcupine.Operation {
		by := map[string][]porcupine.Operation{}
		for _, o := range all {
			id := o.Input.(wish).conversationID
			by[id] = append(by[id], o)
		}
		return slices.Collect(maps.Values(by))
	},
	Init: func() any { return "" },
	Step: func(state, input, output any) (bool, any) {
		holder, w, a := state.(string), input.(wish), output.(answer)
		switch {
		case w.agentID == "":
			return a.holder == holder, holder
		case w.back && holder == w.agentID:
			return !a.heard || a.done, ""
		case !w.back && (holder == "" || holder == w.agentID):
			return !a.heard || a.done, w.agentID
		default:
			return !a.heard || !a.done && a.holder == holder, holder
		}
	},
}

// The model that histories are held against refuses what must not be.
func TestOneHolderRefusesTwoWinners(t *testing.T) {
	take := func(agent string, from, to int64, a answer) porcupine.Operation {
		return porcupine.Operation{Input: wish{conversationID: "c", agentID: agent}, Call: from, Return: to, Output: a}
	}
	won, lost := answer{heard: true, done: true}, answer{heard: true, holder: "ana"}
	for name, c := range map[string]struct {
		history []porcupine.Operation
		fine    bool
	}{
		"one wins, one is told":     {[]porcupine.Operation{take("ana", 0, 5, won), take("rui", 1, 4, lost)}, true},
		"two win":                   {[]porcupine.Operation{take("ana", 0, 5, won), take("rui", 1, 4, won)}, false},
		"told before anybody won":   {[]porcupine.Operation{take("rui", 0, 1, lost), take("ana", 2, 3, won)}, false},
		"an answer was not heard":   {[]porcupine.Operation{take("ana", 0, math.MaxInt64, answer{}), take("rui", 1, 4, lost)}, true},
		"the winner is another one": {[]porcupine.Operation{take("zoe", 0, 5, won), take("rui", 6, 7, lost)}, false},
	} {
		if porcupine.CheckOperations(oneHolder, c.history) != c.fine {
			t.Errorf("%s: not as it should be", name)
		}
	}
}

// checkHistory proves that at every moment at most one agent had a conversation.
func (m *team) checkHistory() {
	m.t.Helper()
	for id, holder := range m.holders() {
		m.history.add(0, wish{conversationID: id}, time.Now(), answer{heard: true, holder: holder})
	}
	unheard, refused := 0, 0
	for _, o := range m.history.all {
		if a := o.Output.(answer); !a.heard {
			unheard++
		} else if !a.done {
			refused++
		}
	}
	result := porcupine.CheckOperationsTimeout(oneHolder, m.history.all, time.Minute)
	m.t.Logf("%d assigns and returns (%d refused, %d never answered), porcupine says %s", len(m.history.all), refused, unheard, result)
	if result != porcupine.Ok {
		m.t.Errorf("the history of assigns is %s", result)
	}
}

// workEvery is how often all agents together do something.
const workEvery = 25 * time.Millisecond

// letAgentsWork begins a shift, and returns what ends it.
func (m *team) letAgentsWork() (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var group sync.WaitGroup
	for i, d := range m.desks {
		group.Go(func() { d.work(ctx, i) })
	}
	return sync.OnceFunc(func() { cancel(); group.Wait() })
}

// lastAnswer is how long an agent waits for the last answer of a shift. What was never answered may have been at any time or
// not at all: with many of those a history takes porcupine hours.
const lastAnswer = time.Minute

// work is an agent: takes what waits, the oldest first as everybody does, answers, and sends some back.
func (d *teamDesk) work(ctx context.Context, client int) {
	usual := workEvery * time.Duration(len(d.team.desks))
	for pause(ctx, rand.N(usual)); ctx.Err() == nil; pause(ctx, between(usual/2, usual*3/2)) {
		mine, waiting := d.choose()
		switch {
		case mine != "" && rand.IntN(3) == 0:
			d.ask(ctx, client, wish{mine, d.agentID, true})
		case mine != "":
			d.execute(ctx, &hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: &hubv1.SendMessage{ConversationId: mine, Text: "Thank you"}}})
		case waiting != "":
			d.ask(ctx, client, wish{waiting, d.agentID, false})
		}
	}
}

// choose picks a conversation that is the agent's, and one that waits.
func (d *teamDesk) choose() (mine, waiting string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	all := slices.SortedFunc(maps.Values(d.conversations), func(a, b *hubv1.Conversation) int { return cmp.Compare(a.GetId(), b.GetId()) })
	for _, c := range all {
		switch {
		case c.GetStatus() == string(conversation.StatusAssigned) && c.GetAssigneeId() == d.agentID:
			mine = c.GetId()
		case c.GetStatus() == string(conversation.StatusQueued) && waiting == "":
			waiting = c.GetId()
		}
	}
	return mine, waiting
}

// ask carries a wish to the hub and notes what became of it, also when the shift ends meanwhile.
func (d *teamDesk) ask(ctx context.Context, client int, w wish) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastAnswer)
	defer cancel()
	command := &hubv1.Command{Action: &hubv1.Command_Assign{Assign: &hubv1.Assign{ConversationId: w.conversationID}}}
	if w.back {
		command.Action = &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: w.conversationID}}
	}
	asked := time.Now()
	ack := d.execute(ctx, command)
	d.team.history.add(client, w, asked, answer{heard: ack != nil, done: ack.GetRefusal() == nil, holder: ack.GetRefusal().GetAgentId()})
}

// execute asks until there is an answer, as an outbox does: the same id gets the same answer. nil: there was none.
func (d *teamDesk) execute(ctx context.Context, command *hubv1.Command) *hubv1.CommandAck {
	for command.Id = conversation.NewID(); ctx.Err() == nil; pause(ctx, between(50*time.Millisecond, 300*time.Millisecond)) {
		ack, err := d.client.Execute(ctx, command)
		if err == nil {
			return ack
		}
	}
	return nil
}

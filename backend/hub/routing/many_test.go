package routing_test

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub/delivery"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/inbox"
	"parley/backend/hub/routing"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Three hubs route at the same time while agents transfer, send back and end what they have. Nobody ever has more than they have
// room for, each conversation is told of once, and in the end everything is somebody's as far as there is room.
func TestManyHubs(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			const hubs, agents, conversations = 3, 6, 120
			config := storetest.Config(t, engine)
			open := func() *store.Store {
				s, err := store.Open(t.Context(), config)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			o := newOffice(t, hubtest.New(t, open(), agents, hubtest.Channels()...))
			o.seen(t, o.Agents...)
			o.set(t, routing.Settings{Mode: routing.Assign})
			routers, boxes := []*routing.Router{o.router}, []*inbox.Inbox{o.box}
			for range hubs - 1 {
				other := o.Workspace
				if engine == "postgres" { // a SQLite database has one hub
					other = o.Elsewhere(t, open())
				}
				routers = append(routers, routing.New(other.Store, o.Now, slog.New(slog.DiscardHandler), delivery.Wake))
				boxes = append(boxes, inbox.New(other.Store, other.Directory, o.Now))
			}
			var working, watching sync.WaitGroup
			var over atomic.Bool
			for _, router := range routers {
				watching.Go(func() {
					for !over.Load() {
						if _, err := router.Route(t.Context(), o.row); err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			watching.Go(func() {
				for !over.Load() {
					loads, err := o.Store.Read().AgentLoads(t.Context(), o.ID)
					if err != nil {
						t.Error(err)
						return
					}
					for _, load := range loads {
						if load.Points > 100 {
							t.Errorf("somebody has %d points", load.Points)
							return
						}
					}
				}
			})
			for n, box := range boxes {
				working.Go(func() {
					random := rand.New(rand.NewPCG(uint64(n), 1))
					for range conversations / hubs {
						o.Conversation(t, nil)
						shuffle(t, o, box, random)
					}
				})
			}
			working.Wait()
			deadline := time.Now().Add(20 * time.Second)
			for !settled(t, o) {
				if time.Now().After(deadline) {
					t.Error("what waits is not given out although there is room")
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
			over.Store(true)
			watching.Wait()
			once(t, o)
		})
	}
}

// shuffle has a random agent do something with a random conversation of theirs.
func shuffle(t *testing.T, o *office, box *inbox.Inbox, random *rand.Rand) {
	agent, other := o.Agents[random.IntN(len(o.Agents))], o.Agents[random.IntN(len(o.Agents))]
	rows, err := o.Store.Read().OpenConversations(t.Context(), db.OpenConversationsParams{WorkspaceID: o.ID, N: 1000})
	if err != nil {
		t.Error(err)
		return
	}
	for _, row := range rows {
		if row.AssigneeID != agent.AgentID || row.Status != "assigned" {
			continue
		}
		var command *hubv1.Command
		switch random.IntN(3) {
		case 0:
			command = &hubv1.Command{Action: &hubv1.Command_SendToInbox{SendToInbox: &hubv1.SendToInbox{ConversationId: row.ID}}}
		case 1:
			command = &hubv1.Command{Action: &hubv1.Command_Transfer{Transfer: &hubv1.Transfer{ConversationId: row.ID, ToAgentId: other.AgentID}}}
		default:
			command = &hubv1.Command{Action: &hubv1.Command_EndChat{EndChat: &hubv1.EndChat{ConversationId: row.ID}}}
		}
		command.Id = conversation.NewID()
		if _, err := box.Execute(t.Context(), agent, command); err != nil && !errors.Is(err, t.Context().Err()) {
			t.Error(err)
		}
		return
	}
}

// settled reports whether nothing waits that somebody has room for.
func settled(t *testing.T, o *office) bool {
	waits, err := o.Store.Read().QueuedOf(t.Context(), db.QueuedOfParams{WorkspaceID: o.ID, QueueID: o.WhatsApp.QueueID, N: 1000})
	if err != nil {
		t.Fatal(err)
	}
	loads, err := o.Store.Read().AgentLoads(t.Context(), o.ID)
	if err != nil {
		t.Fatal(err)
	}
	points := int64(0)
	for _, load := range loads {
		points += load.Points
	}
	return len(waits) == 0 || points == int64(len(o.Agents))*100
}

// once checks that numbers of lines are dense: nothing was told twice or lost.
func once(t *testing.T, o *office) {
	rows, err := o.Store.Read().AllConversations(t.Context(), db.AllConversationsParams{WorkspaceID: o.ID, N: 1000})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		lines := o.Thread(t, row.ID)
		if int64(len(lines)) != row.LastNo {
			t.Errorf("%d lines, the last number is %d", len(lines), row.LastNo)
		}
		has := ""
		for _, line := range lines {
			switch conversation.Kind(line.Kind) {
			case conversation.KindRouted:
				if has != "" {
					t.Errorf("given out while somebody had it")
				}
				has = "somebody"
			case conversation.KindSentToInbox:
				has = ""
			}
		}
	}
}

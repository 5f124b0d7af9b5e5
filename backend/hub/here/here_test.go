package here_test

import (
	"context"
	"errors"
	"maps"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/here"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// office is a workspace whose agents are at two hubs, where the engine can have two.
type office struct {
	*hubtest.Workspace
	first, second *here.Rooms
	clock         *clock
}

type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

func onEach(t *testing.T, test func(t *testing.T, o *office)) {
	for _, engine := range storetest.Engines {
		t.Run(engine, func(t *testing.T) {
			config := storetest.Config(t, engine)
			open := func() *store.Store {
				s, err := store.Open(t.Context(), config)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				return s
			}
			s := open()
			o := &office{Workspace: hubtest.New(t, s, 3, hubtest.Channels()...), clock: &clock{now: time.Now()}}
			for i := range o.Agents {
				o.Agents[i].SessionID = "device of " + o.Agents[i].AgentID
			}
			o.first = here.New(s, o.clock.Now)
			o.second = o.first
			if s.Shared() {
				o.second = here.New(open(), o.clock.Now)
			}
			for _, rooms := range []*here.Rooms{o.first, o.second} {
				o.beside(t, rooms.Serve)
			}
			test(t, o)
		})
	}
}

// beside runs something until the test ends, or the returned function is called.
func (o *office) beside(t *testing.T, run func(context.Context) error) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := run(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("ended with %v", err)
		}
	}()
	stop = func() { cancel(); <-ended }
	t.Cleanup(stop)
	return stop
}

// screen is what a desk knows of who is where.
type screen struct {
	mu    sync.Mutex
	shows map[string]map[string]string // what each colleague does, by conversation
	stop  func()
}

func (o *office) screen(t *testing.T, rooms *here.Rooms, who access.Actor) *screen {
	s := &screen{shows: map[string]map[string]string{}}
	s.stop = o.beside(t, func(ctx context.Context) error {
		return rooms.Follow(ctx, who, func(news *hubv1.Here) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, c := range news.GetConversations() {
				s.shows[c.GetConversationId()] = map[string]string{}
				for _, colleague := range c.GetColleagues() {
					s.shows[c.GetConversationId()][colleague.GetAgentId()] = colleague.GetDoing()
				}
			}
			return nil
		})
	})
	return s
}

func (s *screen) of(conversationID string) map[string]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.shows[conversationID])
}

// becomes waits until a conversation is shown so.
func (s *screen) becomes(t *testing.T, conversationID string, want map[string]string) {
	t.Helper()
	for range 400 {
		if maps.Equal(s.of(conversationID), want) {
			return
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatalf("shown is %v instead of %v", s.of(conversationID), want)
}

func say(t *testing.T, rooms *here.Rooms, who access.Actor, conversationID string, doing here.Doing) {
	t.Helper()
	if err := rooms.Say(t.Context(), who, conversationID, doing); err != nil {
		t.Fatal(err)
	}
}

// Two agents who open the same conversation of the Inbox know of each other, whichever hub each is at; the one who leaves,
// falls silent or is cut off is gone, and the database's feed has not moved.
func TestColleaguesSeeEachOther(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		ana, rui := o.Agents[0], o.Agents[1]
		c := o.Conversation(t, nil)
		before, err := o.Store.Read().Head(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		anas, ruis := o.screen(t, o.first, ana), o.screen(t, o.second, rui)
		say(t, o.second, rui, c.ID, here.Viewing)
		anas.becomes(t, c.ID, map[string]string{rui.AgentID: "viewing"})
		if shown := ruis.of(c.ID); len(shown) != 0 {
			t.Errorf("rui is shown himself: %v", shown)
		}
		say(t, o.second, rui, c.ID, here.Note)
		anas.becomes(t, c.ID, map[string]string{rui.AgentID: "note"})
		say(t, o.first, ana, c.ID, here.Typing)
		ruis.becomes(t, c.ID, map[string]string{ana.AgentID: "typing"})

		// Whoever begins to watch is told what is so already, and another device of the same agent is no colleague.
		late := o.screen(t, o.first, access.Actor{WorkspaceID: o.ID, AgentID: ana.AgentID, SessionID: "another device", Role: "agent"})
		late.becomes(t, c.ID, map[string]string{rui.AgentID: "note"})

		say(t, o.second, rui, "", "")
		anas.becomes(t, c.ID, map[string]string{})
		ruis.stop() // his desk is gone, and has said nothing
		anas.stop()
		late.becomes(t, c.ID, map[string]string{})

		ruis = o.screen(t, o.second, rui)
		say(t, o.first, ana, c.ID, here.Typing) // from a program that watches nothing
		ruis.becomes(t, c.ID, map[string]string{ana.AgentID: "typing"})
		o.clock.advance(24 * time.Second)
		say(t, o.first, ana, c.ID, here.Typing)
		o.clock.advance(24 * time.Second)
		time.Sleep(1500 * time.Millisecond) // it is looked for who has fallen silent
		if shown := ruis.of(c.ID); len(shown) != 1 {
			t.Errorf("who says it again is forgotten: %v", shown)
		}
		o.clock.advance(26 * time.Second)
		ruis.becomes(t, c.ID, map[string]string{})

		after, err := o.Store.Read().Head(t.Context(), o.ID)
		if err != nil {
			t.Fatal(err)
		}
		if after != before {
			t.Errorf("the feed moved from %v to %v", before, after)
		}
	})
}

// Nobody learns of a conversation that they do not work with, and nobody is told of what does not concern them.
func TestOnlyWhomItConcerns(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, o *office) {
		ana, rui, zoe := o.Agents[0], o.Agents[1], o.Agents[2]
		complaints := o.Queue(t, "Complaints", ana, rui)
		hidden := o.InQueue(t, complaints)
		anas := o.Conversation(t, func(c *db.Conversation) { c.Status, c.AssigneeID = "assigned", ana.AgentID })
		marker := o.Conversation(t, nil)
		zoes, ruis, hers := o.screen(t, o.second, zoe), o.screen(t, o.second, rui), o.screen(t, o.first, ana)

		if err := o.second.Say(t.Context(), zoe, hidden.ID, here.Viewing); !errors.Is(err, here.ErrForbidden) {
			t.Errorf("zoe is in a conversation of others: %v", err)
		}
		if err := o.second.Say(t.Context(), zoe, "no such", here.Viewing); !errors.Is(err, here.ErrForbidden) {
			t.Errorf("zoe is nowhere: %v", err)
		}
		if err := o.second.Say(t.Context(), zoe, marker.ID, "dancing"); !errors.Is(err, here.ErrInvalid) {
			t.Errorf("zoe dances: %v", err)
		}
		say(t, o.first, ana, hidden.ID, here.Viewing)
		ruis.becomes(t, hidden.ID, map[string]string{ana.AgentID: "viewing"})

		// Most of the time everybody is in what is theirs: that is told to nobody else,
		say(t, o.first, ana, anas.ID, here.Typing)
		ruis.becomes(t, hidden.ID, map[string]string{})
		say(t, o.first, access.Actor{WorkspaceID: o.ID, AgentID: ana.AgentID, SessionID: "second"}, marker.ID, here.Viewing)
		zoes.becomes(t, marker.ID, map[string]string{ana.AgentID: "viewing"})
		ruis.becomes(t, marker.ID, map[string]string{ana.AgentID: "viewing"})
		for name, s := range map[string]*screen{"rui": ruis, "zoe": zoes} {
			if shown := s.of(anas.ID); len(shown) != 0 {
				t.Errorf("%s is told of %v", name, shown)
			}
		}
		if shown := zoes.of(hidden.ID); len(shown) != 0 {
			t.Errorf("zoe is told of a conversation that she does not see: %v", shown)
		}
		// until somebody comes: then both know.
		say(t, o.second, rui, anas.ID, here.Viewing)
		ruis.becomes(t, anas.ID, map[string]string{ana.AgentID: "typing"})
		hers.becomes(t, anas.ID, map[string]string{rui.AgentID: "viewing"})

		// Who loses sight of a conversation is in it no longer.
		o.SetQueueAgents(t, o.WhatsApp.QueueID, ana)
		if err := o.second.Say(t.Context(), rui, anas.ID, here.Typing); !errors.Is(err, here.ErrForbidden) {
			t.Errorf("rui is in a conversation of others: %v", err)
		}
		hers.becomes(t, anas.ID, map[string]string{})
		ruis.becomes(t, anas.ID, map[string]string{})
	})
}

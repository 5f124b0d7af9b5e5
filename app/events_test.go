package app

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"parley/app/dto"
	"parley/backend/desk/clock"
)

func TestStreamMerges(t *testing.T) {
	s := newStream(clock.System, nil)
	s.publish(dto.Event{Kind: dto.EventConversations, IDs: []string{"a"}})
	s.publish(dto.Event{Kind: dto.EventConversations, IDs: []string{"b", "a"}})
	s.publish(dto.Event{Kind: dto.EventMessages, ConversationID: "a", IDs: []string{"m1"}})
	s.publish(dto.Event{Kind: dto.EventMessages, ConversationID: "b", IDs: []string{"m2"}})
	s.publish(dto.Event{Kind: dto.EventConnection})
	s.publish(dto.Event{Kind: dto.EventConnection})
	s.publish(dto.Event{Kind: dto.EventRefused, ConversationID: "a"})
	s.publish(dto.Event{Kind: dto.EventRefused, ConversationID: "a"})
	events := s.number()
	if len(events) != 6 || !slices.Equal(events[0].IDs, []string{"a", "b"}) || events[5].Seq != 6 {
		t.Fatalf("events: %+v", events)
	}
	s.publish(dto.Event{Kind: dto.EventMessages, ConversationID: "a", IDs: []string{"m3"}})
	s.publish(dto.Event{Kind: dto.EventNavigate, ConversationID: "a"})
	s.publish(dto.Event{Kind: dto.EventReset})
	if events := s.number(); len(events) != 2 || events[0].Kind != dto.EventNavigate || events[1].Kind != dto.EventReset {
		t.Fatalf("after a reset: %+v", events)
	}
}

// A page that loses events, asks for the missing ones and loads everything on a reset knows of every change.
func TestStreamResume(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := newStream(clock.System, nil)
		var last int64
		known := map[string]bool{}
		published := map[string]bool{}
		take := func(events []dto.Event) {
			for _, event := range events {
				if event.Seq != last+1 {
					t.Fatalf("event %d after %d", event.Seq, last)
				}
				last = event.Seq
				for _, id := range event.IDs {
					known[id] = true
				}
			}
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			for range rapid.IntRange(1, 40).Draw(t, "events") {
				id := fmt.Sprint(rapid.IntRange(0, 400).Draw(t, "id"))
				published[id] = true
				s.publish(dto.Event{Kind: dto.EventMessages, ConversationID: rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "conversation"), IDs: []string{id}})
			}
			events := s.number()
			if len(events) > 0 && events[0].Seq == last+1 && rapid.Bool().Draw(t, "arrives") {
				take(events)
				continue
			}
			if rapid.Bool().Draw(t, "resumes") {
				resumed := s.resume(last)
				if resumed.Reset {
					last = s.last()
					for id := range published {
						known[id] = true
					}
				}
				take(resumed.Events)
			}
		}
		resumed := s.resume(last)
		if resumed.Reset {
			return // loads everything
		}
		take(resumed.Events)
		for id := range published {
			if !known[id] {
				t.Fatalf("%q was not told", id)
			}
		}
	})
}

func TestResumeOfTheFuture(t *testing.T) {
	s := newStream(clock.System, nil)
	if resumed := s.resume(7); !resumed.Reset {
		t.Fatal("a page of an earlier run was not reset")
	}
	if resumed := s.resume(0); resumed.Reset || resumed.Events == nil {
		t.Fatalf("at the start: %+v", resumed)
	}
}

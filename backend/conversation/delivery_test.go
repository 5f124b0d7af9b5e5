package conversation_test

import (
	"testing"

	"parley/backend/conversation"

	"pgregory.net/rapid"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	all := conversation.DeliveryStates
	for _, a := range all {
		if a.Merge(a) != a {
			t.Errorf("%s reported again becomes %s", a, a.Merge(a))
		}
		for _, b := range all {
			if a.Merge(b) != b.Merge(a) {
				t.Errorf("%s and %s end as %s or %s, by the order", a, b, a.Merge(b), b.Merge(a))
			}
			if a != b && a.Rank() == b.Rank() {
				t.Errorf("%s and %s have the same rank", a, b)
			}
			for _, c := range all {
				if a.Merge(b).Merge(c) != a.Merge(b.Merge(c)) {
					t.Errorf("%s, %s, %s: grouping changes the end", a, b, c)
				}
			}
		}
	}
	for _, rule := range []struct {
		name                  string
		stronger, weaker, end conversation.DeliveryState
	}{
		{"received beats failed", conversation.DeliveryDelivered, conversation.DeliveryFailed, conversation.DeliveryDelivered},
		{"read beats failed", conversation.DeliveryRead, conversation.DeliveryFailed, conversation.DeliveryRead},
		{"failed beats accepted", conversation.DeliveryFailed, conversation.DeliveryAccepted, conversation.DeliveryFailed},
		{"an answer beats a lost one", conversation.DeliveryAccepted, conversation.DeliveryUnconfirmed, conversation.DeliveryAccepted},
		{"failed settles unconfirmed", conversation.DeliveryFailed, conversation.DeliveryUnconfirmed, conversation.DeliveryFailed},
		{"read beats delivered", conversation.DeliveryRead, conversation.DeliveryDelivered, conversation.DeliveryRead},
	} {
		if rule.stronger.Merge(rule.weaker) != rule.end || rule.weaker.Merge(rule.stronger) != rule.end {
			t.Errorf("broken: %s", rule.name)
		}
	}
	if conversation.DeliverySending.Merge("nonsense") != conversation.DeliverySending {
		t.Error("a state that nobody knows changed something")
	}
	rapid.Check(t, func(t *rapid.T) {
		reports := rapid.SliceOfN(rapid.SampledFrom(all), 1, 10).Draw(t, "reports")
		end := func(reports []conversation.DeliveryState) conversation.DeliveryState {
			state := conversation.DeliveryOnComputer
			for _, r := range reports {
				before := state
				if state = state.Merge(r); state.Rank() < before.Rank() {
					t.Fatalf("%s after %s", state, before)
				}
			}
			return state
		}
		shuffled := rapid.Permutation(append(reports, reports...)).Draw(t, "arrivals")
		if a, b := end(reports), end(shuffled); a != b {
			t.Fatalf("one order ends as %s, another as %s", a, b)
		}
	})
}

func TestSettled(t *testing.T) {
	for _, s := range conversation.DeliveryStates {
		want := s == conversation.DeliveryAccepted || s == conversation.DeliveryFailed || s == conversation.DeliveryDelivered || s == conversation.DeliveryRead
		if s.Settled() != want {
			t.Errorf("%s: settled is %v", s, s.Settled())
		}
	}
}

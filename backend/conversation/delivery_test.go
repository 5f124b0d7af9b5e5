package conversation

import (
	"testing"

	"pgregory.net/rapid"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	all := DeliveryStates
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
		stronger, weaker, end DeliveryState
	}{
		{"received beats failed", DeliveryDelivered, DeliveryFailed, DeliveryDelivered},
		{"read beats failed", DeliveryRead, DeliveryFailed, DeliveryRead},
		{"failed beats accepted", DeliveryFailed, DeliveryAccepted, DeliveryFailed},
		{"an answer beats a lost one", DeliveryAccepted, DeliveryUnconfirmed, DeliveryAccepted},
		{"failed settles unconfirmed", DeliveryFailed, DeliveryUnconfirmed, DeliveryFailed},
		{"read beats delivered", DeliveryRead, DeliveryDelivered, DeliveryRead},
	} {
		if rule.stronger.Merge(rule.weaker) != rule.end || rule.weaker.Merge(rule.stronger) != rule.end {
			t.Errorf("broken: %s", rule.name)
		}
	}
	if DeliverySending.Merge("nonsense") != DeliverySending {
		t.Error("a state that nobody knows changed something")
	}
	rapid.Check(t, func(t *rapid.T) {
		reports := rapid.SliceOfN(rapid.SampledFrom(all), 1, 10).Draw(t, "reports")
		end := func(reports []DeliveryState) DeliveryState {
			state := DeliveryOnComputer
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
	for _, s := range DeliveryStates {
		want := s == DeliveryAccepted || s == DeliveryFailed || s == DeliveryDelivered || s == DeliveryRead
		if s.Settled() != want {
			t.Errorf("%s: settled is %v", s, s.Settled())
		}
	}
}

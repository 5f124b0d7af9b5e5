package conversation

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRoom(t *testing.T) {
	t.Parallel()
	t.Run("the_last_point_may_be_used", func(t *testing.T) {
		if !Room(80, 20, DefaultCapacity) || Room(81, 20, DefaultCapacity) {
			t.Error("five conversations of 20 points fill an agent of 100, and no more")
		}
	})
	t.Run("who_has_room_for_more_has_room_for_less", func(t *testing.T) {
		rapid.Check(t, func(t *rapid.T) {
			load, weight := rapid.Int64Range(0, 500).Draw(t, "load"), rapid.Int64Range(1, 100).Draw(t, "weight")
			less := rapid.Int64Range(0, weight).Draw(t, "less")
			if Room(load, weight, DefaultCapacity) && !Room(load, less, DefaultCapacity) {
				t.Errorf("%d points have room for %d, and not for %d", load, weight, less)
			}
		})
	})
}

package conversation

import (
	"testing"

	"pgregory.net/rapid"
)

func TestTally(t *testing.T) {
	t.Parallel()
	t.Run("counts_the_same_in_every_order", rapid.MakeCheck(func(t *rapid.T) {
		messages := rapid.SliceOfN(sentMs, 1, 10).Draw(t, "messages")
		count := func(order []int64) Tally {
			var tally Tally
			for _, at := range order {
				tally = tally.ContactWrote(at)
			}
			return tally
		}
		got := count(rapid.Permutation(messages).Draw(t, "order"))
		first := messages[0]
		for _, at := range messages {
			first = min(first, at)
		}
		if want := (Tally{Unread: int64(len(messages)), WaitingSinceMs: first}); got != want {
			t.Fatalf("got %v, want %v", got, want)
		}
		if got.Answered() != (Tally{}) {
			t.Fatalf("an answer left %v", got.Answered())
		}
	}))
	t.Run("reading_never_adds_and_never_ends_the_wait", rapid.MakeCheck(func(t *rapid.T) {
		before := Tally{Unread: rapid.Int64Range(0, 20).Draw(t, "unread"), WaitingSinceMs: 7}
		remaining := rapid.Int64Range(-5, 25).Draw(t, "remaining")
		after := before.Read(remaining)
		if after.Unread < 0 || after.Unread > before.Unread || after.Unread > max(0, remaining) || after.WaitingSinceMs != 7 {
			t.Fatalf("%v became %v with %d remaining", before, after, remaining)
		}
	}))
}

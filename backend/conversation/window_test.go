package conversation

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

const day = 24 * time.Hour

// sentMs draws times of Meta's, close enough to each other that windows overlap.
var sentMs = rapid.Int64Range(1_760_000_000_000, 1_760_000_000_000+(5*day).Milliseconds())

func TestExtend(t *testing.T) {
	t.Parallel()
	t.Run("never_moves_back_in_any_order_however_often", rapid.MakeCheck(func(t *rapid.T) {
		messages := rapid.SliceOfN(sentMs, 1, 12).Draw(t, "messages")
		length := rapid.SampledFrom([]time.Duration{0, time.Hour, day, 7 * day}).Draw(t, "length")
		latest, arrivals := int64(0), rapid.Permutation(append(messages, messages...)).Draw(t, "arrivals")
		w := Window{}
		for _, at := range arrivals {
			before := w
			w = w.Extend(at, length, WindowMessage)
			if w.UntilMs < before.UntilMs {
				t.Fatalf("a message of %d moved the window from %d back to %d", at, before.UntilMs, w.UntilMs)
			}
			latest = max(latest, at)
		}
		if want := Until(latest, length); w.UntilMs != want {
			t.Fatalf("the window ends at %d; the latest message says %d", w.UntilMs, want)
		}
	}))
	t.Run("keeps_the_reason_of_the_message_that_opened_it", func(t *testing.T) {
		w := Window{}.Extend(1000, day, WindowReferral)
		if again := w.Extend(1000, day, WindowMessage); again != w {
			t.Errorf("a repeated message changed %v to %v", w, again)
		}
		if later := w.Extend(1001, day, WindowMessage); later.Reason != WindowMessage {
			t.Errorf("a later message left the reason at %v", later)
		}
	})
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	t.Run("ends_the_same_in_every_order", rapid.MakeCheck(func(t *rapid.T) {
		made, now := sentMs.Draw(t, "made"), int64(0)
		now = made + rapid.Int64Range(0, 60_000).Draw(t, "answer after")
		// Everything before the refusal that is known at some time, and the first message that opened the window.
		messages := append(rapid.SliceOfN(sentMs, 0, 6).Draw(t, "messages"), now-1000)
		newest := int64(0)
		for _, at := range messages {
			newest = max(newest, at)
		}
		run := func(order []int64) Window {
			w, last := Window{}.Extend(now-1000, 7*day, WindowMessage), now-1000
			for _, at := range order {
				if at == 0 {
					if !AnsweredBefore(last, made) {
						continue
					}
					w = w.Refuse(made, now)
					continue
				}
				last = max(last, at)
				w = w.Extend(at, 7*day, WindowMessage)
			}
			return w
		}
		events := append([]int64{0}, messages...)
		a, b := run(events), run(rapid.Permutation(events).Draw(t, "order"))
		if a != b {
			t.Fatalf("one order ends at %v, another at %v", a, b)
		}
		if a.Open(now) != !AnsweredBefore(newest, made) {
			t.Fatalf("open is %v with a message of %d and a refusal of what we wrote at %d", a.Open(now), newest, made)
		}
	}))
	t.Run("never_opens_a_window", rapid.MakeCheck(func(t *rapid.T) {
		w := Window{UntilMs: sentMs.Draw(t, "until"), Reason: WindowMessage}
		made := sentMs.Draw(t, "made")
		now := made + rapid.Int64Range(0, day.Milliseconds()).Draw(t, "answer after")
		refused := w.Refuse(made, now)
		if refused.Open(now) || refused.UntilMs > w.UntilMs {
			t.Fatalf("%v became %v at %d", w, refused, now)
		}
	}))
	t.Run("a_newer_message_opens_a_full_window", func(t *testing.T) {
		w := Window{}.Extend(0, 7*day, WindowMessage).Refuse(60_000, 61_000)
		if w.Open(61_000) || w.Reason != WindowRefused {
			t.Fatalf("the window is %v", w)
		}
		if late := w.Extend(30_000, 7*day, WindowMessage); late != w {
			t.Errorf("a message that Meta knew when it refused opened %v", late)
		}
		if w = w.Extend(60_500, day, WindowMessage); w.Left(60_500) != day || w.Reason != WindowMessage {
			t.Errorf("the window is %v", w)
		}
	})
}

func TestLeft(t *testing.T) {
	t.Parallel()
	w := Window{UntilMs: 5000}
	for now, want := range map[int64]time.Duration{0: 5 * time.Second, 4999: time.Millisecond, 5000: 0, 9000: 0} {
		if got := w.Left(now); got != want || w.Open(now) != (want > 0) {
			t.Errorf("at %d: left %v, open %v; want %v", now, got, w.Open(now), want)
		}
	}
	if (Window{}).Open(0) {
		t.Error("the zero window has been open")
	}
}

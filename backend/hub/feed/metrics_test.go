package feed_test

import (
	"errors"
	"testing"
	"time"

	"parley/backend/hub/feed"
	"parley/backend/hub/store"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/prometheus/client_golang/prometheus"
)

// figures are the feed's metrics now: values, and of histograms how many were observed, by name and label.
func figures(t *testing.T, f *feed.Feed) map[string]float64 {
	t.Helper()
	registry := prometheus.NewRegistry()
	registry.MustRegister(f.Collectors()...)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, family := range families {
		for _, m := range family.GetMetric() {
			name := family.GetName()
			for _, label := range m.GetLabel() {
				name += " " + label.GetValue()
			}
			out[name] = m.GetGauge().GetValue() + m.GetCounter().GetValue() + float64(m.GetHistogram().GetSampleCount())
		}
	}
	return out
}

// A desk that does not take its frames is seen, with how far behind it is, and so is why desks had to begin anew.
func TestMetrics(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, r *room) {
		until := func(name string, holds func(v float64) bool) {
			t.Helper()
			for deadline := time.Now().Add(20 * time.Second); !holds(figures(t, r.feed)[name]); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("%s stays at %v", name, figures(t, r.feed)[name])
				}
			}
		}
		change := func() {
			t.Helper()
			if _, err := r.Store.InTx(t.Context(), r.ID, func(tx *store.Tx) error { tx.Changed(store.TypeAgent, r.Agents[1].AgentID); return nil }); err != nil {
				t.Fatal(err)
			}
		}
		start := r.snapshot(t).cursor
		taken, frames := make(chan struct{}), make(chan struct{}, 100)
		go func() {
			_ = r.feed.Watch(t.Context(), r.Agents[0], start, func(f *hubv1.Frame) error {
				if len(f.GetChanges().GetChanges()) > 0 {
					<-taken
				}
				frames <- struct{}{}
				return nil
			}, func() error { return nil })
		}()
		<-frames // it watches
		change()
		until("parley_feed_slow_watches", func(v float64) bool { return v == 1 })
		change()
		change()
		until("parley_feed_lag_changes", func(v float64) bool { return v >= 1 })
		close(taken)
		until("parley_feed_slow_watches", func(v float64) bool { return v == 0 })
		until("parley_feed_lag_changes", func(v float64) bool { return v == 0 })
		until("parley_feed_slow_frames_total", func(v float64) bool { return v == 1 })
		until("parley_feed_frame_seconds", func(v float64) bool { return v >= 2 })

		reset := func(cursor *hubv1.Cursor) {
			t.Helper()
			if _, err := r.feed.Pull(t.Context(), r.Agents[0], cursor, 1); !errors.Is(err, feed.ErrReset) {
				t.Fatalf("%v: %v", cursor, err)
			}
		}
		reset(&hubv1.Cursor{Epoch: "another", Seq: 1})
		reset(&hubv1.Cursor{Epoch: start.Epoch, Seq: 1 << 40})
		r.Queue(t, "Complaints", r.Agents[1]) // what the first agent may see is another now
		reset(start)
		for _, reason := range []string{"epoch", "ahead", "rights"} {
			if n := figures(t, r.feed)["parley_feed_resets_total "+reason]; n != 1 {
				t.Errorf("%v resets for %s", n, reason)
			}
		}
	})
}

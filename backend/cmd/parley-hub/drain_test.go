//go:build !windows

package main_test

import (
	"context"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// A hub that is told to stop sends its desks away, each to a time of its own, and is gone within seconds.
func TestDrain(t *testing.T) {
	const desks = 40
	i := install(t, "sqlite")
	i.serve()
	client := i.signIn()
	page, err := client.Snapshot(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	var group sync.WaitGroup
	watching, sentAway := make(chan struct{}, 10*desks), make(chan *hubv1.GoAway, desks)
	for range desks {
		group.Go(func() {
			err := client.Watch(ctx, page.GetCursor(), func(f *hubv1.Frame) error {
				if away := f.GetGoAway(); away != nil {
					sentAway <- away
				} else {
					watching <- struct{}{}
				}
				return nil
			})
			if err != nil {
				t.Errorf("a watch was cut: %v", err)
			}
		})
	}
	for range desks {
		<-watching
	}
	told := time.Now()
	if err := i.process.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	if err := i.process.Wait(); err != nil || time.Since(told) > 5*time.Second {
		t.Errorf("it ended with %v after %s", err, time.Since(told))
	}
	close(sentAway)
	var times []int64
	for away := range sentAway {
		times = append(times, away.GetNotBeforeMs())
	}
	slices.Sort(times)
	if len(times) != desks {
		t.Fatalf("%d of %d desks were sent away", len(times), desks)
	}
	// 5 ms for each: a fifth of a second for forty. Half of that is reached but once in a million times by less.
	if spread := times[desks-1] - times[0]; spread < 100 || times[0] < told.UnixMilli() {
		t.Errorf("they are to come back within %d ms", spread)
	}
}

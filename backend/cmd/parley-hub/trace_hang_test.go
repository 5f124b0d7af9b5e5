//go:build !windows

package main_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"syscall"
	"testing"
	"time"
)

// mute is a collector that takes connections and never answers.
func mute(t *testing.T) (address string, asked func() int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var open []net.Conn
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, conn)
			mu.Unlock()
		}
	}()
	t.Cleanup(func() {
		_ = listener.Close()
		<-ended
		for _, conn := range open {
			_ = conn.Close()
		}
	})
	return "http://" + listener.Addr().String(), func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(open)
	}
}

// A collector that hangs neither slows the hubs of a database nor keeps them from stopping: spans that do not fit are dropped.
func TestCollectorHangs(t *testing.T) {
	const (
		hubs, each, people = 3, 200, 20
		slowest            = 3 * time.Second
		// A service manager kills after 20 s (build/linux/parley-hub.service).
		stopped = 15 * time.Second
	)
	address, asked := mute(t)
	t.Setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
	t.Setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
	t.Setenv("OTEL_BSP_MAX_QUEUE_SIZE", "64") // it is full at once
	t.Setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "16")
	first := install(t, "postgres")
	all := []*installation{first}
	for range hubs - 1 {
		other := *first
		all = append(all, &other)
	}
	for _, i := range all {
		i.serve()
	}
	var mu sync.Mutex
	var took []time.Duration
	var group sync.WaitGroup
	for n, i := range all {
		group.Go(func() {
			for m := range each {
				id := fmt.Sprintf("%d.%d", n, m)
				body := whatsApp(numberID, "Zoë", text("wamid."+id, fmt.Sprintf("4477009%05d", n*people+m%people), id, time.Now()))
				began := time.Now()
				if status := i.signed("/webhooks/whatsapp", body); status != http.StatusOK {
					t.Errorf("answered %d", status)
				}
				mu.Lock()
				took = append(took, time.Since(began))
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(took)
	t.Logf("%d webhooks at %d hubs while the collector hangs: p50 %s, p99 %s, at most %s; it was asked %d times",
		len(took), hubs, took[len(took)/2], took[len(took)*99/100], took[len(took)-1], asked())
	if took[len(took)-1] > slowest {
		t.Errorf("a webhook was answered after %s", took[len(took)-1])
	}
	for deadline := time.Now().Add(20 * time.Second); asked() == 0; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the collector was never asked: the test proves nothing")
		}
	}
	for _, i := range all {
		group.Go(func() {
			began := time.Now()
			if err := i.process.Process.Signal(syscall.SIGTERM); err != nil {
				t.Error(err)
			}
			state, err := i.process.Process.Wait()
			lasted := time.Since(began)
			t.Logf("a hub stopped within %s", lasted.Round(time.Millisecond))
			if err != nil || !state.Success() || lasted > stopped {
				t.Errorf("it ended with %v after %s: %v", state, lasted, err)
			}
		})
	}
	group.Wait()
	if got := len(first.export()["message"]); got != hubs*each {
		t.Errorf("%d messages are there, not %d", got, hubs*each)
	}
}

//go:build !windows

package main_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// teamHub is a hub process that is started again whenever it ends, as a service manager does it.
type teamHub struct {
	listen string

	mu      sync.Mutex
	process *exec.Cmd
	cpu     time.Duration // of processes that have ended
}

// restartAfter is how long a service manager waits before it starts a hub again.
const restartAfter = 300 * time.Millisecond

func newTeamHub(t *testing.T, place []string) *teamHub {
	h := &teamHub{listen: freePort(t)}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for ctx.Err() == nil {
			process := exec.Command(binary, append(append([]string{"serve"}, place...), "--listen", h.listen)...)
			if os.Getenv("PARLEY_TEAM_LOG") != "" {
				process.Stderr = os.Stderr
			}
			h.mu.Lock()
			err := process.Start()
			h.process = process
			h.mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			_ = process.Wait()
			h.mu.Lock()
			h.cpu += process.ProcessState.UserTime() + process.ProcessState.SystemTime()
			h.process = nil
			h.mu.Unlock()
			pause(ctx, restartAfter)
		}
	}()
	t.Cleanup(func() { stop(); h.kill(); <-ended })
	return h
}

// kill ends the process as a power cut does.
func (h *teamHub) kill() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.process != nil {
		_ = h.process.Process.Signal(syscall.SIGKILL)
	}
}

// tellWhatTheyDo lets the hubs write their goroutines where PARLEY_TEAM_LOG asks for what they say.
func (m *team) tellWhatTheyDo() {
	for _, h := range m.hubs {
		h.mu.Lock()
		if h.process != nil {
			_ = h.process.Process.Signal(syscall.SIGQUIT)
		}
		h.mu.Unlock()
	}
	time.Sleep(time.Second)
}

func (h *teamHub) ready() bool {
	response, err := http.Get("http://" + h.listen + "/readyz")
	if err != nil {
		return false
	}
	response.Body.Close()
	return response.StatusCode == http.StatusOK
}

// spent is how much processor time the hub has had, and how many bytes of memory it has now. Both are 0 where the system
// does not say.
func (h *teamHub) spent() (cpu time.Duration, resident int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.process == nil {
		return h.cpu, 0
	}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", h.process.Process.Pid))
	if err != nil {
		return h.cpu, 0
	}
	const tick = 10 * time.Millisecond // USER_HZ is 100 on every Linux that Go runs on
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	user, _ := strconv.ParseInt(fields[11], 10, 64)
	system, _ := strconv.ParseInt(fields[12], 10, 64)
	pages, _ := strconv.ParseInt(fields[21], 10, 64)
	return h.cpu + time.Duration(user+system)*tick, pages * int64(os.Getpagesize())
}

// usage is what the hubs need.
type usage struct {
	before int64 // bytes, without desks
	cpu    time.Duration
	began  time.Time
}

func (m *team) spent() (cpu time.Duration, resident int64) {
	for _, h := range m.hubs {
		c, r := h.spent()
		cpu, resident = cpu+c, resident+r
	}
	return cpu, resident
}

func (u *usage) begin(m *team) {
	u.cpu, _ = m.spent()
	u.began = time.Now()
}

// measure prints what the hubs needed while all was well, and how soon desks had what contacts wrote.
func (m *team) measure(lasted time.Duration) {
	cpu, resident := m.spent()
	seconds, n := time.Since(m.usage.began).Seconds(), float64(len(m.desks))
	m.mu.Lock()
	defer m.mu.Unlock()
	p := percentiles(m.news, 50, 99)
	m.t.Logf("%d desks on %d hubs, %d messages/s for %s: processor %.2f ms a desk and second (%.2f of a core in all), memory %.0f KB a desk (%d MB without desks); "+
		"webhook to desk p50 %v, p99 %v (%d arrivals)", len(m.desks), len(m.hubs), teamRate, lasted.Round(time.Second),
		(cpu-m.usage.cpu).Seconds()*1000/n/seconds, (cpu-m.usage.cpu).Seconds()/seconds, float64(resident-m.usage.before)/n/1024, m.usage.before>>20, p[0], p[1], len(m.news))
}

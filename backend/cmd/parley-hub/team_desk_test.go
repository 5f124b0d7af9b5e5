//go:build !windows

package main_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"parley/backend/desk/hubclient"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// teamDesk follows the hub as a desk does, with a desk's own client and back-off, and keeps what it gets in memory.
type teamDesk struct {
	team    *team
	agentID string
	queueID string
	all     bool // a supervisor's
	client  *hubclient.Client

	mu            sync.Mutex
	cursor        *hubv1.Cursor
	conversations map[string]*hubv1.Conversation
	lines         map[string]map[string]int64 // versions of messages by conversation
}

func newTeamDesk(m *team, agentID, token, queueID string, all bool) *teamDesk {
	d := &teamDesk{team: m, agentID: agentID, queueID: queueID, all: all, conversations: map[string]*hubv1.Conversation{}, lines: map[string]map[string]int64{}}
	reach := roundTripper(func(r *http.Request) (*http.Response, error) { return m.network.RoundTrip(r) })
	d.client = hubclient.New(&http.Client{Transport: reach}, "http://hub", func(context.Context) (string, error) { return token, nil })
	return d
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// silenceMost is how long a watch may say nothing, as in desk/sync.
const silenceMost = 45 * time.Second

// attempt is one time that a desk came to a hub.
type attempt struct {
	desk  *teamDesk
	at    time.Time
	first bool // it had not lost anything: it came for the first time
}

// sitDown starts all desks, waits until they are live, and returns what ends them.
func (m *team) sitDown() (standUp func()) {
	_, m.usage.before = m.spent()
	ctx, stop := context.WithCancel(context.Background())
	var group, live sync.WaitGroup
	for i, d := range m.desks {
		live.Add(1)
		group.Go(func() {
			pause(ctx, time.Duration(i)*2*time.Millisecond)
			d.serve(ctx, sync.OnceFunc(live.Done))
		})
	}
	live.Wait()
	return sync.OnceFunc(func() { stop(); group.Wait() })
}

// serve is what desk/sync does: a session after the other, with growing waits between.
func (d *teamDesk) serve(ctx context.Context, live func()) {
	var backoff hubclient.Backoff
	for first := true; ctx.Err() == nil; first = false {
		d.team.mu.Lock()
		d.team.storm = append(d.team.storm, attempt{d, time.Now(), first})
		d.team.mu.Unlock()
		err := d.session(ctx, func() { backoff.Reset(); live() })
		wait := backoff.Next()
		if errors.Is(err, hubclient.ErrReset) {
			d.team.t.Error("a desk lost its position")
			return
		}
		pause(ctx, wait)
	}
}

func (d *teamDesk) session(ctx context.Context, live func()) error {
	if _, err := d.client.Me(ctx); err != nil {
		return err
	}
	for token := ""; d.cursor == nil; {
		page, err := d.client.Snapshot(ctx, token)
		if err != nil {
			return err
		}
		for _, e := range page.GetEntities() {
			d.keep(e, false)
		}
		if token = page.GetNextPageToken(); token == "" {
			d.cursor = page.GetCursor()
		}
	}
	for {
		page, err := d.client.Pull(ctx, d.cursor, 500)
		if err != nil {
			return err
		}
		d.apply(page, false)
		if d.cursor.GetSeq() >= page.GetHeadSeq() {
			break
		}
	}
	if _, err := d.client.CheckOpen(ctx, ""); err != nil {
		return err
	}
	live()
	ctx, silent := context.WithCancel(ctx)
	defer silent()
	silence := time.AfterFunc(silenceMost, silent)
	defer silence.Stop()
	return d.client.Watch(ctx, d.cursor, func(f *hubv1.Frame) error {
		silence.Reset(silenceMost)
		if page := f.GetChanges(); page != nil {
			d.apply(page, true)
		}
		return nil
	})
}

func (d *teamDesk) apply(page *hubv1.ChangePage, live bool) {
	for _, c := range page.GetChanges() {
		if (c.GetHidden() || c.GetDeleted()) && d.has(c.GetId()) {
			d.team.t.Errorf("a desk lost sight of %s %s, which stays in its queue", c.GetType(), c.GetId())
		}
		d.keep(c.GetEntity(), live)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if page.GetCursor().GetSeq() > d.cursor.GetSeq() {
		d.cursor = page.GetCursor()
	}
}

func (d *teamDesk) has(conversationID string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.conversations[conversationID] != nil
}

func (d *teamDesk) keep(e *hubv1.Entity, live bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if c := e.GetConversation(); c != nil && c.GetVersion() > d.conversations[c.GetId()].GetVersion() {
		d.conversations[c.GetId()] = c
	}
	m := e.GetMessage()
	if m == nil {
		return
	}
	if d.lines[m.GetConversationId()] == nil {
		d.lines[m.GetConversationId()] = map[string]int64{}
	}
	had, known := d.lines[m.GetConversationId()][m.GetId()]
	d.lines[m.GetConversationId()][m.GetId()] = max(had, m.GetVersion())
	if text, ok := strings.CutPrefix(m.GetContent().GetText(), sentAt); ok && live && !known {
		ns, _ := strconv.ParseInt(text, 10, 64)
		d.team.arrived(time.Since(time.Unix(0, ns)))
	}
}

// arrived notes how long a message of a contact took to a desk.
func (m *team) arrived(took time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.calm.Load() {
		m.news = append(m.news, took)
	} else {
		m.rough = append(m.rough, took)
	}
}

// differs says what the desk has not, or has otherwise than the hub; "" when all is the same.
func (d *teamDesk) differs(truth map[db.Conversation][]db.Message) string {
	d.mu.Lock()
	defer d.mu.Unlock()
	for c, lines := range truth {
		if !d.all && c.QueueID != d.queueID {
			if d.conversations[c.ID] != nil || d.lines[c.ID] != nil {
				return fmt.Sprintf("it has conversation %s of another queue", c.ID)
			}
			continue
		}
		if got := d.conversations[c.ID].GetVersion(); got != c.Version {
			return fmt.Sprintf("conversation %s is in version %d, here %d; the desk stands at %d", c.ID, c.Version, got, d.cursor.GetSeq())
		}
		for _, line := range lines {
			if got := d.lines[c.ID][line.ID]; got != line.Version {
				return fmt.Sprintf("line %d of %s is in version %d, here %d", line.No, c.ID, line.Version, got)
			}
		}
	}
	return ""
}

func (d *teamDesk) lineCount() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := 0
	for _, lines := range d.lines {
		n += len(lines)
	}
	return n
}

// checkStorm looks at how desks came back: spread out, and not again and again.
func (m *team) checkStorm() {
	m.t.Helper()
	const slot = 100 * time.Millisecond
	bySlot, byDesk, back := map[int64]int{}, map[*teamDesk]int{}, 0
	for _, a := range m.storm {
		if a.first {
			continue
		}
		back++
		bySlot[a.at.UnixNano()/int64(slot)]++
		byDesk[a.desk]++
	}
	peak, most := 0, 0
	for _, n := range bySlot {
		peak = max(peak, n)
	}
	for _, n := range byDesk {
		most = max(most, n)
	}
	p := percentiles(m.rough, 50, 99)
	m.t.Logf("desks came back %d times, at most %d within %s and one desk %d times; in trouble webhook to desk p50 %v, p99 %v", back, peak, slot, most, p[0], p[1])
	// Spread over the first half second, a slot gets less than a quarter of them; chance makes it a third with few desks. Waits of
	// half their length at least brought three quarters into one.
	if limit := max(5, len(m.desks)/2); peak > limit {
		m.t.Errorf("%d of %d desks came back within %s, at most %d should", peak, len(m.desks), slot, limit)
	}
}

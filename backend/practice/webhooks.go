package practice

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// Delivery of webhooks. Meta tries again at once and then less and less often (Meta docs, "Webhooks", 2026-09);
// here the waits stay short, because a person watches.
const (
	firstRetry     = 250 * time.Millisecond
	longestRetry   = 15 * time.Second
	deliverTimeout = 10 * time.Second
)

// baseMark stands in undelivered webhooks for the base URL, which may be another one after a restart. It is
// a character that nobody writes (private use), so a contact's text is never mistaken for it.
const baseMark = "\U000F0001base\U000F0001"

// object is JSON in the making.
type object = map[string]any

// lane holds the webhooks about one contact, the oldest first. They are delivered one after the other.
type lane struct {
	Pending []webhook
	running bool
}

type webhook struct {
	Channel conversation.Channel
	Body    json.RawMessage // plain; it is escaped and signed when it is sent
	Since   time.Time       // when it happened, in real time
}

// post queues a webhook about a contact. m.mu is held.
func (m *Meta) post(laneID string, a *Account, body object) {
	plain, err := json.Marshal(body)
	if err != nil {
		panic(fmt.Sprintf("practice made a webhook that is no JSON: %v", err)) // only strings and numbers go in
	}
	m.postRaw(laneID, a, plain)
}

// postRaw queues a webhook whose body is JSON already. m.mu is held.
func (m *Meta) postRaw(laneID string, a *Account, plain []byte) {
	l := m.lanes[laneID]
	if l == nil {
		l = &lane{}
		m.lanes[laneID] = l
	}
	l.Pending = append(l.Pending, webhook{Channel: a.Channel, Body: plain, Since: time.Now()})
	m.changed = true
	m.nudge()
}

// drain delivers a lane's webhooks until there are none, they have nowhere to go or ctx ends.
func (m *Meta) drain(ctx context.Context, l *lane) {
	defer m.rest(l)
	wait := firstRetry
	for {
		hook, target, faults, ok := m.next(l)
		if !ok || ctx.Err() != nil {
			return
		}
		if late := time.Until(hook.Since.Add(faults.webhookDelay())); late > 0 && faults.WebhookDelayMs > 0 && !pause(ctx, late) {
			return
		}
		if faults.Shuffle && !pause(ctx, time.Second) { // so that there is something to shuffle
			return
		}
		if faults.Shuffle {
			if hook = m.pick(l); hook == nil {
				continue
			}
		}
		if err := m.deliver(ctx, target, *hook); err != nil {
			m.log.InfoContext(ctx, "Webhook was not taken", "channel", hook.Channel, "error", err)
			if !pause(ctx, wait) {
				return
			}
			wait = min(2*wait, longestRetry)
			continue
		}
		wait = firstRetry
		if faults.Duplicate {
			_ = m.deliver(ctx, target, *hook)
		}
		m.done(l)
	}
}

func (m *Meta) rest(l *lane) {
	m.mu.Lock()
	l.running = false
	m.mu.Unlock()
	m.nudge() // something may have come after the last look
}

func (m *Meta) next(l *lane) (hook *webhook, target string, faults Faults, ok bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(l.Pending) == 0 {
		return nil, "", m.faults, false
	}
	first := l.Pending[0]
	target = m.targets[first.Channel]
	return &first, target, m.faults, target != ""
}

// pick moves one of the waiting webhooks to the front, by chance; nil when none waits any more.
func (m *Meta) pick(l *lane) *webhook {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(l.Pending) == 0 { // starting over empties lanes
		return nil
	}
	i := m.random.IntN(len(l.Pending))
	l.Pending[0], l.Pending[i] = l.Pending[i], l.Pending[0]
	first := l.Pending[0]
	return &first
}

// done takes the delivered webhook, which is at the front, out of its lane.
func (m *Meta) done(l *lane) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(l.Pending) > 0 { // starting over empties lanes
		l.Pending = append([]webhook(nil), l.Pending[1:]...)
	}
	m.changed = true
}

// deliver posts one webhook. Anything but a 2xx is an error.
func (m *Meta) deliver(ctx context.Context, target string, hook webhook) error {
	ctx, cancel := context.WithTimeout(ctx, deliverTimeout)
	defer cancel()
	m.mu.Lock()
	base := m.baseURL
	m.mu.Unlock()

	body := graph.EscapeJSON([]byte(strings.ReplaceAll(string(hook.Body), baseMark, base)))
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set(graph.SignatureHeader, graph.Sign(body, appSecret))
	resp, err := m.http.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	if resp.StatusCode < 200 || resp.StatusCode > 299 {
		return fmt.Errorf("HTTP %d", resp.StatusCode)
	}
	return nil
}

// pause waits, and reports whether it was not ended by ctx.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

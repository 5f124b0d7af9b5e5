package feed

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"parley/backend/hub/access"
	"parley/backend/hub/trace"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Pace of a watch.
const (
	frameEvery     = 50 * time.Millisecond
	heartbeatEvery = 15 * time.Second
)

// Watch sends changes after a cursor until ctx ends or send fails. still is asked at every heartbeat whether the
// reader may go on.
//
// Changes that the reader may not see wake nobody: the cursor moves on here, and the reader hears of it with the next
// frame, at the latest with the next heartbeat, which is then a page without changes.
func (f *Feed) Watch(ctx context.Context, reader access.Actor, after *hubv1.Cursor, send func(*hubv1.Frame) error, still func() error) error {
	// Whether there is such a position the database says: another hub may be ahead of what this one has read.
	v, err := f.look(ctx, reader)
	if err != nil {
		return err
	}
	if !v.continues(after) {
		return f.reset(v, after)
	}
	w := &watch{progress: &progress{}, Feed: f, reader: reader, cursor: after, begun: v.head.Seq, told: after.GetSeq(), jumps: -1, scopes: -1, send: send, still: still, alarm: time.NewTimer(heartbeatEvery)}
	defer w.alarm.Stop()
	w.seq.Store(after.GetSeq())
	t := f.follow(reader.WorkspaceID, w.progress)
	defer f.leave(t, w.progress)
	for {
		m := t.moment()
		more := false
		if m.head.Epoch != "" || m.err != nil { // else it has not read yet
			if more, err = w.show(ctx, m); err != nil {
				return err
			}
		}
		if more {
			continue
		}
		if err := w.rest(ctx, m.next); err != nil {
			return err
		}
	}
}

// watch is one reader's way along the feed.
type watch struct {
	*progress
	*Feed
	reader access.Actor
	cursor *hubv1.Cursor
	view   view  // of the last page
	begun  int64 // the head when it began: what is older may have been seen by somebody else then, and not by this reader now
	told   int64 // the position that the reader knows of
	jumps  int
	scopes int64
	beat   time.Time
	alarm  *time.Timer
	send   func(*hubv1.Frame) error
	still  func() error
}

// show sends what a moment has for the reader, and reports whether there is more.
func (w *watch) show(ctx context.Context, m moment) (more bool, err error) {
	if m.err != nil {
		return false, fmt.Errorf("follow the feed: %w", m.err)
	}
	if m.head.Scopes != w.scopes { // rights have changed, or sessions have ended: perhaps this one
		if err := w.still(); err != nil {
			return false, err
		}
		w.scopes = m.head.Scopes
	}
	fromTail := w.cursor.GetSeq() >= max(m.from, w.begun)
	page, err := w.page(ctx, m)
	if err != nil {
		return false, err
	}
	after := w.cursor.GetSeq()
	w.cursor = page.GetCursor()
	w.seq.Store(w.cursor.GetSeq())
	frame := &hubv1.Frame{Kind: &hubv1.Frame_Changes{Changes: page}}
	if len(page.GetChanges()) == 0 {
		if time.Since(w.beat) < heartbeatEvery && m.jumps == w.jumps {
			return w.cursor.GetSeq() < m.end(), nil
		}
		if err := w.still(); err != nil {
			return false, err
		}
		if w.told == w.cursor.GetSeq() {
			frame.Kind = &hubv1.Frame_Heartbeat{Heartbeat: &hubv1.Heartbeat{HubNowMs: page.GetHubNowMs(), HeadSeq: page.GetHeadSeq()}}
		}
	}
	began := time.Now()
	w.sending.Store(began.UnixMilli())
	err = w.deliver(ctx, frame, after)
	w.sending.Store(0)
	if err != nil {
		return false, err
	}
	if time.Since(began) > slowAfter {
		w.metrics.slow.Inc()
	}
	if len(page.GetChanges()) > 0 && fromTail {
		w.metrics.frames.Observe(time.Since(m.at).Seconds())
	}
	w.beat, w.told, w.jumps = time.Now(), w.cursor.GetSeq(), m.jumps
	return true, pause(ctx, frameEvery)
}

// deliver sends a frame. One with changes is a span, linked to what wrote them where that was this hub.
func (w *watch) deliver(ctx context.Context, frame *hubv1.Frame, after int64) (err error) {
	changes := len(frame.GetChanges().GetChanges())
	if w.Tracer == nil || changes == 0 {
		return w.send(frame)
	}
	_, span := w.Tracer.Start(ctx, trace.Server, "feed page")
	defer func() {
		// Not before: a page can be on its way while who wrote the changes still notes where they are.
		span.LinkPositions(w.reader.WorkspaceID, after, w.cursor.GetSeq())
		span.End(err)
	}()
	span.ID("agent", w.reader.AgentID)
	span.Count("changes", int64(changes))
	span.Count("position", w.cursor.GetSeq())
	return w.send(frame)
}

// page is what comes next: from the tail, or from the database when the reader is further behind, or has just come.
func (w *watch) page(ctx context.Context, m moment) (*hubv1.ChangePage, error) {
	v, err := w.present(ctx, m)
	if err != nil {
		return nil, err
	}
	if w.cursor.GetEpoch() != v.epoch {
		return nil, w.reset(v, w.cursor)
	}
	if w.cursor.GetSeq() < max(m.from, w.begun) {
		if m.head.Seq < w.begun { // a tail that lags must not take the reader for one that is ahead
			if v, err = w.look(ctx, w.reader); err != nil {
				return nil, err
			}
		}
		return w.pull(ctx, v, w.cursor, DefaultPage)
	}
	page := w.emptyPage(v, w.cursor.GetSeq())
	// There is a part for each time that the tail has read: thousands. Nearly every watch wants the last one.
	first, _ := slices.BinarySearchFunc(m.parts, w.cursor.GetSeq()+1, func(p *part, seq int64) int { return cmp.Compare(p.end(), seq) })
	for _, p := range m.parts[first:] {
		for _, what := range p.changes {
			if what.Seq > w.cursor.GetSeq() {
				if err := v.add(ctx, page, what); err != nil {
					return nil, err
				}
			}
		}
		if len(page.GetChanges()) >= DefaultPage {
			break
		}
	}
	page.HeadSeq = max(page.HeadSeq, page.Cursor.Seq)
	w.view = v
	return page, nil
}

// present is what the reader sees at a moment: what they saw before, until roles or queues change.
func (w *watch) present(ctx context.Context, m moment) (view, error) {
	if v := w.view; v.Sight != nil && v.head.Scopes == m.head.Scopes && v.head.Epoch == m.head.Epoch {
		v.head = m.head
		return v, nil
	}
	return w.at(ctx, w.reader, m.head)
}

// rest waits until there is something new, or it is time to say that there is nothing. Most of what wakes a watch is of no concern
// to its reader, so it has one timer for all of its waits.
func (w *watch) rest(ctx context.Context, next <-chan struct{}) error {
	var silence <-chan time.Time
	if !w.beat.IsZero() { // else nothing has been read yet
		w.alarm.Reset(max(0, heartbeatEvery-time.Since(w.beat)))
		silence = w.alarm.C
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-next:
	case <-silence:
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

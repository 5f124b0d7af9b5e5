package sync

import (
	"context"
	"fmt"
	"time"

	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

const (
	// pollEvery is how often a pull proves what the watch told.
	pollEvery = 30 * time.Second
	// silenceMost is how long a watch may say nothing. The hub's heart beats at least every 25 s.
	silenceMost = 45 * time.Second
)

// watch applies what the hub streams. It returns nil when the hub ended the stream properly.
func (s *Sync) watch(ctx context.Context) error {
	cursor, err := s.cache.Read().Cursor(ctx)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	frames := make(chan *hubv1.Frame)
	ended := make(chan error, 1)
	go func() {
		ended <- s.hub.Watch(ctx, cursor, func(frame *hubv1.Frame) error {
			select {
			case frames <- frame:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	watching := true
	defer func() {
		cancel()
		if watching {
			<-ended
		}
	}()

	poll, stopPoll := s.clock.After(pollEvery)
	silence, stopSilence := s.clock.After(silenceMost)
	defer func() { stopPoll(); stopSilence() }()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-ended:
			watching = false
			return err
		case <-silence:
			return fmt.Errorf("watch: %w: silent for %v", hubclient.ErrUnreachable, silenceMost)
		case <-s.nudges:
			if err := s.catchUp(ctx, 0); err != nil {
				return err
			}
		case <-poll:
			poll, stopPoll = s.clock.After(pollEvery)
			if s.away() > awayAfter { // the computer slept
				if err := s.catchUp(ctx, 0); err != nil {
					return err
				}
				continue
			}
			if _, err := s.pullToHead(ctx, false); err != nil {
				return err
			}
			s.complete()
			s.connectionChanged() // "up to date" has a time
		case frame := <-frames:
			stopSilence()
			silence, stopSilence = s.clock.After(silenceMost)
			if err := s.frame(ctx, frame); err != nil {
				return err
			}
		}
	}
}

// frame applies one piece of a watch.
func (s *Sync) frame(ctx context.Context, frame *hubv1.Frame) error {
	local := clock.NowMs(s.clock)
	var headSeq int64
	switch kind := frame.GetKind().(type) {
	case *hubv1.Frame_Changes:
		s.hubTime(ctx, kind.Changes.HubNowMs, local)
		if _, err := s.apply(ctx, kind.Changes, false); err != nil {
			return err
		}
		headSeq = kind.Changes.GetCursor().GetSeq()
	case *hubv1.Frame_Heartbeat:
		s.hubTime(ctx, kind.Heartbeat.HubNowMs, local)
		headSeq = kind.Heartbeat.HeadSeq
	case *hubv1.Frame_Here:
		s.onHere(kind.Here)
		return nil
	case *hubv1.Frame_GoAway:
		wait := time.Duration(kind.GoAway.NotBeforeMs-s.HubNowMs()) * time.Millisecond
		return &goAway{wait: min(max(0, wait), goAwayMost) + jitter(2*time.Second)}
	default:
		return nil // of a later version
	}
	cursor, err := s.cache.Read().Cursor(ctx)
	if err != nil {
		return err
	}
	if headSeq > cursor.GetSeq() {
		// The stream is behind its own heartbeat, or has lost something: the pull tells.
		if _, err := s.pullToHead(ctx, false); err != nil {
			return err
		}
	} else if _, err := s.fetchAppeared(ctx, false); err != nil {
		return err
	}
	if s.away() > awayAfter { // the computer slept
		return s.catchUp(ctx, 0)
	}
	s.complete()
	return nil
}

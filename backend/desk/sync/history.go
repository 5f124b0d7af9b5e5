package sync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
)

// repairSize is how many messages are fetched of a conversation that lacks its newest ones.
const repairSize = 100

// repair fetches the newest messages of open conversations that lack them, which the feed should have brought. It
// returns how many there were, and how many messages of contacts were new.
func (s *Sync) repair(ctx context.Context) (lacking, newMessages int, err error) {
	behind, err := s.cache.Read().Behind(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, id := range behind {
		s.log.WarnContext(ctx, "Conversation lacked its newest messages", "conversation", id)
		_, applied, err := s.history(ctx, id, 0, repairSize)
		if err != nil {
			return 0, newMessages, err
		}
		newMessages += applied.NewMessages
		applied.Behind = true
		s.changed(applied)
	}
	return len(behind), newMessages, nil
}

const (
	// fillSize is how many messages the background asks for at once, and fillPause how long it rests between: an agent
	// does not notice it.
	fillSize  = 100
	fillPause = 250 * time.Millisecond
	// snapshotLines is how many lines of a thread a snapshot brings. Only longer ones have a history to fetch.
	snapshotLines = 30
)

// ServeHistory fetches the history of open conversations in the background, whenever the desk has come to the hub, so that
// it can be read and searched offline. It returns nil when ctx ends.
func (s *Sync) ServeHistory(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-s.lively:
		}
		if err := s.fillHistory(ctx); err != nil && ctx.Err() == nil {
			s.log.InfoContext(ctx, "History will be fetched later", "error", err)
		}
	}
}

func (s *Sync) fillHistory(ctx context.Context) error {
	me, err := s.cache.Read().Meta(ctx, cache.MetaAgent)
	if err != nil {
		return err
	}
	ids, err := s.cache.Read().LongConversations(ctx, me, snapshotLines)
	if err != nil {
		return err
	}
	since, err := s.keptSinceMs(ctx)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := s.fillThread(ctx, id, since); err != nil {
			return err
		}
	}
	return nil
}

// fillThread fetches one thread down to its beginning, or to what is not kept here.
func (s *Sync) fillThread(ctx context.Context, conversationID string, sinceMs int64) error {
	for !s.filled[conversationID] {
		floor, _, err := s.cache.Read().Floor(ctx, conversationID)
		if err != nil || floor <= 1 {
			return err
		}
		complete, err := s.History(ctx, conversationID, floor, fillSize)
		if errors.Is(err, hubclient.ErrDenied) {
			return nil // it has left the agent's sight; the feed says so
		}
		if err != nil || complete {
			return err
		}
		oldest, err := s.cache.Read().OldestMs(ctx, conversationID)
		if err != nil {
			return err
		}
		s.filled[conversationID] = oldest < sinceMs // the rest would be forgotten again
		if err := clock.Sleep(ctx, s.clock, fillPause); err != nil {
			return err
		}
	}
	return nil
}

// History fetches up to limit messages of a conversation numbered below beforeNo (0: the newest) into the cache.
// complete says that nothing older exists. It does not report changes: the caller shows what it asked for.
func (s *Sync) History(ctx context.Context, conversationID string, beforeNo int64, limit int) (complete bool, err error) {
	complete, _, err = s.history(ctx, conversationID, beforeNo, limit)
	return complete, err
}

func (s *Sync) history(ctx context.Context, conversationID string, beforeNo int64, limit int) (complete bool, applied Applied, err error) {
	page, err := s.hub.ListMessages(ctx, conversationID, beforeNo, int32(limit))
	if err != nil {
		return false, Applied{}, err
	}
	err = s.cache.Update(ctx, func(tx *cache.Tx) error {
		a := newApplying(tx)
		for _, message := range page.Messages {
			if err := a.putMessage(ctx, message); err != nil {
				return err
			}
		}
		applied = a.result()
		return nil
	})
	if err != nil {
		return false, Applied{}, fmt.Errorf("apply history: %w", err)
	}
	return page.Complete, applied, nil
}

package sync

import (
	"context"
	"errors"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// awayAfter is how long the cache may not have been known to be complete before that is worth a proof and a word: the
// computer slept, or was off.
const awayAfter = 90 * time.Second

// away is how long the cache has not been known to be complete, by this computer's clock, which a jump of the hub's does
// not touch; 0 when it never was.
func (s *Sync) away() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.completeLocalMs == 0 {
		return 0
	}
	return time.Duration(clock.NowMs(s.clock)-s.completeLocalMs) * time.Millisecond
}

// check compares what is open here with what the hub says is open: which conversations, in which version, how many lines
// and notes. What the feed should have brought and has not is a gap; it is repaired. It returns how many there were, and
// how many messages of contacts were new.
func (s *Sync) check(ctx context.Context) (gaps, newMessages int, err error) {
	before, err := s.cache.Read().OpenMarks(ctx)
	if err != nil {
		return 0, 0, err
	}
	hub, err := s.openAtHub(ctx)
	if errors.Is(err, hubclient.ErrDenied) {
		return 0, 0, nil // a hub of before this question
	}
	if err != nil {
		return 0, 0, err
	}
	if len(differing(before, before, hub)) == 0 {
		return 0, 0, nil
	}
	// What was said between the last pull and the answer is news and no gap.
	if newMessages, err = s.pullToHead(ctx, true); err != nil {
		return 0, newMessages, err
	}
	now, err := s.cache.Read().OpenMarks(ctx)
	if err != nil {
		return 0, newMessages, err
	}
	ids := differing(before, now, hub)
	for _, id := range ids {
		s.log.WarnContext(ctx, "Conversation was not as the hub has it", "conversation", id, "here", now[id], "hub", hub[id].String())
	}
	fetched, err := s.fetch(ctx, ids, true)
	newMessages += fetched
	if err != nil {
		return 0, newMessages, err
	}
	return len(ids), newMessages, s.dropUnseen(ctx, ids, hub)
}

// openAtHub is what the hub says is open, by id.
func (s *Sync) openAtHub(ctx context.Context) (map[string]*hubv1.OpenConversation, error) {
	open := map[string]*hubv1.OpenConversation{}
	for after := ""; ; {
		page, err := s.hub.CheckOpen(ctx, after)
		if err != nil {
			return nil, err
		}
		for _, c := range page.Conversations {
			open[c.Id] = c
		}
		if after = page.NextAfterId; after == "" {
			return open, nil
		}
	}
}

// differing lists the conversations that lack something here, and those that were open here before the hub was asked, still
// are, and are not at the hub.
func differing(before, now map[string]cache.Mark, hub map[string]*hubv1.OpenConversation) []string {
	var ids []string
	for id, there := range hub {
		here, found := now[id]
		if _, was := before[id]; !found && was {
			continue // closed since
		}
		if !found || here.Version < there.Version || here.LastNo < there.LastNo || here.Notes < there.Notes {
			ids = append(ids, id)
		}
	}
	for id := range before {
		if _, open := now[id]; open && hub[id] == nil {
			ids = append(ids, id)
		}
	}
	return ids
}

// dropUnseen removes the conversations that the hub did not call open and did not give, because the agent may not see them.
func (s *Sync) dropUnseen(ctx context.Context, ids []string, hub map[string]*hubv1.OpenConversation) error {
	marks, err := s.cache.Read().OpenMarks(ctx)
	if err != nil {
		return err
	}
	var unseen []string
	for _, id := range ids {
		if _, open := marks[id]; open && hub[id] == nil {
			unseen = append(unseen, id)
		}
	}
	if len(unseen) == 0 {
		return nil
	}
	err = s.cache.Update(ctx, func(tx *cache.Tx) error {
		cursor, err := tx.Cursor(ctx)
		for _, id := range unseen {
			if err == nil {
				err = tx.Hide(ctx, id, cursor.GetSeq())
			}
		}
		return err
	})
	if err != nil {
		return err
	}
	s.pruned = false
	s.changed(Applied{Conversations: unseen, Behind: true})
	return s.prune(ctx)
}

package sync

import (
	"context"
	"fmt"
	"slices"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// pullSize is how many changes one pull asks for.
const pullSize = 500

// applyAtOnce is how many entities one transaction writes: some 20 ms of the cache's only writer, for which what an agent
// types waits (BenchmarkCatchUp).
const applyAtOnce = 60

// snapshot replaces the cache by what a desk starts with, and returns how many messages of contacts were new.
func (s *Sync) snapshot(ctx context.Context) (newMessages int, err error) {
	if err := s.forgetPosition(ctx); err != nil {
		return 0, err
	}
	token := ""
	for {
		page, err := s.hub.Snapshot(ctx, token)
		if err != nil {
			return 0, err
		}
		s.hubTime(ctx, page.HubNowMs, clock.NowMs(s.clock))
		for part := range slices.Chunk(page.Entities, applyAtOnce) {
			applied, err := s.applyEntities(ctx, part)
			if err != nil {
				return 0, err
			}
			newMessages += applied.NewMessages
		}
		if page.NextPageToken == "" {
			if err := s.cache.Update(ctx, func(tx *cache.Tx) error { return tx.EndReset(ctx, page.Cursor) }); err != nil {
				return 0, fmt.Errorf("end snapshot: %w", err)
			}
		}
		if token = page.NextPageToken; token == "" {
			s.pruned = false
			s.changed(Applied{Reset: true, Behind: true, NewMessages: newMessages})
			return newMessages, s.prune(ctx)
		}
	}
}

// catchUp pulls until the hub's head and proves that nothing is missing; the desk is live then. newMessages is what a snapshot just before
// has brought. Those who wait for it are answered; those who come meanwhile wait for the next one.
func (s *Sync) catchUp(ctx context.Context, newMessages int) (err error) {
	waiters := s.takeWaiters()
	defer func() { s.answer(waiters, err) }()
	pulled, err := s.pullToHead(ctx, true)
	if err != nil {
		return err
	}
	lacking, repaired, err := s.repair(ctx)
	if err != nil {
		return err
	}
	gaps, missed, err := s.check(ctx)
	if err != nil {
		return err
	}
	checked, err := s.cache.Read().OpenConversations(ctx)
	if err != nil {
		return err
	}
	away := s.away()
	s.complete()
	s.mu.Lock()
	s.connection.CheckedConversations = checked
	s.connection.NewMessages = newMessages + pulled + repaired + missed
	s.connection.Gaps = lacking + gaps
	s.connection.AwayMs = away.Milliseconds()
	s.connection.ProvenMs = s.connection.CompleteMs
	completeMs := s.connection.CompleteMs
	s.mu.Unlock()
	s.keep(ctx, cache.MetaCompleteMs, completeMs)
	s.setState(Live, nil) // before the answers: who waited finds it so
	s.connectionChanged()
	return nil
}

// pullToHead applies pages until there are no more, and returns how many messages of contacts were new. behind says
// that they are not news of this moment.
func (s *Sync) pullToHead(ctx context.Context, behind bool) (newMessages int, err error) {
	for {
		cursor, err := s.cache.Read().Cursor(ctx)
		if err != nil {
			return newMessages, err
		}
		if cursor == nil {
			return newMessages, hubclient.ErrReset // another workspace, a moment ago
		}
		begun := clock.NowMs(s.clock)
		page, err := s.hub.Pull(ctx, cursor, pullSize)
		if err != nil {
			return newMessages, err
		}
		now := clock.NowMs(s.clock)
		s.hubTime(ctx, page.HubNowMs, begun+(now-begun)/2)
		applied, err := s.apply(ctx, page, behind)
		newMessages += applied.NewMessages
		if err != nil {
			return newMessages, err
		}
		at := page.GetCursor().GetSeq()
		if at >= page.HeadSeq || at <= cursor.Seq {
			fetched, err := s.fetchAppeared(ctx, behind)
			return newMessages + fetched, err
		}
	}
}

// parts divides a page into some that are applied quickly, each with the position that it reaches.
func parts(page *hubv1.ChangePage) []*hubv1.ChangePage {
	if len(page.Changes) <= applyAtOnce {
		return []*hubv1.ChangePage{page}
	}
	var parts []*hubv1.ChangePage
	for changes := range slices.Chunk(page.Changes, applyAtOnce) {
		last := changes[len(changes)-1].Seq
		// Of changes that share a position the last ones may follow in the next part.
		parts = append(parts, &hubv1.ChangePage{Changes: changes, Cursor: &hubv1.Cursor{Epoch: page.Cursor.GetEpoch(), Seq: last - 1}})
	}
	parts[len(parts)-1].Cursor = page.Cursor
	return parts
}

// apply writes a page and tells what has changed.
func (s *Sync) apply(ctx context.Context, page *hubv1.ChangePage, behind bool) (applied Applied, err error) {
	for _, part := range parts(page) {
		var some Applied
		err = s.cache.Update(ctx, func(tx *cache.Tx) error {
			at, err := tx.Cursor(ctx)
			if err != nil {
				return err
			}
			if at == nil || (page.Cursor != nil && page.Cursor.Epoch != at.Epoch) {
				return fmt.Errorf("apply page: %w", hubclient.ErrReset)
			}
			some, err = Apply(ctx, tx, part)
			return err
		})
		if err != nil {
			return applied, err
		}
		applied.add(some)
	}
	s.appeared = append(s.appeared, applied.appeared...)
	s.pruned = s.pruned && !applied.hidden
	applied.Behind = behind
	if !applied.Empty() {
		s.changed(applied)
	}
	return applied, nil
}

// fetchAppeared fetches what the feed does not bring of conversations that came into the agent's sight: what was written
// before. It returns how many messages of contacts were new.
func (s *Sync) fetchAppeared(ctx context.Context, behind bool) (newMessages int, err error) {
	var lacking []string
	for _, id := range s.appeared {
		lacks, err := s.cache.Read().Lacks(ctx, id)
		if err != nil {
			return 0, err
		}
		if lacks {
			lacking = append(lacking, id)
		}
	}
	s.appeared = nil
	if err := s.prune(ctx); err != nil {
		return 0, err
	}
	return s.fetch(ctx, lacking, behind)
}

// prune removes messages that have to go, unless that was done.
func (s *Sync) prune(ctx context.Context) error {
	if s.pruned {
		return nil
	}
	if err := s.Prune(ctx); err != nil {
		return err
	}
	s.pruned = true
	return nil
}

// Prune removes messages that have to go, a few at a time, so that what an agent types does not wait.
func (s *Sync) Prune(ctx context.Context) error {
	after := int64(0)
	for more := true; more; {
		err := s.cache.Update(ctx, func(tx *cache.Tx) (err error) {
			more, err = tx.PruneMessages(ctx, &after)
			return err
		})
		if err != nil {
			return fmt.Errorf("remove old messages: %w", err)
		}
	}
	return nil
}

// fetchSize is how many conversations are fetched at once: some 30 messages each.
const fetchSize = 20

// fetch gets conversations whole.
func (s *Sync) fetch(ctx context.Context, ids []string, behind bool) (newMessages int, err error) {
	for part := range slices.Chunk(ids, fetchSize) {
		entities, err := s.hub.FetchConversations(ctx, part)
		if err != nil {
			return newMessages, err
		}
		for some := range slices.Chunk(entities, applyAtOnce) {
			applied, err := s.applyEntities(ctx, some)
			if err != nil {
				return newMessages, err
			}
			newMessages += applied.NewMessages
			applied.Behind = behind
			s.changed(applied)
		}
	}
	return newMessages, nil
}

// applyEntities writes entities that do not come from the feed.
func (s *Sync) applyEntities(ctx context.Context, entities []*hubv1.Entity) (applied Applied, err error) {
	err = s.cache.Update(ctx, func(tx *cache.Tx) error {
		a := newApplying(tx)
		for _, entity := range entities {
			if err := a.entity(ctx, entity); err != nil {
				return err
			}
		}
		applied = a.result()
		return nil
	})
	if err != nil {
		return Applied{}, fmt.Errorf("apply conversations: %w", err)
	}
	return applied, nil
}

package find

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/hub/feed"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/search"
)

const (
	// stepSize is how many changes are indexed at once.
	stepSize = 200
	// stepPause is between two steps while there are more: the work in front of agents comes first.
	stepPause = 20 * time.Millisecond
	// burstPause is how long the index waits for webhooks to be worked in, and burstMost how often at most in a row: it
	// falls behind in a burst, and not for ever.
	burstPause = 250 * time.Millisecond
	burstMost  = 20
	// lookEvery is how soon a change of another hub is seen.
	lookEvery = 2 * time.Second
)

// Indexer keeps the search index equal to the feed. All fields are needed.
type Indexer struct {
	Store    *store.Store
	Entities *feed.Entities
	Log      *slog.Logger

	wake chan struct{}
}

// NewIndexer returns an indexer that is woken by the store's commits.
func NewIndexer(s *store.Store, entities *feed.Entities, log *slog.Logger) *Indexer {
	x := &Indexer{Store: s, Entities: entities, Log: log, wake: make(chan struct{}, 1)}
	s.OnCommit(func(string) {
		select {
		case x.wake <- struct{}{}:
		default: // it has not looked since the last one
		}
	})
	return x
}

// Serve indexes until ctx ends.
func (x *Indexer) Serve(ctx context.Context) error {
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		if err := x.CatchUp(ctx); err != nil && ctx.Err() == nil {
			x.Log.Error("Not indexed", "error", err)
			if err := pause(ctx, lookEvery); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-x.wake:
			// What comes together is indexed together.
			if err := pause(ctx, burstPause); err != nil {
				return err
			}
		case <-look.C:
		}
	}
}

// CatchUp indexes what the feed has now.
func (x *Indexer) CatchUp(ctx context.Context) error {
	workspaces, err := x.Store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("index: %w", err)
	}
	for _, w := range workspaces {
		for more := true; more; {
			if err := x.letWebhooksPass(ctx); err != nil {
				return err
			}
			if more, err = x.step(ctx, w.ID); errors.Is(err, store.ErrIndexed) {
				break // another hub does it
			}
			if err != nil {
				return fmt.Errorf("index: %w", err)
			}
			if more {
				if err := pause(ctx, stepPause); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (x *Indexer) letWebhooksPass(ctx context.Context) error {
	for range burstMost {
		waiting, err := x.Store.Read().CountWebhooks(ctx)
		if err != nil || waiting == 0 {
			return err
		}
		if err := pause(ctx, burstPause); err != nil {
			return err
		}
	}
	return nil
}

// step indexes the next changes of a workspace. more says that there are further ones.
func (x *Indexer) step(ctx context.Context, workspaceID string) (more bool, err error) {
	head, err := x.Store.Read().Head(ctx, workspaceID)
	if err != nil {
		return false, err
	}
	epoch, seq, err := x.Store.FindProgress(ctx, workspaceID)
	if err != nil {
		return false, err
	}
	if epoch != head.Epoch {
		return true, x.Store.ClearFindable(ctx, workspaceID, head.Epoch)
	}
	if seq >= head.Seq {
		return false, nil
	}
	changes, err := x.Store.Read().ListChanges(ctx, db.ListChangesParams{WorkspaceID: workspaceID, After: seq, N: stepSize})
	if err != nil || len(changes) == 0 {
		return false, err
	}
	var all []store.Findable
	for _, change := range changes {
		found, err := x.findables(ctx, change)
		if err != nil {
			return false, err
		}
		all = append(all, found...)
	}
	to := changes[len(changes)-1].Seq
	return len(changes) == stepSize, x.Store.KeepFindable(ctx, workspaceID, epoch, seq, to, all)
}

// findables are what a changed entity is found by now.
func (x *Indexer) findables(ctx context.Context, change db.Change) ([]store.Findable, error) {
	switch change.EntityType {
	case store.TypeMessage, store.TypeNote, store.TypeContact:
	default:
		return nil, nil
	}
	words := store.Findable{Kind: change.EntityType, ID: change.EntityID}
	file := store.Findable{Kind: store.FindableFile, ID: change.EntityID}
	entity, err := &hubv1.Entity{}, error(nil)
	if !change.Deleted {
		entity, err = x.Entities.Entity(ctx, change.WorkspaceID, change.EntityType, change.EntityID)
	}
	if err != nil && !store.NotFound(err) {
		return nil, fmt.Errorf("read %s %s: %w", change.EntityType, change.EntityID, err)
	}
	if err != nil {
		entity = &hubv1.Entity{} // gone
	}
	if c := entity.GetContact(); c != nil {
		words.Words = search.ContactWords(c)
	}
	if n := entity.GetNote(); n != nil {
		words.AtMs, words.Words = n.CreatedMs, search.With(search.Words(n.Text), search.NoteFacets(n))
	}
	if change.EntityType != store.TypeMessage {
		return []store.Findable{words}, nil
	}
	if m := entity.GetMessage(); m != nil {
		text, name := search.Words(search.MessageText(m)), search.Words(search.FileName(m))
		if text != "" || name != "" {
			touchpointID, err := x.touchpointOf(ctx, change.WorkspaceID, change.EntityID)
			if err != nil {
				return nil, err
			}
			facets := search.MessageFacets(m, touchpointID)
			words.AtMs, words.Words = m.SentMs, search.With(text, facets)
			file.AtMs, file.Words = m.SentMs, search.With(name, facets)
		}
	}
	return []store.Findable{words, file}, nil
}

func (x *Indexer) touchpointOf(ctx context.Context, workspaceID, messageID string) (string, error) {
	row, err := x.Store.Read().Message(ctx, db.MessageParams{WorkspaceID: workspaceID, ID: messageID})
	if store.NotFound(err) {
		return "", nil
	}
	return row.TouchpointID, err
}

// Behind is how many positions of the feed the index does not have.
func Behind(ctx context.Context, s *store.Store, workspaceID string) (int64, error) {
	head, err := s.Read().Head(ctx, workspaceID)
	if err != nil {
		return 0, fmt.Errorf("read head: %w", err)
	}
	epoch, seq, err := s.FindProgress(ctx, workspaceID)
	if err != nil || epoch == head.Epoch {
		return head.Seq - seq, err
	}
	return head.Seq, nil
}

// BehindOf reports whether the index has not come to a position of the feed yet.
func BehindOf(ctx context.Context, s *store.Store, workspaceID string, position int64) (bool, error) {
	head, err := s.Read().Head(ctx, workspaceID)
	if err != nil {
		return false, fmt.Errorf("read head: %w", err)
	}
	epoch, seq, err := s.FindProgress(ctx, workspaceID)
	return epoch != head.Epoch || seq < min(position, head.Seq), err
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

package hook

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

const (
	// followEvery is how often the feed is looked at without being told: other hubs commit, too.
	followEvery = time.Second
	// followPause is how long news is collected before it is looked at.
	followPause = 50 * time.Millisecond
	// followPage is how many changes are looked through in one transaction.
	followPage = 500
)

// Follower looks through the feed for what hooks have to be told. Several hubs may follow for one hook: a position is taken
// by one.
type Follower struct {
	store *store.Store
	now   func() time.Time
	log   *slog.Logger
	wakes chan struct{}
}

// NewFollower returns a follower that is woken by the store's commits.
func NewFollower(s *store.Store, now func() time.Time, log *slog.Logger) *Follower {
	f := &Follower{store: s, now: now, log: log, wakes: make(chan struct{}, 1)}
	s.OnCommit(func(string) {
		select {
		case f.wakes <- struct{}{}:
		default:
		}
	})
	return f
}

// Serve follows until ctx ends.
func (f *Follower) Serve(ctx context.Context) error {
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for {
		if err := f.all(ctx); err != nil && ctx.Err() == nil {
			f.log.Error("Changes not looked through for webhooks", "error", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(followPause):
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-f.wakes:
		case <-ticker.C:
		}
	}
}

func (f *Follower) all(ctx context.Context) error {
	workspaces, err := f.store.Read().Workspaces(ctx)
	if err != nil {
		return fmt.Errorf("read workspaces: %w", err)
	}
	for _, w := range workspaces {
		hooks, err := f.store.Read().Hooks(ctx, w.ID)
		if err != nil {
			return fmt.Errorf("read webhooks: %w", err)
		}
		for _, h := range hooks {
			if h.OffReason != "" {
				continue
			}
			if err := f.follow(ctx, h); err != nil {
				return fmt.Errorf("follow for webhook %s: %w", h.ID, err)
			}
		}
	}
	return nil
}

// follow turns everything that has changed since a hook's position into news for it.
func (f *Follower) follow(ctx context.Context, h db.Hook) error {
	for {
		changes, err := f.store.Read().ListChanges(ctx, db.ListChangesParams{WorkspaceID: h.WorkspaceID, After: h.Seq, N: followPage})
		if err != nil || len(changes) == 0 {
			return err
		}
		var news []db.PutHookNewsParams
		for _, change := range changes {
			of, err := f.laneOf(ctx, h, change)
			if err != nil {
				return err
			}
			if of != "" {
				news = append(news, db.PutHookNewsParams{
					WorkspaceID: h.WorkspaceID, HookID: h.ID, EntityType: change.EntityType, EntityID: change.EntityID, Lane: of,
					Seq: change.Seq, Deleted: change.Deleted,
				})
			}
		}
		next, ours := changes[len(changes)-1].Seq, false
		_, err = f.store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
			n, err := tx.MoveHook(ctx, db.MoveHookParams{WorkspaceID: h.WorkspaceID, ID: h.ID, Seq: h.Seq, Next: next})
			if ours = n > 0; err != nil || !ours {
				return err
			}
			for _, one := range news {
				if err := tx.PutHookNews(ctx, one); err != nil {
					return err
				}
				if err := wake(ctx, tx, h.ID, one.Lane, f.now().UnixMilli()); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil || !ours || len(changes) < followPage {
			return err
		}
		h.Seq = next
	}
}

// laneOf is the conversation or contact with which a change is told; "" when this hook does not hear of it.
func (f *Follower) laneOf(ctx context.Context, h db.Hook, change db.Change) (of string, err error) {
	what := kinds[change.EntityType]
	// That a conversation leaves the queues of a hook it is told whatever else it is told.
	if leaves := h.Queues != "" && change.EntityType == store.TypeConversation && !change.Deleted; what == "" || !has(h.Tells, what) && !leaves {
		return "", nil
	}
	q := f.store.Read()
	switch {
	case change.Deleted:
		return change.EntityID, nil
	case change.EntityType == store.TypeMessage:
		var row db.Message
		row, err = q.Message(ctx, db.MessageParams{WorkspaceID: h.WorkspaceID, ID: change.EntityID})
		of = row.ConversationID
	case change.EntityType == store.TypeNote:
		var row db.Note
		row, err = q.Note(ctx, db.NoteParams{WorkspaceID: h.WorkspaceID, ID: change.EntityID})
		of = row.ConversationID
	default:
		of = change.EntityID
	}
	if store.NotFound(err) { // deleted since; that change comes, too
		return "", nil
	}
	return of, err
}

// kinds are the entities that hooks can be told of, and what they have to be allowed to know for it.
var kinds = map[string]string{
	store.TypeConversation: Conversations, store.TypeMessage: Messages, store.TypeContact: Contacts, store.TypeNote: Notes,
}

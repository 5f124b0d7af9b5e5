package store

import (
	"context"
	"errors"
	"fmt"

	"parley/backend/search"
)

// Findable is an entity in the search index. Its words are those of backend/search, with its facets.
type Findable struct {
	Kind  string // what it is found as: an entity type, or "file" for a message by its file
	ID    string
	AtMs  int64  // newest first
	Words string // "" takes it out
}

// FindableFile is the kind of a message that is found by the name of its file.
const FindableFile = "file"

// Finding is an entity that matched.
type Finding struct {
	Kind, ID string
	Row      int64 // its place in time; further findings are below it
}

// finder is a search index. It is made of what the database has and can be made again at any time, so that whoever writes
// to the database never waits for it: SQLite has it in a file of its own, PostgreSQL in tables that no one else locks.
type finder interface {
	progress(ctx context.Context, workspaceID string) (epoch string, seq int64, err error)
	keep(ctx context.Context, workspaceID string, epoch string, from, to int64, all []Findable) error
	clear(ctx context.Context, workspaceID, epoch string) error
	find(ctx context.Context, workspaceID, kind string, query search.Query, where search.Where, fromRow, belowRow int64, limit int) ([]Finding, error)
	scrub(ctx context.Context) error // lets go what is left of former words
	close() error
}

// ErrIndexed says that another hub has brought the index further.
var ErrIndexed = errors.New("another hub writes the search index")

// FindProgress is up to which position of the feed the search index is complete; "" before its first entity.
func (s *Store) FindProgress(ctx context.Context, workspaceID string) (epoch string, seq int64, err error) {
	if epoch, seq, err = s.finder.progress(ctx, workspaceID); err != nil {
		return "", 0, fmt.Errorf("read search index: %w", err)
	}
	return epoch, seq, nil
}

// KeepFindable writes entities and moves the index from one position of the feed to another. ErrIndexed: it is not there
// any more.
func (s *Store) KeepFindable(ctx context.Context, workspaceID, epoch string, from, to int64, all []Findable) error {
	if err := s.finder.keep(ctx, workspaceID, epoch, from, to, all); err != nil {
		return fmt.Errorf("write search index: %w", err)
	}
	return nil
}

// ClearFindable empties the index of a workspace, to be filled from the beginning of an epoch.
func (s *Store) ClearFindable(ctx context.Context, workspaceID, epoch string) error {
	if err := s.finder.clear(ctx, workspaceID, epoch); err != nil {
		return fmt.Errorf("clear search index: %w", err)
	}
	return nil
}

// Find returns what a query means of one kind, newest first: those with a row of fromRow or higher and below belowRow.
func (s *Store) Find(ctx context.Context, workspaceID, kind string, query search.Query, where search.Where, fromRow, belowRow int64, limit int) ([]Finding, error) {
	if query.Empty() {
		return nil, nil
	}
	found, err := s.finder.find(ctx, workspaceID, kind, query, where, fromRow, belowRow, limit)
	if err != nil {
		return nil, fmt.Errorf("search: %w", err)
	}
	return found, nil
}

package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// ErrEmpty says that a file has no bytes.
var ErrEmpty = errors.New("file is empty")

// ErrTooLate says that Meta does not have a file any more, so that it cannot be fetched again.
var ErrTooLate = errors.New("Meta does not have the file any more") //nolint:staticcheck // a name

// Library takes in the files that agents send, and knows all.
type Library struct {
	Store *store.Store
	Blobs Blobs
	Parts *Parts // uploads that are not whole yet
	Now   func() time.Time
}

// maxNameBytes is how much of a file's name is kept.
const maxNameBytes = 240

// Put keeps a file that an agent will send. id is the one its desk gave it: putting it again is the same file.
func (l *Library) Put(ctx context.Context, workspaceID, agentID, id, name, declared string, body io.Reader) (db.Media, error) {
	if existing, err := l.Get(ctx, workspaceID, id); err == nil {
		return existing, nil
	} else if !store.NotFound(err) {
		return db.Media{}, err
	}
	incoming, err := l.Blobs.Create(maxBytes)
	if err != nil {
		return db.Media{}, err
	}
	defer incoming.Drop()
	if _, err := io.Copy(incoming, body); err != nil {
		return db.Media{}, fmt.Errorf("take in file: %w", err)
	}
	if incoming.Size() == 0 {
		return db.Media{}, ErrEmpty
	}
	row := db.Media{
		WorkspaceID: workspaceID, ID: id, State: "ready", MIME: declared, FileName: cleanName(name), CreatedMs: l.Now().UnixMilli(),
		AgentID: agentID,
	}
	if err := describe(ctx, l.Blobs, incoming, &row); err != nil {
		return db.Media{}, err
	}
	_, err = l.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		return tx.InsertMedia(ctx, db.InsertMediaParams(row))
	})
	if err != nil {
		if existing, known := l.Get(ctx, workspaceID, id); known == nil {
			return existing, nil // it was put twice at the same moment
		}
		return db.Media{}, fmt.Errorf("take in file: %w", err)
	}
	return row, nil
}

// Get is a file's row.
func (l *Library) Get(ctx context.Context, workspaceID, id string) (db.Media, error) {
	return l.Store.Read().Media(ctx, db.MediaParams{WorkspaceID: workspaceID, ID: id})
}

// Again wants a file once more that could not be had, and wakes the lane that fetches it. A file that is here or
// waited for stays as it is. ErrTooLate: Meta's deadline has passed. store.NotFound: there is no such file.
func (l *Library) Again(ctx context.Context, workspaceID, id string) (db.Media, error) {
	nowMs := l.Now().UnixMilli()
	var row db.Media
	_, err := l.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		var err error
		row, err = tx.AwaitMedia(ctx, db.AwaitMediaParams{WorkspaceID: workspaceID, ID: id, NowMs: nowMs})
		if err != nil {
			return err
		}
		if err := tx.WakeLane(ctx, db.WakeLaneParams{
			WorkspaceID: workspaceID, Kind: Lane, Key: id, TouchpointID: row.TouchpointID, NextMs: nowMs,
		}); err != nil {
			return fmt.Errorf("wake lane: %w", err)
		}
		return showOnMessage(ctx, tx, row)
	})
	if !store.NotFound(err) {
		return row, err
	}
	row, err = l.Get(ctx, workspaceID, id)
	if err == nil && row.State == "gone" {
		err = ErrTooLate
	}
	return row, err
}

// cleanName keeps the last part of a name, without characters that mean something to file systems.
func cleanName(name string) string {
	name = filepath.Base(strings.ReplaceAll(conversation.CleanText(name), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || strings.ContainsRune(`/\:*?"<>|`, r) {
			return '_'
		}
		return r
	}, name)
	if strings.Trim(name, ". ") == "" {
		return "file"
	}
	for len(name) > maxNameBytes {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	return name
}

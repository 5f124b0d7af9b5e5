// Package template keeps the message templates of business accounts, as Meta lists them, so that agents choose from them
// at once and offline.
package template

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/ingest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// refreshEvery is how often Meta is asked without a reason: some changes are announced by no webhook. It spends 4 of the
// 4,800 calls that an account has in a day at least (Meta: Business Management API, rate limits).
const refreshEvery = 6 * time.Hour

// Lister asks Meta for templates.
type Lister struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Now       func() time.Time
	Log       *slog.Logger
}

// Serve asks for the templates of every account until ctx ends: of new ones soon, of all now and then.
func (l *Lister) Serve(ctx context.Context) error {
	ticker := time.NewTicker(5 * time.Second)
	defer ticker.Stop()
	asked := map[string]time.Time{}
	for {
		for _, t := range l.Directory.All() {
			if _, ok := t.Adapter.(channel.TemplateLister); !ok || t.BusinessID == "" {
				continue
			}
			key := t.WorkspaceID + "/" + t.BusinessID
			if last, known := asked[key]; known && l.Now().Sub(last).Abs() < refreshEvery {
				continue
			}
			asked[key] = l.Now()
			if err := l.Refresh(ctx, t); err != nil && ctx.Err() == nil {
				l.Log.Error("Templates not asked for", "touchpoint", t.ID, "error", err)
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-ticker.C:
		}
	}
}

// Refresh has Meta asked for the templates of a touchpoint's account soon.
func (l *Lister) Refresh(ctx context.Context, t *touchpoint.Touchpoint) error {
	_, err := l.Store.InTx(ctx, t.WorkspaceID, func(tx *store.Tx) error {
		return tx.WakeLane(ctx, db.WakeLaneParams{
			WorkspaceID: t.WorkspaceID, Kind: ingest.LaneTemplates, Key: t.BusinessID, TouchpointID: t.ID, NextMs: l.Now().UnixMilli(),
		})
	})
	if err != nil {
		return fmt.Errorf("refresh templates: %w", err)
	}
	return nil
}

// maxAttempts is how often Meta is asked in a row; the next reason to ask starts over.
const maxAttempts = 8

// Handle is the lane.Handler of ingest.LaneTemplates. The lane's key is the business account.
func (l *Lister) Handle(ctx context.Context, row db.Lane) (lane.Result, error) {
	t, ok := l.Directory.ByID(row.WorkspaceID, row.TouchpointID)
	if !ok {
		return lane.Done, nil
	}
	lister, ok := t.Adapter.(channel.TemplateLister)
	if !ok {
		return lane.Done, nil
	}
	listed, err := lister.Templates(ctx, t.Account)
	if err != nil {
		refused := new(channel.CallError)
		if row.Attempts+1 >= maxAttempts || errors.As(err, &refused) && refused.Verdict == channel.VerdictRefused {
			l.Log.Warn("Templates given up", "touchpoint", t.ID, "error", err)
			return lane.Done, nil
		}
		return lane.Retry(row.Attempts), nil
	}
	return lane.Done, l.keep(ctx, t, listed)
}

type name struct{ name, language string }

// keep writes what has changed. What Meta lists no longer stays, marked as gone: messages were sent with it.
func (l *Lister) keep(ctx context.Context, t *touchpoint.Touchpoint, listed []channel.Template) error {
	_, err := l.Store.InTx(ctx, t.WorkspaceID, func(tx *store.Tx) error {
		rows, err := tx.TemplatesOfAccount(ctx, db.TemplatesOfAccountParams{WorkspaceID: t.WorkspaceID, AccountID: t.BusinessID})
		if err != nil {
			return fmt.Errorf("read templates: %w", err)
		}
		known := map[name]db.Template{}
		for _, row := range rows {
			known[name{row.Name, row.Language}] = row
		}
		for _, found := range listed {
			key := name{found.Name, found.Language}
			row := known[key]
			delete(known, key)
			if err := put(ctx, tx, t, row, found); err != nil {
				return err
			}
		}
		for _, row := range known {
			if row.Gone {
				continue
			}
			row.Gone = true
			if err := write(ctx, tx, row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep templates: %w", err)
	}
	return nil
}

func put(ctx context.Context, tx *store.Tx, t *touchpoint.Touchpoint, row db.Template, found channel.Template) error {
	content, err := json.Marshal(found)
	if err != nil {
		return fmt.Errorf("encode template: %w", err)
	}
	text := conversation.CleanText(string(content))
	if row.ID != "" && !row.Gone && row.Content == text && row.Status == found.Status {
		return nil
	}
	if row.ID == "" {
		row = db.Template{WorkspaceID: t.WorkspaceID, ID: conversation.NewID(), AccountID: t.BusinessID, Name: found.Name, Language: found.Language}
	}
	row.Content, row.Status, row.Gone = text, found.Status, false
	return write(ctx, tx, row)
}

func write(ctx context.Context, tx *store.Tx, row db.Template) error {
	row.Version++
	tx.Changed(store.TypeTemplate, row.ID)
	return tx.PutTemplate(ctx, db.PutTemplateParams(row))
}

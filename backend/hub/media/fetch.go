package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"parley/backend/channel"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Limits of a fetch. Meta sends nothing larger than 100 MB and keeps it for 7 days (Meta docs, Media, 2026-04-17).
const (
	maxBytes     = 105 << 20
	fetchTimeout = 50 * time.Second
	deadline     = 7 * 24 * time.Hour
)

// Fetcher fetches the files of inbound messages.
type Fetcher struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Blobs     *Blobs
	Now       func() time.Time
	Log       *slog.Logger
}

// Handle is the lane.Handler of ingest.LaneMedia. The lane's key is the media id.
func (f *Fetcher) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	row, err := f.Store.Read().Media(ctx, db.MediaParams{WorkspaceID: l.WorkspaceID, ID: l.Key})
	if store.NotFound(err) || err == nil && row.State != "pending" {
		return lane.Done, nil
	}
	if err != nil {
		return lane.Result{}, fmt.Errorf("read media: %w", err)
	}
	t, ok := f.Directory.ByID(l.WorkspaceID, row.TouchpointID)
	if !ok {
		return lane.Retry(l.Attempts), nil
	}
	fetchErr := f.fetch(ctx, t, &row)
	switch {
	case fetchErr == nil:
		row.State = "ready"
	case errors.Is(fetchErr, channel.ErrMediaGone), errors.Is(fetchErr, ErrTooLarge),
		f.Now().Sub(time.UnixMilli(row.CreatedMs)) > deadline:
		row.State = "gone"
		f.Log.Warn("Media given up", "media", row.ID, "error", fetchErr)
	default:
		f.Log.Info("Media not fetched yet", "media", row.ID, "attempts", l.Attempts, "error", fetchErr)
		return lane.Retry(l.Attempts), nil
	}
	return lane.Done, f.keep(ctx, row)
}

// fetch downloads, checks and keeps the bytes, and fills in what they turned out to be.
func (f *Fetcher) fetch(ctx context.Context, t *touchpoint.Touchpoint, row *db.Media) error {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	body, err := t.Adapter.FetchMedia(ctx, t.Account, channel.Media{
		ProviderID: row.ProviderID, URL: row.URL, MIME: row.MIME, SHA256: row.SHA256, FileName: row.FileName,
	})
	if err != nil {
		return err
	}
	defer body.Close()
	incoming, err := f.Blobs.Create(maxBytes)
	if err != nil {
		return err
	}
	if _, err := io.Copy(incoming, body); err != nil {
		incoming.Drop()
		return fmt.Errorf("download: %w", err)
	}
	if row.SHA256 != "" && row.SHA256 != incoming.Sum() {
		incoming.Drop()
		return errors.New("download: the bytes are not those that Meta announced")
	}
	row.SHA256, row.SizeBytes = incoming.Sum(), incoming.Size()
	if err := incoming.Keep(); err != nil {
		return err
	}
	return f.Blobs.describe(row)
}

// describe looks at kept bytes.
func (b *Blobs) describe(row *db.Media) error {
	file, err := b.OpenFile(row.SHA256)
	if err != nil {
		return err
	}
	defer file.Close()
	found, err := Inspect(file)
	if err != nil {
		return err
	}
	row.MIME, row.Width, row.Height = Agree(found.MIME, row.MIME), found.Width, found.Height
	return nil
}

// keep records what became of a file and shows it on its message.
func (f *Fetcher) keep(ctx context.Context, row db.Media) error {
	_, err := f.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error {
		if err := tx.PutMedia(ctx, db.PutMediaParams(row)); err != nil {
			return fmt.Errorf("keep media: %w", err)
		}
		messages, err := tx.LoadMessages(ctx, nil, []string{row.MessageID})
		if err != nil || len(messages) == 0 {
			return err
		}
		messages[0].Version++
		tx.Changed(store.TypeMessage, row.MessageID)
		return tx.Write(ctx, store.Rows{PutMessages: messages})
	})
	return err
}

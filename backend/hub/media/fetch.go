package media

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"sync"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Lane is the kind of the lanes that fetch. Their key is the media id.
const Lane = "media"

// Why a file cannot be had, as it stands on its row.
const (
	ReasonExpired  = "expired"   // Meta has it no longer
	ReasonTooLarge = "too_large" // larger than what contacts can send
	ReasonRefused  = "refused"   // Meta does not give it
	ReasonDamaged  = "damaged"   // the bytes are not those that Meta announced
)

const (
	// maxBytes bounds what agents send. The channels' own limits are lower.
	maxBytes = 105 << 20
	// fetchTimeout bounds one download. outbound.Client ends requests after 2 minutes.
	fetchTimeout = 2 * time.Minute
	// atMeta is how long Meta keeps the media of a WhatsApp webhook (Meta docs, Media, 2026-04-17). How long a
	// Messenger link lives is not published; no longer than this is tried.
	atMeta = 7 * 24 * time.Hour
	// believed is after how many failed attempts a refusal or wrong bytes are taken for the last word: a proxy may have
	// cut them, and a person can still ask again.
	believed = 4
	// parkedFor is how often a parked lane looks whether its touchpoint was released in a way that wakes no lanes.
	parkedFor = time.Minute
)

// FetchUntil returns until when Meta has the file of a message, in Unix milliseconds. sentMs is Meta's time of the message.
func FetchUntil(sentMs int64) int64 { return sentMs + atMeta.Milliseconds() }

var errDamaged = errors.New("the bytes are not those that Meta announced")

// Fetcher fetches the files of inbound messages.
type Fetcher struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Blobs     Blobs
	Now       func() time.Time
	Log       *slog.Logger

	renewEvery time.Duration // 0 is a third of a lease
}

// Handle is the lane.Handler of Lane.
func (f *Fetcher) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	row, err := f.Store.Read().Media(ctx, db.MediaParams{WorkspaceID: l.WorkspaceID, ID: l.Key})
	if store.NotFound(err) {
		return lane.Done, nil
	}
	if err != nil {
		return lane.Result{}, fmt.Errorf("read media: %w", err)
	}
	switch {
	case row.State == "ready" && row.ThumbSHA256 == "":
		return lane.Done, f.thumbLater(ctx, l, row)
	case row.State != "pending":
		return lane.Done, nil
	}
	left := f.left(row)
	parked, err := f.parked(ctx, row)
	if err != nil {
		return lane.Result{}, err
	}
	if parked > 0 && left > 0 { // at the deadline it is tried once more
		return lane.Wait(min(parked, left)), nil
	}
	err = f.holding(ctx, l, func(ctx context.Context) error { return f.fetch(ctx, &row) })
	switch reason := judge(err, l.Attempts, left <= 0); {
	case ctx.Err() != nil || errors.Is(err, errLost):
		return lane.Retry(l.Attempts), nil // the lane is another worker's, who goes on
	case err == nil:
		return lane.Done, f.keep(ctx, row)
	case reason != "":
		f.Log.Warn("Media given up", "media", row.ID, "reason", reason, "attempts", l.Attempts, "error", err)
		return lane.Done, f.giveUp(ctx, row, reason)
	default:
		f.Log.Info("Media not fetched yet", "media", row.ID, "attempts", l.Attempts, "error", err)
		return again(err, l.Attempts, left), nil
	}
}

// left is how long Meta still has a file. Rows of hubs that knew no deadline have it from their making.
func (f *Fetcher) left(row db.Media) time.Duration {
	until := row.FetchUntilMs
	if until == 0 {
		until = FetchUntil(row.CreatedMs)
	}
	return time.Duration(until-f.Now().UnixMilli()) * time.Millisecond
}

// parked is how long a file has to wait because its touchpoint's sign-in or account needs repair. An address that
// needs no sign-in is not waited with: it may expire meanwhile. When the pause lets a probe through, so does this.
func (f *Fetcher) parked(ctx context.Context, row db.Media) (time.Duration, error) {
	if row.ProviderID == "" {
		return 0, nil
	}
	t, err := f.Store.Read().Touchpoint(ctx, db.TouchpointParams{WorkspaceID: row.WorkspaceID, ID: row.TouchpointID})
	if store.NotFound(err) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read touchpoint: %w", err)
	}
	if t.PausedReason != string(channel.ClassToken) && t.PausedReason != string(channel.ClassAccount) {
		return 0, nil
	}
	return min(parkedFor, time.Duration(t.PausedUntilMs-f.Now().UnixMilli())*time.Millisecond), nil
}

// judge says for which reason a fetch has failed for good, "" when it is worth another attempt. late: Meta's deadline
// has passed.
func judge(err error, attempts int64, late bool) string {
	call, called := errors.AsType[*channel.CallError](err)
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrTooLarge), errors.Is(err, graph.ErrTooLarge):
		return ReasonTooLarge
	case errors.Is(err, channel.ErrMediaGone):
		return ReasonExpired
	case errors.Is(err, errDamaged) && (late || attempts >= believed):
		return ReasonDamaged
	case called && call.Verdict == channel.VerdictRefused && (late || attempts >= believed):
		return ReasonRefused
	case late:
		return ReasonExpired
	default:
		return ""
	}
}

// again is when to try again: after what Meta says, else the usual back-off, and never after the deadline.
func again(err error, attempts int64, left time.Duration) lane.Result {
	result := lane.Retry(attempts)
	if call, ok := errors.AsType[*channel.CallError](err); ok && call.After > 0 {
		result.After = call.After
	}
	result.After = min(result.After, max(left, time.Second))
	return result
}

var errLost = errors.New("another worker has taken over")

// holding keeps the lane this worker's while do runs: a large file takes longer than a lease.
func (f *Fetcher) holding(ctx context.Context, l db.Lane, do func(context.Context) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	every := f.renewEvery
	if every == 0 {
		every = lane.Lease / 3
	}
	finished := make(chan struct{})
	var keeper sync.WaitGroup
	keeper.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-finished:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
				if kept, err := lane.Renew(ctx, f.Store, l, f.Now()); err == nil && !kept {
					cancel(errLost)
				}
			}
		}
	})
	err := do(ctx)
	close(finished)
	keeper.Wait()
	if errors.Is(context.Cause(ctx), errLost) {
		return errLost
	}
	return err
}

// fetch downloads, checks and keeps the bytes, and fills in what they turned out to be.
func (f *Fetcher) fetch(ctx context.Context, row *db.Media) error {
	t, ok := f.Directory.ByID(row.WorkspaceID, row.TouchpointID)
	if !ok {
		return fmt.Errorf("touchpoint %s is not known to this hub", row.TouchpointID)
	}
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	body, err := t.Adapter.FetchMedia(ctx, t.Account, channel.Media{
		ProviderID: row.ProviderID, URL: row.URL, MIME: row.MIME, SHA256: row.SHA256, FileName: row.FileName,
	})
	if err != nil {
		return err
	}
	defer body.Close()
	incoming, err := f.Blobs.Create(graph.MaxMediaBytes)
	if err != nil {
		return err
	}
	defer incoming.Drop()
	if _, err := io.Copy(incoming, body); err != nil {
		return fmt.Errorf("download: %w", err)
	}
	if announced := announcedHash(row.SHA256); announced != "" && announced != incoming.Sum() {
		return fmt.Errorf("download: %w", errDamaged)
	}
	return describe(ctx, f.Blobs, incoming, row)
}

// announcedHash is a SHA-256 in lower-case hex, whichever way it was written: Meta's webhooks have base64, its media
// answers hex. "" when it cannot be one, and so says nothing.
func announcedHash(text string) string {
	if sum, err := hex.DecodeString(text); err == nil && len(sum) == sha256.Size {
		return hex.EncodeToString(sum)
	}
	standard := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(text), "=")
	if sum, err := base64.RawStdEncoding.DecodeString(standard); err == nil && len(sum) == sha256.Size {
		return hex.EncodeToString(sum)
	}
	return ""
}

// thumbLater makes the thumbnail of a file that was kept before there were any.
func (f *Fetcher) thumbLater(ctx context.Context, l db.Lane, row db.Media) error {
	err := f.holding(ctx, l, func(ctx context.Context) error {
		file, err := f.Blobs.Open(ctx, row.SHA256)
		if err != nil {
			return err
		}
		defer file.Close()
		return thumb(ctx, f.Blobs, file, &row)
	})
	if err != nil {
		f.Log.Warn("Thumbnail not made", "media", row.ID, "error", err)
		return nil
	}
	if row.ThumbSHA256 == "" {
		return nil
	}
	return f.change(ctx, row, func(tx *store.Tx) (db.Media, error) {
		return tx.ThumbMedia(ctx, db.ThumbMediaParams{
			WorkspaceID: row.WorkspaceID, ID: row.ID, ThumbSHA256: row.ThumbSHA256, ThumbWidth: row.ThumbWidth, ThumbHeight: row.ThumbHeight,
		})
	})
}

func (f *Fetcher) keep(ctx context.Context, row db.Media) error {
	return f.change(ctx, row, func(tx *store.Tx) (db.Media, error) {
		return tx.KeepMedia(ctx, db.KeepMediaParams{
			WorkspaceID: row.WorkspaceID, ID: row.ID, MIME: row.MIME, SizeBytes: row.SizeBytes, SHA256: row.SHA256,
			Width: row.Width, Height: row.Height, DurationMs: row.DurationMs,
			ThumbSHA256: row.ThumbSHA256, ThumbWidth: row.ThumbWidth, ThumbHeight: row.ThumbHeight,
		})
	})
}

func (f *Fetcher) giveUp(ctx context.Context, row db.Media, reason string) error {
	return f.change(ctx, row, func(tx *store.Tx) (db.Media, error) {
		return tx.GiveUpMedia(ctx, db.GiveUpMediaParams{WorkspaceID: row.WorkspaceID, ID: row.ID, Reason: reason})
	})
}

// change moves a file's row and shows it on its message. That another worker has moved it before is no error.
func (f *Fetcher) change(ctx context.Context, row db.Media, move func(*store.Tx) (db.Media, error)) error {
	_, err := f.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error {
		moved, err := move(tx)
		if store.NotFound(err) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("record media: %w", err)
		}
		return showOnMessage(ctx, tx, moved)
	})
	return err
}

// showOnMessage gives the message of a file a new version, so that desks see the file's new state.
func showOnMessage(ctx context.Context, tx *store.Tx, row db.Media) error {
	if row.MessageID == "" {
		return nil
	}
	messages, err := tx.LoadMessages(ctx, nil, []string{row.MessageID})
	if err != nil || len(messages) == 0 {
		return err
	}
	messages[0].Version++
	tx.Changed(store.TypeMessage, row.MessageID)
	return tx.Write(ctx, store.Rows{PutMessages: messages})
}

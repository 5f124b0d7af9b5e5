// Package drafts lets drafts follow the agent to their other computers, through the hub.
//
// A draft is on this computer's disk before anything else happens, and stays there whatever becomes of it here. From there
// it goes to the hub: some moments after the last key, at once when the agent looks elsewhere, and again after every
// outage or restart, because the cache remembers which ones the hub does not have. Its files are uploaded behind its text.
// What the hub answers is the draft that stands, which may be another computer's: it is taken over as if the feed had
// brought it.
package drafts

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"time"

	"parley/backend/desk/cache"
	"parley/backend/desk/clock"
	"parley/backend/desk/hubclient"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Hub is what drafts need of the hub; hubclient.Client is one.
type Hub interface {
	SaveDraft(ctx context.Context, r *hubv1.SaveDraftRequest) (*hubv1.Draft, error)
	Upload(ctx context.Context, o hubclient.Outgoing) (hubclient.Media, error)
}

// Options are the parts of a Pusher; all are needed. Functions are called from its goroutine and must not block.
type Options struct {
	Hub       Hub
	Cache     *cache.Cache
	Clock     clock.Clock
	Log       *slog.Logger
	DeviceID  string
	HubNowMs  func() int64                                // the hub's time
	Reachable func() bool                                 // whether the hub is thought to be there
	Focused   func() string                               // the conversation that the agent looks at; "" for none
	FilePath  func(attachmentID string) string            // where an attachment's bytes are
	Uploaded  func(a cache.Attachment, m hubclient.Media) // the file is the hub's, too
	Changed   func(conversationID string)                 // another draft stands
}

// Pusher gives drafts to the hub.
type Pusher struct {
	Options
	wake     chan struct{}
	backoff  hubclient.Backoff
	rejected map[string]bool // files that the hub does not take, by attachment
}

// New returns a pusher. Serve does the work.
func New(o Options) *Pusher {
	return &Pusher{Options: o, wake: make(chan struct{}, 1), rejected: map[string]bool{}}
}

// Wake makes the pusher look: something was typed, the agent looks elsewhere, or the hub is back.
func (p *Pusher) Wake() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

const (
	// settled is how long nothing has been typed before a draft that the agent looks at is given to the hub.
	settled = 2 * time.Second
	// idle is how long the pusher waits when nothing is to be done.
	idle = time.Hour
)

// Serve gives drafts to the hub until ctx ends, and returns nil then.
func (p *Pusher) Serve(ctx context.Context) error {
	for {
		next := p.pushDue(ctx)
		expired, stop := p.Clock.After(next)
		select {
		case <-ctx.Done():
			stop()
			return nil
		case <-p.wake:
		case <-expired:
		}
		stop()
	}
}

// pushDue gives every draft to the hub whose time has come, and returns how long until the next one's has.
func (p *Pusher) pushDue(ctx context.Context) (next time.Duration) {
	if !p.Reachable() {
		return idle // who finds the hub again wakes us
	}
	waiting, err := p.Cache.Read().UnpushedDrafts(ctx)
	if err != nil {
		if ctx.Err() == nil {
			p.Log.ErrorContext(ctx, "Drafts could not be read", "error", err)
		}
		return time.Second
	}
	next = idle
	for _, draft := range waiting {
		if rest := p.rest(draft); rest > 0 {
			next = min(next, rest)
			continue
		}
		err := p.push(ctx, draft)
		switch {
		case err == nil:
			p.backoff.Reset()
		case errors.Is(err, hubclient.ErrDenied):
			// It stays here. What is typed next is tried again.
			p.Log.InfoContext(ctx, "Draft is not taken by the hub", "conversation", draft.ConversationID, "error", err)
			p.pushed(ctx, draft)
		default:
			if ctx.Err() == nil {
				p.Log.InfoContext(ctx, "Draft is not at the hub yet", "conversation", draft.ConversationID, "error", err)
			}
			return p.backoff.Next()
		}
	}
	return next
}

// rest is how long a draft that is being typed has to rest.
func (p *Pusher) rest(draft cache.Draft) time.Duration {
	if draft.ConversationID != p.Focused() {
		return 0
	}
	rest := settled - time.Duration(p.HubNowMs()-draft.SavedMs)*time.Millisecond
	return max(0, min(rest, settled)) // the hub's clock may have jumped
}

// push gives a draft to the hub: first with the files that are there, so that its text is not held up by them, and then
// with the others.
func (p *Pusher) push(ctx context.Context, draft cache.Draft) error {
	content, missing, err := p.content(ctx, draft)
	if err != nil {
		return err
	}
	if err := p.save(ctx, draft, content, len(missing) == 0); err != nil || len(missing) == 0 {
		return err
	}
	for _, attachment := range missing {
		if err := p.upload(ctx, attachment); err != nil {
			return err
		}
	}
	p.Wake() // the draft is still not all there, and the next look finds its files
	return nil
}

// content is a draft as the hub keeps it. missing are the files that the hub does not have yet.
func (p *Pusher) content(ctx context.Context, draft cache.Draft) (content *hubv1.DraftContent, missing []cache.Attachment, err error) {
	content = &hubv1.DraftContent{Text: draft.Text, ReplyToMessageId: draft.ReplyTo}
	for _, file := range draft.Files {
		a, found, err := p.Cache.Read().Attachment(ctx, file.ID)
		if err != nil {
			return nil, nil, err
		}
		switch {
		case !found, p.rejected[a.ID]:
		case a.MediaID == "":
			missing = append(missing, a)
		default:
			content.Files = append(content.Files, &hubv1.DraftFile{
				MediaId: a.MediaID, Kind: file.Kind, FileName: a.FileName, Mime: a.MIME, SizeBytes: a.SizeBytes,
				Width: int32(a.Width), Height: int32(a.Height),
			})
		}
	}
	return content, missing, nil
}

// save gives a content to the hub, and takes over what stands. whole says that nothing more has to follow.
func (p *Pusher) save(ctx context.Context, draft cache.Draft, content *hubv1.DraftContent, whole bool) error {
	stands, err := p.Hub.SaveDraft(ctx, &hubv1.SaveDraftRequest{
		ConversationId: draft.ConversationID, Content: content, SavedMs: draft.SavedMs, DeviceId: p.DeviceID, BaseVersion: draft.Base,
	})
	if err != nil {
		return err
	}
	shown := false
	err = p.Cache.Update(ctx, func(tx *cache.Tx) error {
		if whole {
			if err := tx.DraftPushed(ctx, draft.ConversationID, draft.SavedMs); err != nil {
				return err
			}
		}
		if stands.GetVersion() == 0 {
			return nil // there was nothing to forget
		}
		shown, err = tx.TakeDraft(ctx, stands)
		return err
	})
	if err != nil {
		return fmt.Errorf("record saved draft: %w", err)
	}
	if shown {
		p.Changed(draft.ConversationID)
	}
	return nil
}

// upload gives a file to the hub. One that the hub does not take stays here, as one that cannot be read does.
func (p *Pusher) upload(ctx context.Context, a cache.Attachment) error {
	media, err := p.Hub.Upload(ctx, hubclient.Outgoing{Path: p.FilePath(a.ID), ID: a.ID, Name: a.FileName, MIME: a.MIME})
	var rejected *hubclient.RejectedError
	if errors.As(err, &rejected) || errors.Is(err, fs.ErrNotExist) {
		p.Log.InfoContext(ctx, "File of a draft is not taken by the hub", "attachment", a.ID, "error", err)
		p.rejected[a.ID] = true
		return nil
	}
	if err != nil {
		return err
	}
	a.MediaID = media.ID
	p.Uploaded(a, media)
	if err := p.Cache.Update(ctx, func(tx *cache.Tx) error { return tx.SetAttachmentMedia(ctx, a.ID, media.ID) }); err != nil {
		return fmt.Errorf("record upload: %w", err)
	}
	return nil
}

// pushed records that nothing more is to be done about a draft.
func (p *Pusher) pushed(ctx context.Context, draft cache.Draft) {
	err := p.Cache.Update(ctx, func(tx *cache.Tx) error { return tx.DraftPushed(ctx, draft.ConversationID, draft.SavedMs) })
	if err != nil && ctx.Err() == nil {
		p.Log.WarnContext(ctx, "Saved draft was not recorded", "conversation", draft.ConversationID, "error", err)
	}
}

// Package draft keeps what agents have typed and not sent, so that it follows them from one computer to another.
//
// Of two drafts the newer one stands, by the time at which they were typed: desks may come back in any order. What an
// agent replaces knowingly, because they had it before their eyes, is gone; what gives way unseen is kept one step back,
// whichever of the two came first. A draft that was sent or emptied stays as an empty row for a while, or an older one of
// a computer that was offline would come back.
package draft

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/scope"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/proto"
)

// What a draft may hold at most.
const (
	MaxTextBytes = 256 << 10
	MaxFiles     = 50
	maxNameBytes = 1 << 10
)

// Errors of saving.
var (
	// ErrInvalid says that a draft is larger than what is kept, or names what does not exist.
	ErrInvalid = errors.New("the draft is not valid")
	// ErrForbidden says that the agent may not see the conversation.
	ErrForbidden = errors.New("the conversation is not this agent's to see")
)

// Drafts keeps drafts. Its methods may run at the same time, on any number of hubs.
type Drafts struct {
	store  *store.Store
	scopes *scope.Scopes
	now    func() time.Time
}

// New returns the drafts of a store. now is the hub's clock.
func New(s *store.Store, now func() time.Time) *Drafts {
	return &Drafts{store: s, scopes: scope.New(s), now: now}
}

// Save takes over a draft of an agent, and returns the one that stands.
func (d *Drafts) Save(ctx context.Context, actor access.Actor, r *hubv1.SaveDraftRequest) (*hubv1.Draft, error) {
	if err := check(r); err != nil {
		return nil, err
	}
	saved, err := encode(r.GetContent())
	if err != nil {
		return nil, fmt.Errorf("save draft: %w", err)
	}
	var stands db.Draft
	_, err = d.store.InTx(ctx, actor.WorkspaceID, func(tx *store.Tx) error {
		sight, err := d.scopes.Sight(ctx, tx.Queries, actor)
		if err != nil {
			return err
		}
		if err := allowed(ctx, sight, r); err != nil {
			return err
		}
		row, err := tx.DraftOf(ctx, db.DraftOfParams{
			WorkspaceID: actor.WorkspaceID, AgentID: actor.AgentID, ConversationID: r.GetConversationId(),
		})
		switch {
		case store.NotFound(err) && saved == "":
			return nil // there is nothing to forget
		case store.NotFound(err):
			row = db.Draft{
				WorkspaceID: actor.WorkspaceID, ID: conversation.NewID(), AgentID: actor.AgentID, ConversationID: r.GetConversationId(),
				DeviceID: r.GetDeviceId(),
			}
		case err != nil:
			return fmt.Errorf("read draft: %w", err)
		}
		next, changed := settle(row, r, saved, min(r.GetSavedMs(), d.now().UnixMilli()))
		stands = next
		if !changed {
			return nil
		}
		tx.Changed(store.TypeDraft, next.ID)
		return tx.PutDraft(ctx, db.PutDraftParams(next))
	})
	if err != nil {
		return nil, fmt.Errorf("save draft: %w", err)
	}
	return Entity(stands)
}

// settle decides what stands after a save: row is what stood before.
func settle(row db.Draft, r *hubv1.SaveDraftRequest, saved string, savedMs int64) (next db.Draft, changed bool) {
	ours, seen := row.DeviceID == r.GetDeviceId(), row.Version == r.GetBaseVersion()
	switch {
	case saved == row.Content:
		return row, false
	case row.Version > 0 && older(savedMs, r.GetDeviceId(), row):
		if ours || saved == "" || saved == row.Previous {
			return row, false // a repetition, or nothing that could be missed
		}
		row.Previous, row.PreviousMs = saved, savedMs
	default:
		switch {
		case !ours && !seen && row.Content != "":
			row.Previous, row.PreviousMs = row.Content, row.SavedMs
		case !ours && seen:
			row.Previous, row.PreviousMs = "", 0
		}
		row.Content, row.SavedMs, row.DeviceID = saved, savedMs, r.GetDeviceId()
	}
	row.Version++
	return row, true
}

// older reports whether a save has to give way to what stands. Of two of the same moment one stands, the same one for
// everybody; a desk's own later save of the same moment, with a file that is uploaded by now, takes its place.
func older(savedMs int64, deviceID string, row db.Draft) bool {
	if savedMs != row.SavedMs {
		return savedMs < row.SavedMs
	}
	return deviceID < row.DeviceID
}

func check(r *hubv1.SaveDraftRequest) error {
	c := r.GetContent()
	if !conversation.ValidID(r.GetDeviceId()) || !conversation.ValidID(r.GetConversationId()) || r.GetSavedMs() <= 0 ||
		len(c.GetText()) > MaxTextBytes || !utf8.ValidString(c.GetText()) || len(c.GetFiles()) > MaxFiles ||
		c.GetReplyToMessageId() != "" && !conversation.ValidID(c.GetReplyToMessageId()) {
		return ErrInvalid
	}
	for _, f := range c.GetFiles() {
		if !conversation.ValidID(f.GetMediaId()) || max(len(f.GetFileName()), len(f.GetMime()), len(f.GetKind())) > maxNameBytes {
			return ErrInvalid
		}
	}
	return nil
}

// allowed reports whether the agent may see what a draft names.
func allowed(ctx context.Context, sight *scope.Sight, r *hubv1.SaveDraftRequest) error {
	sees, err := sight.Conversation(ctx, r.GetConversationId())
	if err != nil {
		return fmt.Errorf("read conversation: %w", err)
	}
	if !sees {
		return ErrForbidden
	}
	for _, f := range r.GetContent().GetFiles() {
		sees, err := sight.File(ctx, f.GetMediaId())
		if err != nil {
			return fmt.Errorf("read media: %w", err)
		}
		if !sees {
			return ErrInvalid
		}
	}
	return nil
}

// Entity turns a row into its entity.
func Entity(row db.Draft) (*hubv1.Draft, error) {
	e := &hubv1.Draft{
		Id: row.ID, Version: row.Version, ConversationId: row.ConversationID, SavedMs: row.SavedMs, DeviceId: row.DeviceID,
		PreviousMs: row.PreviousMs,
	}
	var err error
	if e.Content, err = decode(row.Content); err != nil {
		return nil, fmt.Errorf("read draft %s: %w", row.ID, err)
	}
	if e.Previous, err = decode(row.Previous); err != nil {
		return nil, fmt.Errorf("read draft %s: %w", row.ID, err)
	}
	return e, nil
}

// encode is how contents are kept; "" when they hold nothing.
func encode(c *hubv1.DraftContent) (string, error) {
	if c.GetText() == "" && c.GetReplyToMessageId() == "" && len(c.GetFiles()) == 0 {
		return "", nil
	}
	raw, err := proto.MarshalOptions{Deterministic: true}.Marshal(c)
	return base64.StdEncoding.EncodeToString(raw), err
}

func decode(kept string) (*hubv1.DraftContent, error) {
	if kept == "" {
		return nil, nil
	}
	raw, err := base64.StdEncoding.DecodeString(kept)
	if err != nil {
		return nil, err
	}
	c := &hubv1.DraftContent{}
	return c, proto.Unmarshal(raw, c)
}

// Files are the files that a draft holds, and what it replaced.
func Files(row db.Draft) (mediaIDs []string, err error) {
	for _, kept := range []string{row.Content, row.Previous} {
		c, err := decode(kept)
		if err != nil {
			return nil, fmt.Errorf("read draft %s: %w", row.ID, err)
		}
		for _, f := range c.GetFiles() {
			mediaIDs = append(mediaIDs, f.GetMediaId())
		}
	}
	return mediaIDs, nil
}

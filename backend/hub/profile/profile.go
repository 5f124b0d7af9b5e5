// Package profile asks Meta for the names and pictures of contacts whose messages do not carry them. Addresses of
// pictures expire, so their bytes are kept.
package profile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/lane"
	"parley/backend/hub/media"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Lane is the kind of the lanes that ask. Their key is the contact's id.
const Lane = "profile"

const (
	// Every is how long what Meta said is good for: a contact who writes later is asked about again.
	Every = 7 * 24 * time.Hour
	// unansweredFor is how long it rests when Meta could not be asked.
	unansweredFor = 24 * time.Hour
	// maxAttempts is how often Meta is asked. A neutral name is shown until then and afterwards.
	maxAttempts = 6
	// askTimeout bounds one attempt, well inside a lease.
	askTimeout = 45 * time.Second

	// Side is the longest side of a contact's picture, in pixels.
	Side = 96
	// maxPictureBytes bounds a picture that is fetched. Meta's have some kilobytes.
	maxPictureBytes = 5 << 20
)

// Asker asks for profiles.
type Asker struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Blobs     media.Blobs
	Now       func() time.Time
	Log       *slog.Logger
}

// Handle is the lane.Handler of Lane.
func (a *Asker) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	t, ok := a.Directory.ByID(l.WorkspaceID, l.TouchpointID)
	if !ok {
		return lane.Done, nil
	}
	contact, err := a.Store.Read().Contact(ctx, db.ContactParams{WorkspaceID: l.WorkspaceID, ID: l.Key})
	if store.NotFound(err) {
		return lane.Done, nil
	}
	if err != nil {
		return lane.Result{}, fmt.Errorf("read contact: %w", err)
	}
	now := a.Now()
	if contact.ProfileMs > 0 && now.UnixMilli()-contact.ProfileMs < Every.Milliseconds() {
		return lane.Done, nil // another hub has asked
	}
	who, err := a.address(ctx, t, contact)
	if err != nil || who.UserID == "" {
		return lane.Done, err
	}
	asking, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	err = a.ask(asking, t, contact, who)
	switch {
	case ctx.Err() != nil:
		return lane.Retry(l.Attempts), nil
	case err == nil || errors.Is(err, channel.ErrNoProfile):
		return lane.Done, a.asked(ctx, contact, now)
	case l.Attempts+1 >= maxAttempts:
		a.Log.Warn("Profile given up", "contact", l.Key, "error", err)
		return lane.Done, a.asked(ctx, contact, now.Add(unansweredFor-Every))
	default:
		return lane.Retry(l.Attempts), nil
	}
}

func (a *Asker) address(ctx context.Context, t *touchpoint.Touchpoint, contact db.Contact) (channel.Address, error) {
	known, err := a.Store.Read().Identities(ctx, db.IdentitiesParams{WorkspaceID: contact.WorkspaceID, ContactID: contact.ID})
	if err != nil {
		return channel.Address{}, fmt.Errorf("read identities: %w", err)
	}
	return t.Address(known), nil
}

// ask asks Meta and keeps what it says: the name first, which does not wait for the picture.
func (a *Asker) ask(ctx context.Context, t *touchpoint.Touchpoint, contact db.Contact, who channel.Address) error {
	found, err := t.Adapter.Profile(ctx, t.Account, who)
	if err != nil {
		return err
	}
	if err := a.name(ctx, contact, strings.TrimSpace(conversation.CleanText(found.Name))); err != nil {
		return err
	}
	if found.PictureURL == "" {
		return nil
	}
	return a.picture(ctx, t, contact, found.PictureURL)
}

func (a *Asker) name(ctx context.Context, contact db.Contact, name string) error {
	if name == "" {
		return nil
	}
	return a.change(ctx, contact, func(tx *store.Tx) error {
		_, err := tx.NameContact(ctx, db.NameContactParams{WorkspaceID: contact.WorkspaceID, ID: contact.ID, Name: name})
		return err
	})
}

// picture fetches and keeps a contact's picture. What is no picture, or is not there, changes nothing and is no error.
func (a *Asker) picture(ctx context.Context, t *touchpoint.Touchpoint, contact db.Contact, address string) error {
	body, err := t.Adapter.FetchMedia(ctx, t.Account, channel.Media{URL: address})
	if errors.Is(err, channel.ErrMediaGone) || errors.Is(err, graph.ErrTooLarge) {
		return nil
	}
	if err != nil {
		return err
	}
	defer body.Close()
	incoming, err := a.Blobs.Create(maxPictureBytes)
	if err != nil {
		return err
	}
	defer incoming.Drop()
	if _, err := io.Copy(incoming, body); errors.Is(err, media.ErrTooLarge) {
		return nil
	} else if err != nil {
		return fmt.Errorf("fetch picture: %w", err)
	}
	small, err := media.MakeThumbnail(ctx, incoming.File(), Side)
	if errors.Is(err, media.ErrNoThumbnail) {
		return nil
	}
	if err != nil {
		return err
	}
	smallSum, err := media.KeepBytes(ctx, a.Blobs, small.Data)
	if err != nil {
		return err
	}
	if err := incoming.Keep(ctx); err != nil {
		return err
	}
	return a.change(ctx, contact, func(tx *store.Tx) error {
		_, err := tx.PictureContact(ctx, db.PictureContactParams{
			WorkspaceID: contact.WorkspaceID, ID: contact.ID, PictureSHA256: incoming.Sum(), PictureThumbSHA256: smallSum,
		})
		return err
	})
}

// change changes a contact for all desks, unless there is nothing to change.
func (a *Asker) change(ctx context.Context, contact db.Contact, do func(*store.Tx) error) error {
	_, err := a.Store.InTx(ctx, contact.WorkspaceID, func(tx *store.Tx) error {
		err := do(tx)
		if store.NotFound(err) {
			return nil // somebody has named them, or it is the picture they have
		}
		if err != nil {
			return fmt.Errorf("keep profile: %w", err)
		}
		tx.Changed(store.TypeContact, contact.ID)
		return nil
	})
	return err
}

// asked remembers when Meta was asked.
func (a *Asker) asked(ctx context.Context, contact db.Contact, at time.Time) error {
	_, err := a.Store.InTx(ctx, contact.WorkspaceID, func(tx *store.Tx) error {
		return tx.ProfileAsked(ctx, db.ProfileAskedParams{WorkspaceID: contact.WorkspaceID, ID: contact.ID, NowMs: at.UnixMilli()})
	})
	if err != nil {
		return fmt.Errorf("keep when the profile was asked for: %w", err)
	}
	return nil
}

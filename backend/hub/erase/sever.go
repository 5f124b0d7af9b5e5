package erase

import (
	"context"
	"fmt"
	"strings"
	"time"

	"parley/backend/hub/dossier"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Kinds of what is noted of a contact while they are erased.
const (
	partContact      = "contact"
	partConversation = "conversation"
	partKnown        = "known" // what channels and agents know them by
	partFile         = "file"  // hashes
)

// knownFrom is how long something has to be to lead to a contact: shorter numbers stand in what is about others.
const knownFrom = 6

// sever ends everything by which a contact is known or reached, and notes what leads to their traces.
func (j *job) sever(ctx context.Context) error {
	_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
		// First of all, so that webhooks under way are finished and later ones find nobody.
		if err := tx.BumpMerges(ctx, j.WorkspaceID); err != nil {
			return err
		}
		group, err := dossier.Group(ctx, tx.Queries, j.WorkspaceID, j.ContactID)
		if err != nil {
			return err
		}
		for _, id := range group {
			if err := j.severOne(ctx, tx, id); err != nil {
				return err
			}
		}
		return moveIn(ctx, tx, j.ContactID, severed, time.UnixMilli(0), 0)
	})
	if err != nil {
		return fmt.Errorf("sever: %w", err)
	}
	return nil
}

func (j *job) severOne(ctx context.Context, tx *store.Tx, id string) error {
	rows, err := tx.LoadContacts(ctx, []string{id})
	if err != nil {
		return err
	}
	for _, row := range rows {
		if err := j.note(ctx, tx, partKnown, strings.TrimPrefix(row.Number, "+")); err != nil {
			return err
		}
	}
	identities, err := tx.DropIdentities(ctx, db.DropIdentitiesParams{WorkspaceID: tx.WorkspaceID, ContactID: id})
	if err != nil {
		return err
	}
	for _, row := range identities {
		if err := j.note(ctx, tx, partKnown, row.Value); err != nil {
			return err
		}
	}
	if err := j.note(ctx, tx, partContact, id); err != nil {
		return err
	}
	if err := j.severConversations(ctx, tx, id); err != nil {
		return err
	}
	others, err := tx.DropSuggestions(ctx, db.DropSuggestionsParams{WorkspaceID: tx.WorkspaceID, SuggestedID: id})
	if err != nil {
		return err
	}
	for _, other := range others {
		tx.Changed(store.TypeContact, other)
	}
	tx.Changed(store.TypeContact, id)
	return tx.BlankContact(ctx, db.BlankContactParams{WorkspaceID: tx.WorkspaceID, ID: id})
}

// severConversations closes what is open, and takes back what Meta does not have yet.
func (j *job) severConversations(ctx context.Context, tx *store.Tx, contactID string) error {
	rows, err := tx.ConversationsOfContact(ctx, db.ConversationsOfContactParams{WorkspaceID: tx.WorkspaceID, ContactID: contactID})
	if err != nil {
		return err
	}
	touchpoints := map[string]bool{}
	for _, row := range rows {
		touchpoints[row.TouchpointID] = true
		if err := j.note(ctx, tx, partConversation, row.ID); err != nil {
			return err
		}
	}
	for id := range touchpoints {
		unsent, err := tx.DropUnsent(ctx, db.DropUnsentParams{WorkspaceID: tx.WorkspaceID, TouchpointID: id, ContactID: contactID})
		if err != nil {
			return err
		}
		for _, m := range unsent {
			tx.Removed(store.TypeMessage, m.ID)
			if err := j.dropMedia(ctx, tx, m.MediaID); err != nil {
				return err
			}
		}
	}
	closed, err := tx.CloseForErasure(ctx, db.CloseForErasureParams{WorkspaceID: tx.WorkspaceID, ContactID: contactID, NowMs: j.Now().UnixMilli()})
	for _, id := range closed {
		tx.Changed(store.TypeConversation, id)
	}
	return err
}

// note keeps something that leads to traces until the erasure is over.
func (j *job) note(ctx context.Context, tx *store.Tx, kind, value string) error {
	if value == "" || kind == partKnown && len(value) < knownFrom {
		return nil
	}
	return tx.PutErasurePart(ctx, db.PutErasurePartParams{WorkspaceID: tx.WorkspaceID, ContactID: j.ContactID, Kind: kind, Value: value})
}

func (j *job) parts(ctx context.Context, kind string) ([]string, error) {
	return j.Store.Read().ErasureParts(ctx, db.ErasurePartsParams{WorkspaceID: j.WorkspaceID, ContactID: j.ContactID, Kind: kind})
}

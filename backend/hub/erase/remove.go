package erase

import (
	"context"
	"fmt"

	"parley/backend/hub/delivery"
	"parley/backend/hub/draft"
	"parley/backend/hub/ingest"
	"parley/backend/hub/lane"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// atOnce is how many messages one transaction removes.
const atOnce = 200

// remove removes everything that is left. It may be called again and again.
func (j *job) remove(ctx context.Context) error {
	conversations, err := j.parts(ctx, partConversation)
	if err != nil {
		return err
	}
	for _, id := range conversations {
		if err := j.conversation(ctx, id); err != nil {
			return fmt.Errorf("remove conversation: %w", err)
		}
	}
	contacts, err := j.parts(ctx, partContact)
	if err != nil {
		return err
	}
	for _, id := range contacts {
		if err := j.contact(ctx, id); err != nil {
			return fmt.Errorf("remove contact: %w", err)
		}
	}
	return j.traces(ctx)
}

// conversation removes a conversation with all that belongs to it, its messages first: what is left of it always has its row.
func (j *job) conversation(ctx context.Context, id string) error {
	for more := true; more; {
		_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) (err error) {
			// Commands that look at it and then write finish first; later ones do not find it.
			if _, err = tx.LockConversations(ctx, []string{id}); err != nil {
				return err
			}
			if more, err = j.messages(ctx, tx, id); err != nil || more {
				return err
			}
			return j.rest(ctx, tx, id)
		})
		if err != nil {
			return err
		}
		if kept, err := lane.Renew(ctx, j.Store, j.lane, j.Now()); err != nil || !kept {
			return errOther(err)
		}
	}
	return nil
}

// errOther is what ends the work of a hub whose lane another one has taken over.
func errOther(err error) error {
	if err == nil {
		err = fmt.Errorf("another worker has taken over")
	}
	return err
}

// messages removes some of a conversation's messages.
func (j *job) messages(ctx context.Context, tx *store.Tx, conversationID string) (more bool, err error) {
	rows, err := tx.SomeMessages(ctx, db.SomeMessagesParams{WorkspaceID: tx.WorkspaceID, ConversationID: conversationID, N: atOnce})
	if err != nil {
		return false, err
	}
	for _, row := range rows {
		if _, err := tx.DropMessage(ctx, db.DropMessageParams{WorkspaceID: tx.WorkspaceID, ID: row.ID}); err != nil {
			return false, err
		}
		tx.Removed(store.TypeMessage, row.ID)
		if err := j.dropMedia(ctx, tx, row.MediaID); err != nil {
			return false, err
		}
	}
	return len(rows) == atOnce, nil
}

// rest removes what a conversation has beside messages, and the conversation.
func (j *job) rest(ctx context.Context, tx *store.Tx, id string) error {
	notes, err := tx.DropNotes(ctx, db.DropNotesParams{WorkspaceID: tx.WorkspaceID, ConversationID: id})
	if err != nil {
		return err
	}
	for _, note := range notes {
		tx.Removed(store.TypeNote, note)
	}
	drafts, err := tx.DropDrafts(ctx, db.DropDraftsParams{WorkspaceID: tx.WorkspaceID, ConversationID: id})
	if err != nil {
		return err
	}
	for _, row := range drafts {
		tx.Removed(store.TypeDraft, row.ID)
		files, err := draft.Files(row)
		if err != nil {
			return err
		}
		for _, mediaID := range files {
			if err := j.dropMedia(ctx, tx, mediaID); err != nil {
				return err
			}
		}
	}
	if err := tx.DropRefusalsOf(ctx, db.DropRefusalsOfParams{WorkspaceID: tx.WorkspaceID, ConversationID: id}); err != nil {
		return err
	}
	if err := tx.DropHooksKnowing(ctx, db.DropHooksKnowingParams{WorkspaceID: tx.WorkspaceID, ConversationID: id}); err != nil {
		return err
	}
	if err := tx.DropLane(ctx, db.DropLaneParams{WorkspaceID: tx.WorkspaceID, Kind: delivery.LaneRead, Key: id}); err != nil {
		return err
	}
	if n, err := tx.DropConversation(ctx, db.DropConversationParams{WorkspaceID: tx.WorkspaceID, ID: id}); err != nil || n == 0 {
		return err
	}
	tx.Removed(store.TypeConversation, id)
	return nil
}

// dropMedia forgets a file unless a message of somebody else has it, too. Its bytes go later.
func (j *job) dropMedia(ctx context.Context, tx *store.Tx, mediaID string) error {
	if mediaID == "" {
		return nil
	}
	rows, err := tx.DropMedia(ctx, db.DropMediaParams{WorkspaceID: tx.WorkspaceID, ID: mediaID})
	if err != nil {
		return err
	}
	for _, row := range rows {
		for _, sum := range []string{row.SHA256, row.ThumbSHA256} {
			if err := j.note(ctx, tx, partFile, sum); err != nil {
				return err
			}
		}
		if err := tx.DropLane(ctx, db.DropLaneParams{WorkspaceID: tx.WorkspaceID, Kind: ingest.LaneMedia, Key: mediaID}); err != nil {
			return err
		}
	}
	return nil
}

// contact removes a contact and what is kept about them beside their conversations.
func (j *job) contact(ctx context.Context, id string) error {
	_, err := j.Store.InTx(ctx, j.WorkspaceID, func(tx *store.Tx) error {
		touchpoints, err := tx.Touchpoints(ctx, tx.WorkspaceID)
		if err != nil {
			return err
		}
		for _, t := range touchpoints {
			key := delivery.LaneKey(t.ID, id)
			if err := tx.DropWatermarks(ctx, db.DropWatermarksParams{WorkspaceID: tx.WorkspaceID, TouchpointID: t.ID, ContactID: id}); err != nil {
				return err
			}
			if err := tx.DropPace(ctx, db.DropPaceParams{WorkspaceID: tx.WorkspaceID, Key: key}); err != nil {
				return err
			}
			if err := tx.DropLane(ctx, db.DropLaneParams{WorkspaceID: tx.WorkspaceID, Kind: delivery.LaneSend, Key: key}); err != nil {
				return err
			}
		}
		if err := tx.DropLane(ctx, db.DropLaneParams{WorkspaceID: tx.WorkspaceID, Kind: ingest.LaneProfile, Key: id}); err != nil {
			return err
		}
		if err := tx.DropMergesOf(ctx, db.DropMergesOfParams{WorkspaceID: tx.WorkspaceID, ContactID: id}); err != nil {
			return err
		}
		if err := tx.DropUnmergesOf(ctx, db.DropUnmergesOfParams{WorkspaceID: tx.WorkspaceID, ContactID: id}); err != nil {
			return err
		}
		if err := tx.DropApart(ctx, db.DropApartParams{WorkspaceID: tx.WorkspaceID, ContactID: id}); err != nil {
			return err
		}
		// Again: a send that was under way may have learnt how Meta names its receiver.
		if _, err := tx.DropIdentities(ctx, db.DropIdentitiesParams{WorkspaceID: tx.WorkspaceID, ContactID: id}); err != nil {
			return err
		}
		pictures, err := tx.DropContact(ctx, db.DropContactParams{WorkspaceID: tx.WorkspaceID, ID: id})
		if err != nil {
			return err
		}
		for _, p := range pictures {
			for _, sum := range []string{p.PictureSHA256, p.PictureThumbSHA256} {
				if err := j.note(ctx, tx, partFile, sum); err != nil {
					return err
				}
			}
			tx.Removed(store.TypeContact, id)
		}
		return nil
	})
	return err
}

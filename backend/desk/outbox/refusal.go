package outbox

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// dependents are the commands that make no sense when an earlier one of a kind was refused: sends that would arrive without
// what they follow, an end of the chat that would hide what was not said, and the wrap-up of a chat that has not ended.
var dependents = map[string][]string{
	"send_message": {"send_message", "end_chat", "submit_wrap_up", "dismiss_wrap_up"},
	"end_chat":     {"submit_wrap_up", "dismiss_wrap_up"},
}

// refuse takes a command out of the outbox because it will not be carried out, gives its text and files back as a
// draft, keeps the note that was to go with it, and tells whoever made it. What depends on it goes with it.
func (o *Outbox) refuse(ctx context.Context, row cache.OutboxRow, refusal *hubv1.Refusal) error {
	ctx = context.WithoutCancel(ctx) // an Assign's own limit must not keep its end from being recorded
	refused := []cache.OutboxRow{row}
	known := o.claim(row.Command.Id)
	err := o.Cache.UpdateDurably(ctx, func(tx *cache.Tx) error {
		behind, err := tx.OutboxLane(ctx, row.Lane)
		if err != nil {
			return err
		}
		for _, later := range behind {
			if later.Position > row.Position && slices.Contains(dependents[row.Kind], later.Kind) {
				refused = append(refused, later)
			}
		}
		for _, one := range refused {
			if err := tx.DeleteOutbox(ctx, one.Command.Id); err != nil {
				return err
			}
		}
		if err := o.putCurrent(ctx, tx, refusal.GetCurrent()); err != nil {
			return err
		}
		if row, found := o.noteOf(row); found {
			if err := tx.AddOutbox(ctx, row); err != nil {
				return err
			}
		}
		if err := giveNoteBack(ctx, tx, row, known, o.HubNowMs()); err != nil {
			return err
		}
		return giveBack(ctx, tx, refused, known, o.HubNowMs())
	})
	if err != nil {
		o.unclaim(row.Command.Id)
		return fmt.Errorf("record refusal: %w", err)
	}
	change := Change{ConversationID: row.ConversationID, Notes: row.Command.GetSendToInbox().GetNote() != ""}
	for _, one := range refused {
		part := changeOf(one)
		change.MessageIDs = append(change.MessageIDs, part.MessageIDs...)
		change.Notes = change.Notes || part.Notes
		taken := o.tell(one.Command.Id, Outcome{State: Denied, Refusal: refusal})
		if taken || one.Kind == "mark_read" {
			continue // its maker knows; nobody waits for a read mark
		}
		change.Refused = append(change.Refused, Refused{
			ConversationID: one.ConversationID, CommandID: one.Command.Id, Kind: one.Kind, Refusal: refusal,
		})
	}
	o.Changed(change)
	o.Wake()
	return nil
}

// noteOf is what a refused Send to Inbox was to leave for colleagues, as a command of its own: whoever has the conversation
// now reads it all the same. Its id is the one that it would have had.
func (o *Outbox) noteOf(row cache.OutboxRow) (note cache.OutboxRow, found bool) {
	send := row.Command.GetSendToInbox()
	if send.GetNote() == "" {
		return cache.OutboxRow{}, false
	}
	return o.Row(&hubv1.Command{Action: &hubv1.Command_SaveNote{
		SaveNote: &hubv1.SaveNote{ConversationId: row.ConversationID, NoteId: row.Command.Id, Text: send.Note},
	}}, row.ConversationID), true
}

// giveNoteBack has a note that was not taken written on. Who waits for the answer has it before their eyes still.
func giveNoteBack(ctx context.Context, tx *cache.Tx, row cache.OutboxRow, known bool, nowMs int64) error {
	save := row.Command.GetSaveNote()
	if save == nil || known {
		return nil
	}
	note, err := tx.Note(ctx, save.NoteId)
	if err != nil {
		return err
	}
	return tx.ReturnNote(ctx, row.ConversationID, note.GetId(), save.Text, nowMs)
}

// putCurrent takes over the entity that the hub sent with a refusal. The feed brings it as well, later.
func (o *Outbox) putCurrent(ctx context.Context, tx *cache.Tx, current *hubv1.Entity) error {
	switch kind := current.GetKind().(type) {
	case *hubv1.Entity_Conversation:
		_, _, err := tx.PutConversation(ctx, kind.Conversation)
		return err
	case *hubv1.Entity_Contact:
		_, err := tx.PutContact(ctx, kind.Contact)
		return err
	}
	return nil
}

// giveBack puts refused sends in front of what the agent has typed since: their texts and files, and in words what
// was neither. The first is left out when its maker is known to wait for the answer, with what they sent before them.
func giveBack(ctx context.Context, tx *cache.Tx, refused []cache.OutboxRow, firstKnown bool, nowMs int64) error {
	var texts []string
	var files []cache.DraftFile
	replyTo, conversationID := "", ""
	for i, row := range refused {
		send := row.Command.GetSendMessage()
		if send == nil || i == 0 && firstKnown {
			continue
		}
		conversationID = row.ConversationID
		words, err := wordsOf(ctx, tx.Reader, row)
		if err != nil {
			return err
		}
		if words != "" {
			texts = append(texts, words)
		}
		if row.AttachmentID != "" {
			files = append(files, cache.DraftFile{ID: row.AttachmentID, Kind: send.MediaKind})
		}
		if replyTo == "" {
			replyTo = send.ReplyToMessageId
		}
	}
	if conversationID == "" {
		return nil
	}
	content := cache.DraftContent{Text: strings.Join(texts, "\n"), ReplyTo: replyTo, Files: files}
	return tx.ReturnToDraft(ctx, conversationID, content, nowMs)
}

// wordsOf is what a send says in words: a place and a contact card as people write them, a template as it would
// have been read.
func wordsOf(ctx context.Context, r cache.Reader, row cache.OutboxRow) (string, error) {
	send := row.Command.GetSendMessage()
	switch {
	case send.Template != nil:
		_, text, err := Rendered(ctx, r, row.ConversationID, send.Template)
		return text, err
	case send.Location != nil:
		at := send.Location
		return joined("\n", at.Name, at.Address, fmt.Sprintf("%.6f, %.6f", at.Latitude, at.Longitude)), nil
	case len(send.Contacts) > 0:
		var cards []string
		for _, card := range send.Contacts {
			cards = append(cards, joined("\n", card.Name, card.Organisation, strings.Join(card.Phones, "\n"), strings.Join(card.Emails, "\n")))
		}
		return strings.Join(cards, "\n"), nil
	}
	return send.Text, nil
}

func joined(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(part string) bool { return part == "" }), between)
}

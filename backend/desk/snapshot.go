package desk

import (
	"context"
	"fmt"
	"strings"

	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Contact reads a contact with the agent's own changes.
func (d *Desk) Contact(ctx context.Context, id string) (contact *hubv1.Contact, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		if contact, err = r.Contact(ctx, id); err != nil {
			return err
		}
		if contact == nil {
			return fmt.Errorf("contact: %w", ErrNotFound)
		}
		overlay, err := outbox.ReadOverlay(ctx, r)
		contact = overlay.Contact(contact)
		return err
	})
	return contact, err
}

// Note is a note as it is shown.
type Note struct {
	*hubv1.Note
	AgentName    string
	EditedByName string
	Pending      bool       // written or edited here, and not known to the hub yet
	Before       []NoteText // what it said before, oldest first
}

// NoteText is what a note said before.
type NoteText struct {
	*hubv1.NoteText
	AgentName string
}

// Notes reads the notes of a conversation, oldest first.
func (d *Desk) Notes(ctx context.Context, conversationID string) (notes []Note, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		kept, err := r.Notes(ctx, conversationID)
		if err != nil {
			return err
		}
		names, err := r.AgentNames(ctx)
		if err != nil {
			return err
		}
		me, err := r.Meta(ctx, cache.MetaAgent)
		if err != nil {
			return err
		}
		for _, note := range kept {
			one := Note{Note: note, AgentName: names[note.AgentId], EditedByName: names[note.EditedBy]}
			for _, text := range note.Earlier {
				one.Before = append(one.Before, NoteText{text, names[text.AgentId]})
			}
			notes = append(notes, one)
		}
		overlay, err := outbox.ReadOverlay(ctx, r)
		if err != nil {
			return err
		}
		for _, edit := range overlay.Notes(conversationID) {
			notes = layNote(notes, edit, conversationID, me, names[me])
		}
		return nil
	})
	return notes, err
}

// layNote replaces the text of a note, or adds a new one.
func layNote(notes []Note, edit outbox.Note, conversationID, me, myName string) []Note {
	for i := range notes {
		if notes[i].Id == edit.ID {
			said := &hubv1.NoteText{Text: notes[i].Text, AgentId: notes[i].AgentId, AtMs: notes[i].CreatedMs}
			name := notes[i].AgentName
			if notes[i].EditedMs > 0 {
				said.AgentId, said.AtMs, name = notes[i].EditedBy, notes[i].EditedMs, notes[i].EditedByName
			}
			notes[i].Before = append(notes[i].Before, NoteText{said, name})
			notes[i].EditedByName = myName
			notes[i].Text, notes[i].Pending = edit.Text, true
			notes[i].EditedMs, notes[i].EditedBy = edit.CreatedMs, me
			return notes
		}
	}
	return append(notes, Note{
		Note: &hubv1.Note{
			Id: edit.ID, ConversationId: conversationID, AgentId: me, Text: edit.Text, CreatedMs: edit.CreatedMs,
		},
		AgentName: myName, Pending: true,
	})
}

// Earlier is an earlier conversation of a contact.
type Earlier struct {
	*hubv1.Conversation
	AssigneeName    string
	DispositionPath string // "New booking › Confirmed"
}

// Earlier lists the closed conversations of a contact other than one, latest first.
func (d *Desk) Earlier(ctx context.Context, contactID, conversationID string) (earlier []Earlier, err error) {
	err = d.cache.View(ctx, func(r cache.Reader) error {
		all, err := r.ContactConversations(ctx, contactID)
		if err != nil {
			return err
		}
		names, err := r.AgentNames(ctx)
		if err != nil {
			return err
		}
		config, err := r.Config(ctx)
		if err != nil {
			return err
		}
		for _, c := range all {
			if c.Id == conversationID || c.Status != "closed" {
				continue
			}
			earlier = append(earlier, Earlier{
				Conversation: c, AssigneeName: names[c.AssigneeId],
				DispositionPath: dispositionPath(config.Dispositions, c.DispositionId),
			})
		}
		return nil
	})
	return earlier, err
}

// dispositionPath names a disposition with those above it.
func dispositionPath(all []*hubv1.Disposition, id string) string {
	byID := make(map[string]*hubv1.Disposition, len(all))
	for _, one := range all {
		byID[one.Id] = one
	}
	var names []string
	for one := byID[id]; one != nil && len(names) < len(all); one = byID[one.ParentId] {
		names = append([]string{one.Name}, names...)
	}
	return strings.Join(names, " › ")
}

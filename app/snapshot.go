package app

import (
	"context"

	"parley/app/dto"
	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Snapshot is the contextual tab: contact, notes, earlier conversations.
type Snapshot struct{ app *App }

// Contact returns a contact.
func (s *Snapshot) Contact(contactID string) (dto.Contact, error) {
	return answer(s.app, "read contact", func(ctx context.Context) (dto.Contact, error) {
		contact, err := s.app.desk().Contact(ctx, contactID)
		return toContact(contact), err
	})
}

// UpdateContact replaces name, number and email of a contact.
func (s *Snapshot) UpdateContact(contact dto.Contact) (dto.Outcome, error) {
	return answer(s.app, "update contact", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := s.app.desk().UpdateContact(ctx, &hubv1.Contact{
			Id: contact.ID, Name: contact.Name, Number: contact.Number, Email: contact.Email,
		})
		return s.app.outcome(ctx, outcome, err)
	})
}

// Notes returns the notes of a conversation, oldest first.
func (s *Snapshot) Notes(conversationID string) ([]dto.Note, error) {
	return answer(s.app, "read notes", func(ctx context.Context) ([]dto.Note, error) {
		notes, err := s.app.desk().Notes(ctx, conversationID)
		return each(notes, toNote), err
	})
}

// SaveNote writes a note, a new one when noteID is empty.
func (s *Snapshot) SaveNote(conversationID, noteID, text string) (dto.Outcome, error) {
	return answer(s.app, "save note", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := s.app.desk().SaveNote(ctx, conversationID, noteID, text)
		return s.app.outcome(ctx, outcome, err)
	})
}

// NoteDraft returns the note that is being written in a conversation; one without text when there is none.
func (s *Snapshot) NoteDraft(conversationID string) (dto.NoteDraft, error) {
	return answer(s.app, "read note draft", func(ctx context.Context) (dto.NoteDraft, error) {
		draft, err := s.app.desk().NoteDraft(ctx, conversationID)
		return dto.NoteDraft{NoteID: draft.NoteID, Text: draft.Text}, err
	})
}

// SaveNoteDraft keeps the note that is being written in a conversation; one without text ends it.
func (s *Snapshot) SaveNoteDraft(conversationID string, draft dto.NoteDraft) error {
	return do(s.app, "save note draft", func(ctx context.Context) error {
		return s.app.desk().SaveNoteDraft(ctx, cache.NoteDraft{ConversationID: conversationID, NoteID: draft.NoteID, Text: draft.Text})
	})
}

// Earlier returns the contact's closed conversations other than this one, latest first.
func (s *Snapshot) Earlier(contactID, conversationID string) ([]dto.Earlier, error) {
	return answer(s.app, "read earlier conversations", func(ctx context.Context) ([]dto.Earlier, error) {
		earlier, err := s.app.desk().Earlier(ctx, contactID, conversationID)
		return each(earlier, toEarlier), err
	})
}

// Person returns a contact with what tells two of them apart.
func (s *Snapshot) Person(contactID string) (dto.Person, error) {
	return answer(s.app, "read person", func(ctx context.Context) (dto.Person, error) {
		person, err := s.app.desk().Person(ctx, contactID)
		return toPerson(person), err
	})
}

// Activities returns what happened around a contact, newest first: all of it, or only "conversations", "hands" (who had
// them) or "notes", after the last one of the page before (0 and "" for the first page).
func (s *Snapshot) Activities(contactID, only string, beforeMs int64, beforeID string) (dto.Activities, error) {
	return answer(s.app, "list activities", func(ctx context.Context) (dto.Activities, error) {
		page, err := s.app.desk().Activities(ctx, &hubv1.ListActivitiesRequest{
			ContactId: contactID, Only: only, BeforeMs: beforeMs, BeforeId: beforeID,
		})
		return toActivities(page), err
	})
}

// foundMost bounds what a search for contacts returns.
const foundMost = 50

// FindContacts returns contacts whose name, number or email holds what is looked for.
func (s *Snapshot) FindContacts(query string) ([]dto.Contact, error) {
	return answer(s.app, "find contacts", func(ctx context.Context) ([]dto.Contact, error) {
		found, err := s.app.desk().FindContacts(ctx, query, foundMost)
		return each(found, toContact), err
	})
}

// MergedInto returns the contacts that were merged into one.
func (s *Snapshot) MergedInto(contactID string) ([]dto.Contact, error) {
	return answer(s.app, "list merged contacts", func(ctx context.Context) ([]dto.Contact, error) {
		merged, err := s.app.desk().MergedInto(ctx, contactID)
		return each(merged, toContact), err
	})
}

// Merge says that two contacts are one person.
func (s *Snapshot) Merge(keptID, mergedID string) (dto.Outcome, error) {
	return answer(s.app, "merge contacts", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := s.app.desk().MergeContacts(ctx, keptID, mergedID)
		return s.app.outcome(ctx, outcome, err)
	})
}

// UndoMerge gives a merged contact back what it had.
func (s *Snapshot) UndoMerge(mergedID string) (dto.Outcome, error) {
	return answer(s.app, "undo merge", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := s.app.desk().UndoMerge(ctx, mergedID)
		return s.app.outcome(ctx, outcome, err)
	})
}

// DismissSuggestion says that the contact who was suggested for this one is another person.
func (s *Snapshot) DismissSuggestion(contactID string) (dto.Outcome, error) {
	return answer(s.app, "dismiss suggestion", func(ctx context.Context) (dto.Outcome, error) {
		outcome, err := s.app.desk().DismissSuggestion(ctx, contactID)
		return s.app.outcome(ctx, outcome, err)
	})
}

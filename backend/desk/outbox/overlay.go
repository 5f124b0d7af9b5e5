package outbox

import (
	"context"

	"google.golang.org/protobuf/proto"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Overlay is what the commands in the outbox make of the cache: the agent sees what they did before the hub has
// told everybody. It is read together with what it is laid over.
type Overlay struct{ rows []cache.OutboxRow }

// ReadOverlay reads the overlay.
func ReadOverlay(ctx context.Context, r cache.Reader) (Overlay, error) {
	rows, err := r.Outbox(ctx)
	return Overlay{rows: rows}, err
}

// Pending names the last command that will move a conversation ("end_chat" and so on); "" when none waits.
func (o Overlay) Pending(conversationID string) string {
	pending := ""
	for _, row := range o.rows {
		if row.ConversationID != conversationID {
			continue
		}
		switch row.Kind {
		case "assign", "send_to_inbox", "transfer", "end_chat", "submit_wrap_up", "dismiss_wrap_up":
			pending = row.Kind
		}
	}
	return pending
}

// Ending is an End Chat that the feed does not know yet.
type Ending struct {
	AtMs   int64 // when the agent ended the chat
	RestMs int64 // until when it can be taken back; 0 when it cannot any more
}

// Ending is how a conversation ends without the feed knowing it. found is false when it does not.
func (o Overlay) Ending(conversationID string) (ending Ending, found bool) {
	for _, row := range o.rows {
		if row.ConversationID == conversationID && row.Kind == "end_chat" {
			ending, found = Ending{AtMs: row.CreatedMs}, true
			if row.State == cache.OutboxWaiting {
				ending.RestMs = row.NotBeforeMs
			}
		}
	}
	return ending, found
}

// Send is a message that the feed has not brought yet.
type Send struct {
	Message          *hubv1.Message // number 0; state on_computer or in_hub
	ReplyToMessageID string
	AttachmentID     string                // its file, in the outgoing folder; "" for none
	Template         *hubv1.FilledTemplate // nil for all others; the message has no words yet
	Uploading        bool                  // the hub has not got the file yet
}

// Sends lists the messages of a conversation that the feed has not brought yet, in order.
func (o Overlay) Sends(conversationID string) []Send {
	var sends []Send
	for _, row := range o.rows {
		command := row.Command.GetSendMessage()
		if command == nil || row.ConversationID != conversationID {
			continue
		}
		state := conversation.DeliveryOnComputer
		if row.State == cache.OutboxAnswered {
			state = conversation.DeliveryInHub
		}
		sends = append(sends, Send{
			Message: &hubv1.Message{
				Id: row.Command.Id, ConversationId: conversationID, Direction: string(conversation.DirectionOut),
				SentMs: row.CreatedMs, CreatedMs: row.CreatedMs, Content: contentOf(command), State: string(state),
			},
			ReplyToMessageID: command.ReplyToMessageId,
			AttachmentID:     row.AttachmentID,
			Template:         command.Template,
			Uploading:        row.AttachmentID != "" && command.MediaId == "",
		})
	}
	return sends
}

// contentOf is what a send will say.
func contentOf(command *hubv1.SendMessage) *hubv1.Content {
	content := &hubv1.Content{
		Kind: string(conversation.KindText), Text: command.Text, Location: command.Location, Contacts: command.Contacts,
	}
	if command.MediaKind != "" {
		content.Kind, content.Media = command.MediaKind, &hubv1.Media{Id: command.MediaId}
	}
	switch {
	case command.Template != nil:
		content.Kind = string(conversation.KindTemplate)
	case command.Location != nil:
		content.Kind = string(conversation.KindLocation)
	case len(command.Contacts) > 0:
		content.Kind = string(conversation.KindContacts)
	}
	return content
}

// Reactions are the emojis that the agent has put on messages of a conversation without the feed knowing it, by
// message; "" takes one away.
func (o Overlay) Reactions(conversationID string) map[string]string {
	var emojis map[string]string
	for _, row := range o.rows {
		if react := row.Command.GetReact(); react != nil && row.ConversationID == conversationID {
			if emojis == nil {
				emojis = map[string]string{}
			}
			emojis[react.MessageId] = react.Emoji
		}
	}
	return emojis
}

// ReadUpTo is the message up to which the agent has read a conversation without the feed knowing it; "" for none.
func (o Overlay) ReadUpTo(conversationID string) string {
	id := ""
	for _, row := range o.rows {
		if mark := row.Command.GetMarkRead(); mark != nil && row.ConversationID == conversationID {
			id = mark.MessageId
		}
	}
	return id
}

// Contact is a contact with the agent's changes.
func (o Overlay) Contact(contact *hubv1.Contact) *hubv1.Contact {
	for _, row := range o.rows {
		if edit := row.Command.GetUpdateContact(); edit != nil && edit.ContactId == contact.Id {
			contact = proto.CloneOf(contact)
			contact.Name, contact.Number, contact.Email = edit.Name, edit.Number, edit.Email
		}
		if dismiss := row.Command.GetDismissSuggestion(); dismiss != nil && dismiss.ContactId == contact.Id {
			contact = proto.CloneOf(contact)
			contact.SuggestedContactId, contact.SuggestedReason = "", ""
		}
	}
	return contact
}

// Me is the agent with the status that they have given themselves.
func (o Overlay) Me(me *hubv1.Agent) *hubv1.Agent {
	for _, row := range o.rows {
		if set := row.Command.GetSetStatus(); set != nil {
			me = proto.CloneOf(me)
			me.Status, me.StatusText, me.StatusMs = set.Status, set.Text, row.CreatedMs
		}
	}
	return me
}

// Note is a note that the feed has not brought yet.
type Note struct {
	ID        string
	Text      string
	CreatedMs int64
}

// Notes lists the notes of a conversation that were written or edited here, in order.
func (o Overlay) Notes(conversationID string) []Note {
	var notes []Note
	for _, row := range o.rows {
		if note := row.Command.GetSaveNote(); note != nil && row.ConversationID == conversationID {
			notes = append(notes, Note{ID: note.NoteId, Text: note.Text, CreatedMs: row.CreatedMs})
		}
	}
	return notes
}

// AllSends lists the messages of all conversations that the feed has not brought yet, in order.
func (o Overlay) AllSends() []Send {
	var sends []Send
	seen := map[string]bool{}
	for _, row := range o.rows {
		if row.Command.GetSendMessage() != nil && !seen[row.ConversationID] {
			seen[row.ConversationID] = true
			sends = append(sends, o.Sends(row.ConversationID)...)
		}
	}
	return sends
}

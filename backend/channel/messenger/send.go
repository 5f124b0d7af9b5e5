package messenger

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// Time limits of a send; see the same in package whatsapp.
const (
	messageTimeout    = 15 * time.Second
	uploadTimeout     = 30 * time.Second
	uploadBytesPerSec = 128 << 10
)

// outgoing is the body of POST /{page}/messages:
//
//	{"recipient":{"id":"<PSID>"},"messaging_type":"RESPONSE","message":{"text":"Olá","metadata":"0197…"}}
//	{"recipient":{"id":"<PSID>"},"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT","message":{…}}
//	{"recipient":{"id":"<PSID>"},"sender_action":"mark_seen"}
//
// Source: Meta docs, "Send API", 2026-09.
type outgoing struct {
	Recipient     recipient        `json:"recipient"`
	MessagingType string           `json:"messaging_type,omitempty"`
	Tag           string           `json:"tag,omitempty"`
	Message       *outgoingMessage `json:"message,omitempty"`
	ReplyTo       *outgoingReply   `json:"reply_to,omitempty"`
	SenderAction  string           `json:"sender_action,omitempty"` // stands alone
}

type recipient struct {
	ID string `json:"id"`
}

type outgoingMessage struct {
	Text       string              `json:"text,omitempty"`
	Attachment *outgoingAttachment `json:"attachment,omitempty"`
	Metadata   string              `json:"metadata,omitempty"`
}

type outgoingAttachment struct {
	Type    string          `json:"type"`
	Payload outgoingPayload `json:"payload"`
}

type outgoingPayload struct {
	AttachmentID string `json:"attachment_id,omitempty"`
	IsReusable   bool   `json:"is_reusable,omitempty"`
}

type outgoingReply struct {
	MID string `json:"mid"`
}

// attachmentTypes are Meta's words. Stickers cannot be sent as such.
var attachmentTypes = map[conversation.Kind]string{
	conversation.KindImage:    "image",
	conversation.KindVideo:    "video",
	conversation.KindAudio:    "audio",
	conversation.KindDocument: "file",
}

// Send hands one message to Meta: an attachment first as an upload, which reaches nobody, then the message
// itself. A caption is refused here (Limits.CaptionRunes is 0): two messages under one id could not be told
// apart when one of them fails.
func (a *Adapter) Send(ctx context.Context, account channel.Account, message channel.Outgoing) channel.Outcome {
	request, problem := compose(message)
	if problem != nil {
		return *problem
	}
	if message.Media != nil {
		id, err := a.upload(ctx, account, message)
		if err != nil {
			return errorTable.UploadOutcome(err)
		}
		request.Message.Attachment.Payload.AttachmentID = id
	}
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()

	var answer struct {
		RecipientID string `json:"recipient_id"`
		MessageID   string `json:"message_id"`
	}
	if err := a.graph.PostJSON(ctx, account, graph.Path{account.ID, "messages"}, request, &answer); err != nil {
		return errorTable.Outcome(err)
	}
	if answer.MessageID == "" {
		return graph.WithoutID()
	}
	return channel.Outcome{
		Verdict: channel.VerdictAccepted, ProviderID: answer.MessageID,
		Canonical: channel.Address{UserID: answer.RecipientID},
	}
}

// compose builds the request, or returns the outcome of a message that Messenger cannot take.
func compose(message channel.Outgoing) (*outgoing, *channel.Outcome) {
	if message.To.UserID == "" {
		return nil, refuse(channel.ClassRecipient, "the contact has no Messenger id")
	}
	if utf8.RuneCountInString(message.ClientRef) > maxMetadataRunes {
		return nil, refuse(channel.ClassContent, "the message's own id is too long")
	}
	request := &outgoing{
		Recipient:     recipient{ID: message.To.UserID},
		MessagingType: "RESPONSE",
		Message:       &outgoingMessage{Metadata: message.ClientRef},
	}
	// Only for what a person wrote after the standard window: inside it, and for robots, Meta objects.
	if message.HumanAgent {
		request.MessagingType, request.Tag = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	if message.ReplyTo != "" {
		request.ReplyTo = &outgoingReply{MID: message.ReplyTo}
	}
	if message.Kind == conversation.KindText {
		return request, request.setText(message)
	}
	kind, sendable := attachmentTypes[message.Kind]
	if !sendable {
		return nil, refuse(channel.ClassContent, fmt.Sprintf("messages of the kind %q cannot be sent", message.Kind))
	}
	request.Message.Attachment = &outgoingAttachment{Type: kind}
	return request, checkMedia(message)
}

func (o *outgoing) setText(message channel.Outgoing) *channel.Outcome {
	runes := utf8.RuneCountInString(message.Text)
	switch {
	case message.Media != nil:
		return refuse(channel.ClassContent, "a text message has no file")
	case runes == 0:
		return refuse(channel.ClassContent, "the text is empty")
	case runes > maxTextRunes:
		return refuse(channel.ClassContent, fmt.Sprintf("the text has %d characters; Messenger takes %d", runes, maxTextRunes))
	}
	o.Message.Text = message.Text
	return nil
}

func checkMedia(message channel.Outgoing) *channel.Outcome {
	if message.Media == nil {
		return refuse(channel.ClassMedia, "the file is missing")
	}
	if message.Text != "" {
		return refuse(channel.ClassContent, "files have no caption on Messenger")
	}
	for _, row := range limits.Media {
		if row.Kind != message.Kind {
			continue
		}
		if !row.Takes(message.Media.MIME) {
			return refuse(channel.ClassMedia, fmt.Sprintf("Messenger takes no %s as %s", message.Media.MIME, message.Kind))
		}
		if message.Media.SizeBytes > row.MaxBytes {
			return refuse(channel.ClassMedia, fmt.Sprintf("the file has %d bytes; Messenger takes %d", message.Media.SizeBytes, row.MaxBytes))
		}
	}
	return nil
}

// upload puts a file at Meta, where it can be sent for 90 days, and returns its id.
// Source: Meta docs, "Attachment Upload API", 2026-04-22.
func (a *Adapter) upload(ctx context.Context, account channel.Account, message channel.Outgoing) (string, error) {
	limit := uploadTimeout + time.Duration(message.Media.SizeBytes/uploadBytesPerSec)*time.Second
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	form := `{"attachment":{"type":"` + attachmentTypes[message.Kind] + `","payload":{"is_reusable":true}}}`
	var answer struct {
		AttachmentID string `json:"attachment_id"`
	}
	err := a.graph.Upload(ctx, account, graph.Path{account.ID, "message_attachments"}, graph.Upload{
		Field:  "filedata",
		Fields: [][2]string{{"message", form}},
		File:   *message.Media,
	}, &answer)
	if err == nil && answer.AttachmentID == "" {
		err = &graph.TransportError{Sent: true, Err: errors.New("upload was answered without an id")}
	}
	return answer.AttachmentID, err
}

func refuse(class channel.Class, detail string) *channel.Outcome {
	outcome := graph.Refused(class, detail)
	return &outcome
}

package messenger

import (
	"context"
	"errors"
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
//	{"recipient":{"id":"<PSID>"},"sender_action":"react","payload":{"message_id":"m_X","reaction":"❤️"}}
//
// Sources: Meta docs, "Send API", 2026-09; "Sender actions", 2026-01-21.
type outgoing struct {
	Recipient     recipient        `json:"recipient"`
	MessagingType string           `json:"messaging_type,omitempty"`
	Tag           string           `json:"tag,omitempty"`
	Message       *outgoingMessage `json:"message,omitempty"`
	ReplyTo       *outgoingReply   `json:"reply_to,omitempty"`
	SenderAction  string           `json:"sender_action,omitempty"` // stands alone, but for Payload
	Payload       *outgoingAction  `json:"payload,omitempty"`       // of react and unreact
}

// outgoingAction names the message of a reaction; unreact has no reaction.
type outgoingAction struct {
	MessageID string `json:"message_id"`
	Reaction  string `json:"reaction,omitempty"`
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
	if file := message.Media; file != nil && file.Open != nil && file.SizeBytes > 0 { // others are refused by the limits
		sniffed, err := channel.Sniff(*file)
		if err != nil {
			return graph.Refused(channel.Refusal(channel.ReasonFileMissing, err.Error()))
		}
		message.Media = &sniffed
	}
	request, problem := compose(message)
	if problem != nil {
		return graph.Refused(problem)
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
	if answer.MessageID == "" && (message.Kind != conversation.KindReaction || answer.RecipientID == "") {
		return graph.WithoutID()
	}
	return channel.Outcome{
		Verdict: channel.VerdictAccepted, ProviderID: answer.MessageID,
		Canonical: channel.Address{UserID: answer.RecipientID},
	}
}

// compose builds the request, or says why Messenger cannot take the message.
func compose(message channel.Outgoing) (*outgoing, *channel.Failure) {
	if message.To.UserID == "" {
		return nil, channel.Refusal(channel.ReasonUnknownPerson, "the contact has no Messenger id")
	}
	if utf8.RuneCountInString(message.ClientRef) > maxMetadataRunes {
		return nil, channel.Refusal(channel.ReasonRefusedContent, "the message's own id is too long")
	}
	if problem := limits.Check(message); problem != nil {
		return nil, problem
	}
	request := &outgoing{Recipient: recipient{ID: message.To.UserID}}
	if message.Kind == conversation.KindReaction {
		request.SenderAction, request.Payload = "react", &outgoingAction{MessageID: message.TargetID, Reaction: message.Emoji}
		if message.Emoji == "" {
			request.SenderAction = "unreact"
		}
		return request, nil
	}
	request.MessagingType = "RESPONSE"
	// Only for what a person wrote after the standard window: inside it, and for robots, Meta objects.
	if message.HumanAgent {
		request.MessagingType, request.Tag = "MESSAGE_TAG", "HUMAN_AGENT"
	}
	if message.ReplyTo != "" {
		request.ReplyTo = &outgoingReply{MID: message.ReplyTo}
	}
	request.Message = &outgoingMessage{Text: message.Text, Metadata: message.ClientRef}
	if message.Kind != conversation.KindText {
		request.Message.Attachment = &outgoingAttachment{Type: attachmentTypes[message.Kind]}
	}
	return request, nil
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

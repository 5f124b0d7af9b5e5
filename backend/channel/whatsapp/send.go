package whatsapp

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// Time limits of a send. An upload gets one second more for each 128 KiB, so that a slow line can carry the
// largest document; only the message itself, which is small, decides over an unknown outcome.
const (
	messageTimeout      = 15 * time.Second
	uploadTimeout       = 30 * time.Second
	uploadBytesPerSec   = 128 << 10
	maxCallbackDataByte = 512 // Meta docs, "Messages: biz_opaque_callback_data"
)

// outgoing is the body of POST /{phone_number_id}/messages:
//
//	{"messaging_product":"whatsapp","recipient_type":"individual","to":"+4477…","type":"text","text":{"body":"Olá"}}
//
// Source: Meta docs, "Cloud API: messages", 2026-09.
type outgoing struct {
	MessagingProduct string            `json:"messaging_product"`
	RecipientType    string            `json:"recipient_type"`
	To               string            `json:"to,omitempty"`
	Recipient        string            `json:"recipient,omitempty"`
	Type             string            `json:"type"`
	Context          *outgoingContext  `json:"context,omitempty"`
	Text             *outgoingText     `json:"text,omitempty"`
	Image            *outgoingMedia    `json:"image,omitempty"`
	Video            *outgoingMedia    `json:"video,omitempty"`
	Audio            *outgoingMedia    `json:"audio,omitempty"`
	Document         *outgoingMedia    `json:"document,omitempty"`
	Sticker          *outgoingMedia    `json:"sticker,omitempty"`
	Template         *outgoingTemplate `json:"template,omitempty"`
	CallbackData     string            `json:"biz_opaque_callback_data,omitempty"`
}

type outgoingContext struct {
	MessageID string `json:"message_id"`
}

type outgoingText struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

type outgoingMedia struct {
	ID       string `json:"id"`
	Caption  string `json:"caption,omitempty"`
	Filename string `json:"filename,omitempty"`
}

// Send hands one message to Meta: media first as an upload, which reaches nobody, then the message itself.
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
		request.setMedia(message, id)
	}
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()

	var answer struct {
		Contacts []struct {
			WaID   string `json:"wa_id"`
			UserID string `json:"user_id"`
		} `json:"contacts"`
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if err := a.graph.PostJSON(ctx, account, graph.Path{account.ID, "messages"}, request, &answer); err != nil {
		return errorTable.Outcome(err)
	}
	if len(answer.Messages) == 0 || answer.Messages[0].ID == "" {
		return graph.WithoutID()
	}
	outcome := channel.Outcome{Verdict: channel.VerdictAccepted, ProviderID: answer.Messages[0].ID}
	if len(answer.Contacts) > 0 {
		// The number may differ from the one we used: Brazil's ninth digit, Mexico's 521, Argentina's 549.
		outcome.Canonical, _ = address(answer.Contacts[0].WaID, answer.Contacts[0].UserID, "")
	}
	return outcome
}

// compose builds the request, or returns the outcome of a message that WhatsApp cannot take.
func compose(message channel.Outgoing) (*outgoing, *channel.Outcome) {
	request := &outgoing{MessagingProduct: "whatsapp", RecipientType: "individual", CallbackData: message.ClientRef}
	// Without "+" Meta puts the business's own country in front. A BSUID in "to" is answered with an id and
	// dropped, so it has its own field.
	switch {
	case message.To.Phone != "":
		request.To = "+" + message.To.Phone
	case message.To.UserID != "":
		request.Recipient = message.To.UserID
	default:
		return nil, refuse(channel.ClassRecipient, "the contact has neither a number nor a user id")
	}
	if message.ReplyTo != "" {
		request.Context = &outgoingContext{MessageID: message.ReplyTo}
	}
	if len(message.ClientRef) > maxCallbackDataByte {
		return nil, refuse(channel.ClassContent, "the message's own id is too long")
	}
	switch message.Kind {
	case conversation.KindText:
		return request, request.setText(message)
	case conversation.KindTemplate:
		return request, request.setTemplate(message.Template)
	case conversation.KindImage, conversation.KindVideo, conversation.KindAudio, conversation.KindDocument, conversation.KindSticker:
		return request, checkMedia(message)
	default:
		return nil, refuse(channel.ClassContent, fmt.Sprintf("messages of the kind %q cannot be sent", message.Kind))
	}
}

func (o *outgoing) setText(message channel.Outgoing) *channel.Outcome {
	runes := utf8.RuneCountInString(message.Text)
	switch {
	case message.Media != nil:
		return refuse(channel.ClassContent, "a text message has no file")
	case runes == 0:
		return refuse(channel.ClassContent, "the text is empty")
	case runes > maxTextRunes:
		return refuse(channel.ClassContent, fmt.Sprintf("the text has %d characters; WhatsApp takes %d", runes, maxTextRunes))
	}
	o.Type, o.Text = "text", &outgoingText{Body: message.Text, PreviewURL: true}
	return nil
}

func checkMedia(message channel.Outgoing) *channel.Outcome {
	if message.Media == nil {
		return refuse(channel.ClassMedia, "the file is missing")
	}
	row := limitOf(message.Kind)
	runes := utf8.RuneCountInString(message.Text)
	switch {
	case !row.Takes(message.Media.MIME):
		return refuse(channel.ClassMedia, fmt.Sprintf("WhatsApp takes no %s as %s", message.Media.MIME, message.Kind))
	case message.Media.SizeBytes > row.MaxBytes:
		return refuse(channel.ClassMedia, fmt.Sprintf("the file has %d bytes; WhatsApp takes %d", message.Media.SizeBytes, row.MaxBytes))
	case runes > 0 && !row.Caption:
		return refuse(channel.ClassContent, fmt.Sprintf("%s has no caption on WhatsApp", message.Kind))
	case runes > maxCaptionRunes:
		return refuse(channel.ClassContent, fmt.Sprintf("the caption has %d characters; WhatsApp takes %d", runes, maxCaptionRunes))
	}
	return nil
}

func limitOf(kind conversation.Kind) channel.MediaLimit {
	for _, row := range limits.Media {
		if row.Kind == kind {
			return row
		}
	}
	return channel.MediaLimit{}
}

func (o *outgoing) setMedia(message channel.Outgoing, id string) {
	o.Type = string(message.Kind)
	media := &outgoingMedia{ID: id, Caption: message.Text}
	switch message.Kind {
	case conversation.KindImage:
		o.Image = media
	case conversation.KindVideo:
		o.Video = media
	case conversation.KindAudio:
		o.Audio = media
	case conversation.KindSticker:
		o.Sticker = media
	default:
		media.Filename = message.Media.FileName
		o.Document = media
	}
}

func refuse(class channel.Class, detail string) *channel.Outcome {
	outcome := graph.Refused(class, detail)
	return &outcome
}

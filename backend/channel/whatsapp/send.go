package whatsapp

import (
	"context"
	"time"

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
	Reaction         *outgoingReaction `json:"reaction,omitempty"`
	Location         *outgoingLocation `json:"location,omitempty"`
	Contacts         []outgoingCard    `json:"contacts,omitempty"`
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

// outgoingReaction with an empty emoji takes the reaction back.
type outgoingReaction struct {
	MessageID string `json:"message_id"`
	Emoji     string `json:"emoji"`
}

type outgoingLocation struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
}

// outgoingCard needs one more part of the name beside the formatted one (Meta docs, "Contacts messages", 2026-09).
type outgoingCard struct {
	Name      outgoingName      `json:"name"`
	Phones    []outgoingPhone   `json:"phones,omitempty"`
	Emails    []outgoingEmail   `json:"emails,omitempty"`
	URLs      []outgoingURL     `json:"urls,omitempty"`
	Addresses []outgoingAddress `json:"addresses,omitempty"`
	Org       *outgoingOrg      `json:"org,omitempty"`
	Birthday  string            `json:"birthday,omitempty"`
}

type outgoingName struct {
	FormattedName string `json:"formatted_name"`
	FirstName     string `json:"first_name"`
}

type outgoingPhone struct {
	Phone string `json:"phone"`
	Type  string `json:"type"`
}

type outgoingEmail struct {
	Email string `json:"email"`
}

type outgoingURL struct {
	URL string `json:"url"`
}

type outgoingAddress struct {
	Street string `json:"street"`
}

type outgoingOrg struct {
	Company string `json:"company"`
}

// Send hands one message to Meta: media first as an upload, which reaches nobody, then the message itself.
func (a *Adapter) Send(ctx context.Context, account channel.Account, message channel.Outgoing) channel.Outcome {
	message, err := withSniffedFile(message)
	if err != nil {
		return graph.Refused(channel.Refusal(channel.ReasonFileMissing, err.Error()))
	}
	request, problem := compose(message)
	if problem != nil {
		return graph.Refused(problem)
	}
	if file := fileOf(message); file != nil {
		id, err := a.upload(ctx, account, *file)
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

// fileOf is the file that has to be uploaded before the message: its media, or that of a template's header.
func fileOf(message channel.Outgoing) *channel.OutgoingMedia {
	if message.Template != nil {
		return message.Template.Media
	}
	return message.Media
}

// withSniffedFile returns the message with the type that its file really has.
func withSniffedFile(message channel.Outgoing) (channel.Outgoing, error) {
	file := fileOf(message)
	if file == nil || file.Open == nil || file.SizeBytes <= 0 {
		return message, nil // refused by the limits
	}
	sniffed, err := channel.Sniff(*file)
	if err != nil {
		return message, err
	}
	if message.Template != nil {
		template := *message.Template
		template.Media, message.Template = &sniffed, &template
		return message, nil
	}
	message.Media = &sniffed
	return message, nil
}

// compose builds the request, or says why WhatsApp cannot take the message.
func compose(message channel.Outgoing) (*outgoing, *channel.Failure) {
	request := &outgoing{MessagingProduct: "whatsapp", RecipientType: "individual", CallbackData: message.ClientRef}
	// Without "+" Meta puts the business's own country in front. A BSUID in "to" is answered with an id and
	// dropped, so it has its own field.
	switch {
	case message.To.Phone != "":
		request.To = "+" + message.To.Phone
	case message.To.UserID != "":
		request.Recipient = message.To.UserID
	default:
		return nil, channel.Refusal(channel.ReasonUnknownPerson, "the contact has neither a number nor a user id")
	}
	if len(message.ClientRef) > maxCallbackDataByte {
		return nil, channel.Refusal(channel.ReasonRefusedContent, "the message's own id is too long")
	}
	if problem := limits.Check(message); problem != nil {
		return nil, problem
	}
	// A reaction names its message itself; Meta refuses a context beside it.
	if message.ReplyTo != "" && message.Kind != conversation.KindReaction {
		request.Context = &outgoingContext{MessageID: message.ReplyTo}
	}
	switch request.Type = string(message.Kind); message.Kind {
	case conversation.KindText:
		request.Text = &outgoingText{Body: message.Text, PreviewURL: true}
	case conversation.KindReaction:
		request.Reaction = &outgoingReaction{MessageID: message.TargetID, Emoji: message.Emoji}
	case conversation.KindLocation:
		request.Location = location(message.Location)
	case conversation.KindContacts:
		for _, card := range message.Contacts {
			request.Contacts = append(request.Contacts, outgoingCardOf(card))
		}
	case conversation.KindTemplate:
		return request, request.setTemplate(message.Template)
	}
	return request, nil
}

func location(at *channel.Location) *outgoingLocation {
	return &outgoingLocation{Latitude: at.Latitude, Longitude: at.Longitude, Name: at.Name, Address: at.Address}
}

func outgoingCardOf(card channel.Card) outgoingCard {
	wire := outgoingCard{Name: outgoingName{FormattedName: card.Name, FirstName: card.Name}, Birthday: card.Birthday}
	for _, phone := range card.Phones {
		wire.Phones = append(wire.Phones, outgoingPhone{Phone: phone, Type: "CELL"})
	}
	for _, email := range card.Emails {
		wire.Emails = append(wire.Emails, outgoingEmail{Email: email})
	}
	for _, address := range card.URLs {
		wire.URLs = append(wire.URLs, outgoingURL{URL: address})
	}
	for _, address := range card.Addresses {
		wire.Addresses = append(wire.Addresses, outgoingAddress{Street: address})
	}
	if card.Organisation != "" {
		wire.Org = &outgoingOrg{Company: card.Organisation}
	}
	return wire
}

// setMedia puts the id of an uploaded file where the message needs it.
func (o *outgoing) setMedia(message channel.Outgoing, id string) {
	media := &outgoingMedia{ID: id, Caption: message.Text}
	switch message.Kind {
	case conversation.KindTemplate:
		o.Template.setHeaderMedia(id, message.Template.Media.FileName)
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

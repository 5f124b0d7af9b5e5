package whatsapp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"

	"parley/backend/channel"
	"parley/backend/conversation"
)

var clean = conversation.CleanText

// content is what a message says. A type that is not known, or whose body is missing because Meta could not
// read it, becomes KindUnsupported: the agent sees that something came. An error is only for messages that
// mean nothing without the part that is missing.
func (m wireMessage) content() (channel.Content, error) {
	content, err := m.wireContent.content()
	if err != nil {
		return content, err
	}
	if m.Context != nil {
		content.ReplyTo = clean(m.Context.ID)
		content.Forwarded = m.Context.Forwarded || m.Context.FrequentlyForwarded
	}
	if r := m.Referral; r != nil {
		content.Referral = &channel.Referral{
			Source: clean(r.SourceType), ID: clean(r.SourceID), URL: clean(r.SourceURL),
			Headline: clean(r.Headline), Body: clean(r.Body), Ref: clean(r.Ref),
		}
	}
	return content, nil
}

func (c wireContent) content() (channel.Content, error) {
	switch {
	case c.Type == "text" && c.Text != nil:
		return channel.Content{Kind: conversation.KindText, Text: clean(c.Text.Body)}, nil
	case c.Type == "image" && c.Image != nil:
		return c.Image.content(conversation.KindImage), nil
	case c.Type == "video" && c.Video != nil:
		return c.Video.content(conversation.KindVideo), nil
	case c.Type == "audio" && c.Audio != nil:
		return c.Audio.content(conversation.KindAudio), nil
	case c.Type == "voice" && c.Voice != nil:
		content := c.Voice.content(conversation.KindAudio)
		content.Media.Voice = true
		return content, nil
	case c.Type == "document" && c.Document != nil:
		return c.Document.content(conversation.KindDocument), nil
	case c.Type == "sticker" && c.Sticker != nil:
		return c.Sticker.content(conversation.KindSticker), nil
	case c.Type == "location" && c.Location != nil:
		return c.Location.content(), nil
	case c.Type == "contacts" && len(c.Contacts) > 0:
		return channel.Content{Kind: conversation.KindContacts, Contacts: cards(c.Contacts)}, nil
	case c.Type == "button" && c.Button != nil:
		return channel.Content{Kind: conversation.KindAnswer, Text: clean(c.Button.Text), Payload: clean(c.Button.Payload)}, nil
	case c.Type == "interactive" && c.Interactive.answered():
		return c.Interactive.content(), nil
	case c.Type == "order" && c.Order != nil:
		return orderContent(c.Order), nil
	}
	return c.rareContent()
}

func (c wireContent) rareContent() (channel.Content, error) {
	switch {
	case c.Type == "reaction":
		if c.Reaction == nil || c.Reaction.MessageID == "" {
			return channel.Content{}, errors.New("reaction names no message")
		}
		return channel.Content{Kind: conversation.KindReaction, Emoji: clean(c.Reaction.Emoji), TargetID: clean(c.Reaction.MessageID)}, nil
	case c.Type == "edit":
		if c.Edit == nil || c.Edit.OriginalMessageID == "" || c.Edit.Message == nil {
			return channel.Content{}, errors.New("edit names no message")
		}
		return c.Edit.content(), nil
	case c.Type == "revoke":
		if c.Revoke == nil || c.Revoke.OriginalMessageID == "" {
			return channel.Content{}, errors.New("deletion names no message")
		}
		return channel.Content{Kind: conversation.KindDeletion, TargetID: clean(c.Revoke.OriginalMessageID)}, nil
	case c.Type == "system" && c.System != nil:
		return channel.Content{
			Kind: conversation.KindSystem, Text: clean(c.System.Body), RawKind: clean(c.System.Type),
			Payload: clean(firstOf(c.System.UserID, c.System.WaID)),
		}, nil
	case c.Type == "request_welcome":
		return channel.Content{Kind: conversation.KindSystem, RawKind: c.Type}, nil
	}
	unsupported := channel.Content{Kind: conversation.KindUnsupported, RawKind: clean(c.Type)}
	if c.Unsupported != nil && c.Unsupported.Type != "" {
		unsupported.RawKind = clean(c.Unsupported.Type)
	}
	if len(c.Errors) > 0 {
		unsupported.ErrorCode = int(c.Errors[0].Code)
	}
	return unsupported, nil
}

func (m *wireMedia) content(kind conversation.Kind) channel.Content {
	return channel.Content{Kind: kind, Text: clean(m.Caption), Media: &channel.Media{
		ProviderID: clean(m.ID),
		URL:        clean(m.URL),
		MIME:       clean(m.MimeType),
		SHA256:     hexHash(m.SHA256),
		FileName:   clean(m.Filename),
		Voice:      m.Voice,
		Animated:   m.Animated,
	}}
}

// hexHash turns the base64 of webhooks into hex; the hex that the media endpoint sends stays as it is.
func hexHash(hash string) string {
	if sum, err := hex.DecodeString(hash); err == nil && len(sum) == 32 {
		return hex.EncodeToString(sum)
	}
	if sum, err := base64.StdEncoding.DecodeString(hash); err == nil && len(sum) == 32 {
		return hex.EncodeToString(sum)
	}
	return ""
}

func (l *wireLocation) content() channel.Content {
	return channel.Content{Kind: conversation.KindLocation, Location: &channel.Location{
		Latitude: l.Latitude, Longitude: l.Longitude, Name: clean(l.Name), Address: clean(l.Address),
	}}
}

func cards(wire []wireCard) []channel.Card {
	list := make([]channel.Card, len(wire))
	for i, w := range wire {
		card := channel.Card{Name: clean(w.Name.FormattedName)}
		for _, phone := range w.Phones {
			if number := clean(firstOf(phone.Phone, phone.WaID)); number != "" {
				card.Phones = append(card.Phones, number)
			}
		}
		for _, email := range w.Emails {
			if email.Email != "" {
				card.Emails = append(card.Emails, clean(email.Email))
			}
		}
		list[i] = card
	}
	return list
}

func (i *wireInteractive) answered() bool {
	return i != nil && (i.ButtonReply != nil || i.ListReply != nil || i.Form != nil)
}

func (i *wireInteractive) content() channel.Content {
	answer := channel.Content{Kind: conversation.KindAnswer}
	switch {
	case i.ButtonReply != nil:
		answer.Text, answer.Payload = clean(i.ButtonReply.Title), clean(i.ButtonReply.ID)
	case i.ListReply != nil:
		answer.Text, answer.Payload = clean(i.ListReply.Title), clean(i.ListReply.ID)
	default:
		answer.Text, answer.Payload = clean(i.Form.Body), formAnswers(i.Form.ResponseJSON)
	}
	return answer
}

// formAnswers are the answers to a form: JSON, which Meta sends as text.
func formAnswers(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return clean(text)
	}
	return clean(compact(raw))
}

// compact returns JSON without white space.
func compact(raw json.RawMessage) string {
	var short bytes.Buffer
	if json.Compact(&short, raw) != nil {
		return string(raw)
	}
	return short.String()
}

func orderContent(raw json.RawMessage) channel.Content {
	var order struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(raw, &order)
	return channel.Content{Kind: conversation.KindOrder, Text: clean(order.Text), Payload: clean(compact(raw))}
}

// content of an edit is the new content under another kind. Meta lets people edit texts and captions; the
// media of an edited caption is the old one.
func (e *wireEdit) content() channel.Content {
	edit := channel.Content{Kind: conversation.KindEdit, TargetID: clean(e.OriginalMessageID)}
	inner := e.Message
	if inner.Text != nil {
		edit.Text = clean(inner.Text.Body)
	}
	for _, media := range []*wireMedia{inner.Image, inner.Video, inner.Document} {
		if media != nil {
			edit.Text = clean(media.Caption)
		}
	}
	return edit
}

// opens says why a message opens the session window. Whether a reaction does is not documented, so it does
// not; news about a message (an edit, a deletion) or a person (system) do not either.
// Source: Meta docs, "Customer service windows", 2026-09-28.
func opens(content channel.Content) conversation.WindowReason {
	silent := []conversation.Kind{
		conversation.KindReaction, conversation.KindEdit, conversation.KindDeletion, conversation.KindSystem,
	}
	switch {
	case slices.Contains(silent, content.Kind):
		return ""
	case content.Referral != nil:
		return conversation.WindowReferral
	default:
		return conversation.WindowMessage
	}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

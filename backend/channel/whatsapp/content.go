package whatsapp

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

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
		content.ForwardedOften = m.Context.FrequentlyForwarded
		content.Forwarded = m.Context.Forwarded || m.Context.FrequentlyForwarded
		if p := m.Context.Product; p != nil && p.ID != "" {
			content.Product = &channel.Product{CatalogID: clean(p.CatalogID), ID: clean(p.ID)}
		}
	}
	if r := m.Referral; r != nil {
		content.Referral = &channel.Referral{
			Source: clean(r.SourceType), ID: clean(r.SourceID), URL: clean(r.SourceURL),
			Headline: clean(r.Headline), Body: clean(r.Body), Ref: clean(r.Ref), ClickID: clean(r.ClickID),
			MediaURL: clean(firstOf(r.ImageURL, r.Thumbnail, r.VideoURL)), Welcome: clean(r.Welcome.Text),
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
			Payload: clean(c.System.newID()),
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
		Latitude: l.Latitude, Longitude: l.Longitude, Name: clean(l.Name), Address: clean(l.Address), URL: webAddress(l.URL),
	}}
}

// webAddress returns an address that can be opened, else "".
func webAddress(text string) string {
	u, err := url.Parse(text)
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host == "" {
		return ""
	}
	return clean(text)
}

// newID is what a system message says is new: the number when that changed, the user id when only that did.
func (s *wireSystem) newID() string {
	switch s.Type {
	case "user_changed_user_id":
		return firstOf(s.UserID, s.WaID)
	case "customer_identity_changed", "user_identity_changed": // wa_id is the old one
		return ""
	default:
		return firstOf(s.WaID, s.NewWaID, s.UserID)
	}
}

func cards(wire []wireCard) []channel.Card {
	list := make([]channel.Card, len(wire))
	for i, w := range wire {
		list[i] = w.card()
	}
	return list
}

func (w wireCard) card() channel.Card {
	card := channel.Card{
		Name:         clean(firstOf(w.Name.FormattedName, strings.TrimSpace(w.Name.FirstName+" "+w.Name.LastName))),
		Organisation: join(w.Org.Company, w.Org.Department, w.Org.Title),
		Birthday:     clean(w.Birthday),
		Origin:       clean(w.Origin),
	}
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
	for _, page := range w.URLs {
		if address := webAddress(page.URL); address != "" {
			card.URLs = append(card.URLs, address)
		}
	}
	for _, a := range w.Addresses {
		if address := join(a.Street, strings.TrimSpace(a.Zip+" "+a.City), a.State, a.Country); address != "" {
			card.Addresses = append(card.Addresses, address)
		}
	}
	return card
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
		answer.Text, answer.Payload = lines(i.ListReply.Title, i.ListReply.Description), clean(i.ListReply.ID)
	default:
		answer.Payload = formAnswers(i.Form.ResponseJSON)
		answer.Text = lines(i.Form.Body, readable(answer.Payload))
	}
	return answer
}

// readable shows a form's answers as lines, in the order of their names. flow_token is Meta's own.
func readable(payload string) string {
	var answers map[string]any
	if json.Unmarshal([]byte(payload), &answers) != nil {
		return ""
	}
	var shown []string
	for _, name := range slices.Sorted(maps.Keys(answers)) {
		if name == "flow_token" {
			continue
		}
		value, ok := answers[name].(string)
		if !ok {
			encoded, err := json.Marshal(answers[name])
			if err != nil {
				continue
			}
			value = string(encoded)
		}
		shown = append(shown, name+": "+value)
	}
	return lines(shown...)
}

func lines(texts ...string) string {
	var kept []string
	for _, text := range texts {
		if text != "" {
			kept = append(kept, clean(text))
		}
	}
	return strings.Join(kept, "\n")
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

// orderContent shows the contact's words and what they order, as "2 × p1 (45 EUR)": the shop's numbers, because
// Meta sends no names.
func orderContent(raw json.RawMessage) channel.Content {
	var order struct {
		Text  string            `json:"text"`
		Items []json.RawMessage `json:"product_items"`
	}
	_ = json.Unmarshal(raw, &order)
	shown := []string{order.Text}
	for _, rawItem := range order.Items {
		var item struct {
			ID       string      `json:"product_retailer_id"`
			Quantity json.Number `json:"quantity"`
			Price    json.Number `json:"item_price"`
			Currency string      `json:"currency"`
		}
		if json.Unmarshal(rawItem, &item) == nil && item.ID != "" {
			line := fmt.Sprintf("%s × %s", item.Quantity, item.ID)
			if item.Price != "" {
				line += fmt.Sprintf(" (%s %s)", item.Price, item.Currency)
			}
			shown = append(shown, line)
		}
	}
	return channel.Content{Kind: conversation.KindOrder, Text: lines(shown...), Payload: clean(compact(raw))}
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

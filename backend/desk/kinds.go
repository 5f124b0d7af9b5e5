package desk

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	"parley/backend/desk/sync"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// React puts an emoji on a message, in the place of an earlier one of ours; "" takes it away.
func (d *Desk) React(ctx context.Context, messageID, emoji string) (outbox.Outcome, error) {
	message, err := d.cache.Read().Message(ctx, messageID)
	if err != nil {
		return outbox.Outcome{}, err
	}
	if message == nil || message.ProviderId == "" {
		return outbox.Outcome{}, fmt.Errorf("react: %w", ErrNotFound)
	}
	if _, err := d.accepts(ctx, message.ConversationId, conversation.KindReaction); err != nil {
		return outbox.Outcome{}, fmt.Errorf("react: %w", err)
	}
	return d.submit(ctx, message.ConversationId, &hubv1.Command{Action: &hubv1.Command_React{
		React: &hubv1.React{ConversationId: message.ConversationId, MessageId: messageID, Emoji: conversation.CleanText(emoji)},
	}})
}

// SendLocation sends a place. The draft stays. seenMessageID is as for Send.
func (d *Desk) SendLocation(ctx context.Context, conversationID string, at *hubv1.Location, seenMessageID string) (outbox.Outcome, error) {
	clean, err := cleanLocation(at)
	if err != nil {
		return outbox.Outcome{}, fmt.Errorf("send location: %w", err)
	}
	return d.sendKind(ctx, conversation.KindLocation, &hubv1.SendMessage{
		ConversationId: conversationID, SeenMessageId: seenMessageID, Location: clean,
	}, "")
}

// cleanLocation is a place as it may be sent, or ErrInvalid when it is not on the earth.
func cleanLocation(at *hubv1.Location) (*hubv1.Location, error) {
	// Written so that NaN is refused as well.
	if !(math.Abs(at.Latitude) <= 90 && math.Abs(at.Longitude) <= 180) {
		return nil, ErrInvalid
	}
	return &hubv1.Location{
		Latitude: at.Latitude, Longitude: at.Longitude,
		Name: conversation.CleanText(strings.TrimSpace(at.Name)), Address: conversation.CleanText(strings.TrimSpace(at.Address)),
	}, nil
}

// SendCards sends contact cards. The draft stays. seenMessageID is as for Send.
func (d *Desk) SendCards(ctx context.Context, conversationID string, cards []*hubv1.ContactCard, seenMessageID string) (outbox.Outcome, error) {
	send := &hubv1.SendMessage{ConversationId: conversationID, SeenMessageId: seenMessageID}
	for _, card := range cards {
		clean := &hubv1.ContactCard{
			Name: conversation.CleanText(strings.TrimSpace(card.Name)), Organisation: conversation.CleanText(strings.TrimSpace(card.Organisation)),
			Phones: cleaned(card.Phones), Emails: cleaned(card.Emails),
		}
		if clean.Name == "" || len(clean.Phones)+len(clean.Emails) == 0 {
			return outbox.Outcome{}, fmt.Errorf("send contact card: %w", ErrInvalid)
		}
		send.Contacts = append(send.Contacts, clean)
	}
	if len(send.Contacts) == 0 {
		return outbox.Outcome{}, fmt.Errorf("send contact card: %w", ErrEmptyMessage)
	}
	return d.sendKind(ctx, conversation.KindContacts, send, "")
}

// cleaned are the texts that say something.
func cleaned(texts []string) []string {
	var kept []string
	for _, text := range texts {
		if text = conversation.CleanText(strings.TrimSpace(text)); text != "" {
			kept = append(kept, text)
		}
	}
	return kept
}

// Templates lists the templates that the touchpoint of a conversation knows, also those that cannot be sent, by name
// and language.
func (d *Desk) Templates(ctx context.Context, conversationID string) ([]*hubv1.Template, error) {
	touchpoint, err := d.touchpointOf(ctx, conversationID)
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	if touchpoint.GetAccountId() == "" {
		return nil, nil
	}
	return d.cache.Read().Templates(ctx, touchpoint.AccountId)
}

// RefreshTemplates lets the hub ask Meta for the templates of a conversation's touchpoint. What has changed comes
// through the feed.
func (d *Desk) RefreshTemplates(ctx context.Context, conversationID string) error {
	touchpoint, err := d.touchpointOf(ctx, conversationID)
	if err != nil {
		return fmt.Errorf("refresh templates: %w", err)
	}
	if err := d.hub.RefreshTemplates(ctx, touchpoint.GetId()); err != nil {
		return err
	}
	d.sync.Nudge()
	return nil
}

// Heading is what fills a template's header that is no text; the zero value fills none.
type Heading struct {
	FileID string          // an attachment
	Place  *hubv1.Location // or a place
}

// SendTemplate sends a filled template, also when the session window has closed. The draft's text stays. seenMessageID is
// as for Send.
func (d *Desk) SendTemplate(ctx context.Context, conversationID string, filled *hubv1.FilledTemplate, heading Heading, seenMessageID string) (outbox.Outcome, error) {
	templates, err := d.Templates(ctx, conversationID)
	if err != nil {
		return outbox.Outcome{}, fmt.Errorf("send template: %w", err)
	}
	at := slices.IndexFunc(templates, func(t *hubv1.Template) bool { return t.Name == filled.Name && t.Language == filled.Language })
	if at < 0 {
		return outbox.Outcome{}, fmt.Errorf("send template: %w", ErrNotFound)
	}
	clean := &hubv1.FilledTemplate{Name: filled.Name, Language: filled.Language}
	for _, part := range []struct {
		to   *[]string
		from []string
		want int
	}{
		{&clean.Header, filled.Header, len(templates[at].HeaderVariables)},
		{&clean.Body, filled.Body, len(templates[at].BodyVariables)},
		{&clean.Buttons, filled.Buttons, countVariables(templates[at].Buttons)},
	} {
		*part.to = cleaned(part.from)
		if len(*part.to) != part.want || len(part.from) != part.want {
			return outbox.Outcome{}, fmt.Errorf("send template: %w", ErrUnfilled)
		}
	}
	kind := headerKind(templates[at].HeaderFormat)
	if (kind == "") != (heading.FileID == "") || (templates[at].HeaderFormat == "LOCATION") != (heading.Place != nil) {
		return outbox.Outcome{}, fmt.Errorf("send template: %w", ErrUnfilled)
	}
	var place *hubv1.Location
	if heading.Place != nil {
		if place, err = cleanLocation(heading.Place); err != nil {
			return outbox.Outcome{}, fmt.Errorf("send template: %w", err)
		}
	}
	if kind != "" {
		limits, err := d.limitsOf(ctx, conversationID)
		if err != nil {
			return outbox.Outcome{}, err
		}
		if _, err := d.checkFile(ctx, limits, cache.DraftFile{ID: heading.FileID, Kind: kind}); err != nil {
			return outbox.Outcome{}, err
		}
	}
	return d.sendKind(ctx, conversation.KindTemplate, &hubv1.SendMessage{
		ConversationId: conversationID, SeenMessageId: seenMessageID, Template: clean, MediaKind: kind, Location: place,
	}, heading.FileID)
}

func countVariables(buttons []*hubv1.TemplateButton) int {
	n := 0
	for _, button := range buttons {
		if button.Variable {
			n++
		}
	}
	return n
}

// headerKind is as what the file of a template's header is sent; "" for a header that is none.
func headerKind(format string) string {
	return map[string]string{"IMAGE": "image", "VIDEO": "video", "DOCUMENT": "document"}[format]
}

// sendKind submits a message that is not a draft's. Its maker waits for the answer a few seconds, so that a refusal
// comes while what they entered is still before them; what is refused later comes back as a draft, in words.
func (d *Desk) sendKind(ctx context.Context, kind conversation.Kind, send *hubv1.SendMessage, fileID string) (outbox.Outcome, error) {
	if _, err := d.accepts(ctx, send.ConversationId, kind); err != nil {
		return outbox.Outcome{}, fmt.Errorf("send %s: %w", kind, err)
	}
	send.WasBehind = d.sync.Connection().State != sync.Live
	row := d.outbox.Row(&hubv1.Command{Action: &hubv1.Command_SendMessage{SendMessage: send}}, send.ConversationId)
	row.AttachmentID = fileID
	return d.outbox.SubmitRow(ctx, row)
}

// accepts checks that the channel of a conversation takes a kind beside text and media.
func (d *Desk) accepts(ctx context.Context, conversationID string, kind conversation.Kind) (*hubv1.Touchpoint, error) {
	touchpoint, err := d.touchpointOf(ctx, conversationID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(touchpoint.GetLimits().GetOther(), string(kind)) {
		return nil, ErrUnsupported
	}
	return touchpoint, nil
}

// touchpointOf is the touchpoint of a conversation; nil when it is not known.
func (d *Desk) touchpointOf(ctx context.Context, conversationID string) (*hubv1.Touchpoint, error) {
	c, err := d.cache.Read().Conversation(ctx, conversationID)
	if err != nil {
		return nil, err
	}
	if c == nil {
		return nil, fmt.Errorf("conversation: %w", ErrNotFound)
	}
	return d.cache.Read().Touchpoint(ctx, c.TouchpointId)
}

package messenger

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
)

const object = "page"

// maxIDBytes is the longest id that is taken for one.
const maxIDBytes = 512

var clean = conversation.CleanText

// Parse turns a webhook into events. Each element of each entry is read for itself.
func (*Adapter) Parse(body []byte) (channel.Batch, error) {
	var batch channel.Batch
	var kind struct {
		Object string `json:"object"`
	}
	if err := json.Unmarshal(body, &kind); err != nil {
		return batch, fmt.Errorf("body is no webhook: %w", err)
	}
	if kind.Object != object {
		return batch, fmt.Errorf("body is about %.60q, not %q", kind.Object, object)
	}
	var envelope wireBody
	if err := json.Unmarshal(body, &envelope); err != nil {
		batch.Reject("", "entry is no list", body)
		return batch, nil
	}
	for _, raw := range envelope.Entry {
		parseEntry(&batch, raw)
	}
	return batch, nil
}

func parseEntry(batch *channel.Batch, raw json.RawMessage) {
	var entry wireEntry
	if err := json.Unmarshal(raw, &entry); err != nil || entry.ID == "" {
		batch.Reject("", "entry cannot be read", raw)
		return
	}
	// A thread that another app owns is followed all the same: its messages are real.
	for standby, list := range [][]json.RawMessage{entry.Messaging, entry.Standby} {
		for _, raw := range list {
			events, err := parseEvent(entry, raw)
			if err != nil {
				batch.Reject(entry.ID, err.Error(), raw)
				continue
			}
			for _, event := range events {
				event.AccountID, event.Raw = entry.ID, raw
				if event.Message != nil {
					event.Message.Standby = standby == 1
				}
				batch.Events = append(batch.Events, event)
			}
		}
	}
	for _, raw := range entry.Changes {
		var change struct {
			Field string `json:"field"`
		}
		_ = json.Unmarshal(raw, &change)
		batch.Reject(entry.ID, fmt.Sprintf("field %.60q is not known", change.Field), raw)
	}
}

// occasion is what all kinds of events share.
type occasion struct {
	pageID  string
	contact channel.Address
	byPage  bool
	atMs    int64
}

func parseEvent(entry wireEntry, raw json.RawMessage) ([]channel.Event, error) {
	var wire wireEvent
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, errors.New("event cannot be read")
	}
	at := occasion{pageID: entry.ID, byPage: wire.Sender.ID == entry.ID}
	moment := wire.Timestamp
	if moment == 0 {
		moment = entry.Time
	}
	var err error
	if at.atMs, err = moment.Ms(); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	if wire.Policy != nil {
		return wire.Policy.events(at), nil
	}
	at.contact.UserID = wire.Sender.ID
	if at.byPage || (wire.Message != nil && wire.Message.IsEcho) {
		at.contact.UserID, at.byPage = wire.Recipient.ID, true
	}
	at.contact.Scope = entry.ID
	if id := at.contact.UserID; id == "" || id == entry.ID || len(id) > maxIDBytes || clean(id) != id {
		return nil, errors.New("event names no contact")
	}
	return wire.events(at, raw)
}

func (w wireEvent) events(at occasion, raw json.RawMessage) ([]channel.Event, error) {
	switch {
	case w.Message != nil:
		return w.Message.events(at)
	case w.Postback != nil:
		return w.Postback.events(at), nil
	case w.Reaction != nil:
		return w.Reaction.events(at)
	case w.Edit != nil:
		return w.Edit.events(at)
	case w.Referral != nil:
		return w.Referral.events(at), nil
	case w.Delivery != nil:
		return w.Delivery.events(at, conversation.DeliveryDelivered)
	case w.Read != nil:
		return w.Read.events(at, conversation.DeliveryRead)
	default:
		return w.systemEvents(at, raw)
	}
}

// systemEvents are lines of the thread that nobody wrote. None opens the session window.
func (w wireEvent) systemEvents(at occasion, raw json.RawMessage) ([]channel.Event, error) {
	kind := kindOf(raw)
	var payload string
	switch {
	case w.Optin != nil:
		kind, payload = "optin", firstOf(w.Optin.Ref, w.Optin.Payload, w.Optin.Type)
	case w.Linking != nil:
		kind, payload = "account_linking", w.Linking.Status
	case w.Pass != nil:
		kind, payload = "pass_thread_control", identifier(w.Pass.NewOwner)
	case w.Take != nil:
		kind, payload = "take_thread_control", identifier(w.Take.PreviousOwner)
	case w.Request != nil:
		kind, payload = "request_thread_control", identifier(w.Request.RequestedOwner)
	case w.Roles != nil:
		kind = "app_roles"
	default:
		return nil, fmt.Errorf("event of the kind %.60q is not used", kind)
	}
	content := channel.Content{Kind: conversation.KindSystem, RawKind: kind, Payload: clean(payload)}
	event := at.message(at.stableID(kind, payload), content, "")
	event.Message.Echo = false // it is no message of the Page, whoever Meta names as its sender
	return []channel.Event{event}, nil
}

// kindOf names what an event that is not used is about: the key beside sender, recipient and timestamp.
func kindOf(raw json.RawMessage) string {
	var keys map[string]json.RawMessage
	_ = json.Unmarshal(raw, &keys)
	kind := ""
	for key := range keys {
		if key != "sender" && key != "recipient" && key != "timestamp" && (kind == "" || key < kind) {
			kind = key
		}
	}
	return kind
}

// message builds the event of one message.
func (o occasion) message(providerID string, content channel.Content, opens conversation.WindowReason) channel.Event {
	if o.byPage {
		opens = ""
	}
	return channel.Event{Message: &channel.Message{
		ProviderID:  providerID,
		SentMs:      o.atMs,
		From:        o.contact,
		Content:     content,
		Echo:        o.byPage,
		OpensWindow: opens,
	}}
}

// stableID makes the id of an event to which Meta gives none: the same event sent again has the same id, so
// that it is stored once. Two equal presses in the same millisecond would be one.
func (o occasion) stableID(kind string, parts ...string) string {
	all := append([]string{kind, o.pageID, o.contact.UserID, fmt.Sprint(o.byPage), fmt.Sprint(o.atMs)}, parts...)
	sum := sha256.Sum256([]byte(strings.Join(all, "\x00")))
	return kind + ":" + hex.EncodeToString(sum[:16])
}

// events of a postback: an answer, with the title of the button as its text.
func (p *wirePostback) events(at occasion) []channel.Event {
	id := clean(p.MID)
	if id == "" {
		id = at.stableID("postback", p.Payload, p.Title)
	}
	content := channel.Content{Kind: conversation.KindAnswer, Text: clean(p.Title), Payload: clean(p.Payload), Referral: p.Referral.content()}
	return []channel.Event{at.message(id, content, opensBy(content))}
}

// events of a reaction. On Messenger a reaction opens the session window; taking it back does not.
// Source: Meta docs, "Messenger Platform policy: standard messaging window", 2026-09-28.
func (r *wireReaction) events(at occasion) ([]channel.Event, error) {
	if r.MID == "" {
		return nil, errors.New("reaction names no message")
	}
	content := channel.Content{Kind: conversation.KindReaction, TargetID: clean(r.MID)}
	opens := conversation.WindowReason("")
	if r.Action != "unreact" {
		content.Emoji, opens = clean(r.Emoji), conversation.WindowMessage
		if content.Emoji == "" {
			content.Emoji = clean(r.Reaction)
		}
	}
	return []channel.Event{at.message(at.stableID("reaction", r.MID, r.Action, r.Emoji), content, opens)}, nil
}

func (e *wireEdit) events(at occasion) ([]channel.Event, error) {
	if e.MID == "" {
		return nil, errors.New("edit names no message")
	}
	content := channel.Content{Kind: conversation.KindEdit, TargetID: clean(e.MID), Text: clean(e.Text)}
	return []channel.Event{at.message(at.stableID("edit", e.MID, e.NumEdit.String()), content, "")}, nil
}

// events of a referral: the contact opened the existing thread through a link or an ad.
func (r *wireReferral) events(at occasion) []channel.Event {
	content := channel.Content{Kind: conversation.KindReferral, Referral: r.content(), Product: r.product()}
	return []channel.Event{at.message(at.stableID("referral", r.Ref, r.Source, r.AdID), content, conversation.WindowReferral)}
}

func (r *wireReferral) content() *channel.Referral {
	if r == nil {
		return nil
	}
	source := map[string]string{"ADS": "ad", "SHORTLINK": "link"}[r.Source]
	if source == "" {
		source = strings.ToLower(clean(r.Source))
	}
	referral := &channel.Referral{Source: source, ID: clean(r.AdID), Ref: clean(r.Ref), URL: webAddress(r.Address)}
	if r.Ads != nil {
		referral.Headline, referral.MediaURL = clean(r.Ads.Title), webAddress(firstOf(r.Ads.PhotoURL, r.Ads.VideoURL))
		referral.ID = firstOf(referral.ID, clean(r.Ads.PostID))
	}
	return referral
}

// product is what the contact was looking at when they wrote, nil for nothing.
func (r *wireReferral) product() *channel.Product {
	if r == nil || r.Product == nil || r.Product.ID == "" {
		return nil
	}
	return &channel.Product{ID: clean(r.Product.ID)}
}

// events of a delivery or read: one watermark for the thread, and a status for each message that is named. A
// delivery covers what was sent before the watermark, a read also what was sent at it.
// Source: Meta docs, "message_deliveries" and "message_reads", 2026-09.
func (w *wireWatermark) events(at occasion, state conversation.DeliveryState) ([]channel.Event, error) {
	var events []channel.Event
	for _, mid := range w.MIDs {
		if mid != "" {
			events = append(events, channel.Event{Status: &channel.Status{ProviderID: clean(mid), State: state, AtMs: at.atMs}})
		}
	}
	untilMs, err := w.Watermark.Ms()
	if err != nil {
		if len(events) > 0 {
			return events, nil
		}
		return nil, errors.New("watermark has no time")
	}
	if state == conversation.DeliveryDelivered {
		untilMs--
	}
	return append(events, channel.Event{Watermark: &channel.Watermark{
		Contact: at.contact, State: state, UntilMs: untilMs, AtMs: at.atMs,
	}}), nil
}

// events of a policy enforcement: the Page may not send any more, or may again.
// Source: Meta docs, "messaging_policy_enforcement", 2026-09.
func (p *wirePolicy) events(at occasion) []channel.Event {
	level := map[string]channel.HealthLevel{"block": channel.HealthBlocked, "unblock": channel.HealthGood}[p.Action]
	if level == "" {
		level = channel.HealthWarning
	}
	return []channel.Event{{Health: &channel.Health{
		Topic: channel.HealthPolicy, Level: level, Event: clean(p.Action), Detail: clean(p.Reason), AtMs: at.atMs,
	}}}
}

func firstOf(texts ...string) string {
	for _, text := range texts {
		if text != "" {
			return text
		}
	}
	return ""
}

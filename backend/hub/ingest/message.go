package ingest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/ledger"
	"parley/backend/hub/media"
	"parley/backend/hub/profile"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// Lane kinds that ingest wakes.
const (
	LaneMedia   = media.Lane   // key: media id
	LaneProfile = profile.Lane // key: contact id

	LaneTemplates = "templates" // key: the business account
)

// message adds a message to the conversation it belongs to, unless it is there already.
func (b *batch) message(ctx context.Context, it item) error {
	m := it.event.Message
	providerID := providerIDOf(it.event)
	known := b.byProvider[store.ProviderKey{TouchpointID: it.touchpoint.ID, ProviderID: providerID}]
	if m.Echo {
		if ours := b.ours(it, known); ours != nil {
			return b.echoed(ctx, ours, providerID, m.SentMs)
		}
	}
	if known != nil {
		return nil // Meta delivers at least once
	}
	contact, err := b.contact(ctx, it, m)
	if err != nil {
		return err
	}
	c, err := b.conversation(it, contact.ID, m)
	if err != nil {
		return err
	}
	row, err := b.row(it, c, m, providerID)
	if err != nil {
		return err
	}
	added := b.add(row)
	if m.Echo {
		b.answeredElsewhere(c, row, m.Content.Text)
	} else {
		b.contactWrote(it, c, row, m)
	}
	c.Version++
	b.dirty.conversations[c.ID] = true
	if m.Echo {
		return b.replayParked(ctx, added)
	}
	return nil
}

// ours is the message of ours that an echo repeats, nil when it was written elsewhere.
func (b *batch) ours(it item, known *db.Message) *db.Message {
	ours := known
	if ours == nil {
		id, _ := ledger.ParseRef(it.event.Message.ClientRef)
		ours = b.messages[id]
	}
	if ours == nil || ours.TouchpointID != it.touchpoint.ID || ours.Direction != string(conversation.DirectionOut) || ours.Elsewhere {
		return nil
	}
	return ours
}

// echoed settles a message of ours by its echo.
func (b *batch) echoed(ctx context.Context, ours *db.Message, providerID string, sentMs int64) error {
	if err := b.enter(ctx, ours, ledger.Report{State: conversation.DeliveryAccepted, AtMs: sentMs, ProviderID: providerID}); err != nil {
		return err
	}
	if ours.AcceptedMs != sentMs { // Meta's own time of it, which watermarks are compared with
		ours.AcceptedMs = sentMs
		ours.Version++
		b.dirty.messages[ours.ID] = true
	}
	return b.catchUp(ctx, ours)
}

// contact finds the contact by the surest identity, or makes one. A new alias of a known contact is added to them;
// one that belongs to somebody else stays there, since numbers are given to new people.
func (b *batch) contact(ctx context.Context, it item, m *channel.Message) (*db.Contact, error) {
	keys := identityKeys(it, m.From)
	var contact *db.Contact
	formerOwner := ""
	for _, key := range lookupKeys(it, m.From) {
		id := b.contactOf[key]
		if id == "" {
			continue
		}
		fits, err := b.aliasFits(ctx, it, key, keys)
		if err != nil {
			return nil, err
		}
		if fits {
			contact = b.contacts[id]
			break
		}
		formerOwner = id
	}
	if contact == nil {
		contact = &db.Contact{WorkspaceID: b.tx.WorkspaceID, ID: conversation.NewID(), CreatedMs: b.nowMs, Version: 1}
		if m.From.Phone != "" {
			contact.Number = "+" + strings.TrimPrefix(m.From.Phone, "+")
		}
		b.contacts[contact.ID] = contact
		b.dirty.contacts[contact.ID] = true
		if formerOwner != "" { // the number's contact has another user id: somebody new, or the same person anew
			contact.SuggestedID, contact.SuggestedReason = formerOwner, SuggestedNumber
		}
	}
	b.wantProfile(contact, it, m)
	b.alias(contact.ID, keys)
	b.describe(contact, m)
	return contact, nil
}

// wantProfile asks for the name and picture of a contact whose channel does not tell them with messages: when they are
// new, and when they write a week after Meta was last asked.
func (b *batch) wantProfile(contact *db.Contact, it item, m *channel.Message) {
	isNew := contact.ProfileMs == 0 && b.dirty.contacts[contact.ID]
	asked := max(contact.ProfileMs, b.known.asked[contact.ID])
	if m.Profile.Name != "" || m.Echo && !isNew || b.profiles[contact.ID] || asked > 0 && b.nowMs-asked < profile.Every.Milliseconds() {
		return
	}
	b.profiles[contact.ID] = true
	b.wake(LaneProfile, contact.ID, it.touchpoint.ID)
}

// alias lets a contact be known by keys that nobody has yet.
func (b *batch) alias(contactID string, keys []store.IdentityKey) {
	for _, key := range keys {
		if b.contactOf[key] != "" {
			continue
		}
		b.contactOf[key] = contactID
		b.rows.Identities = append(b.rows.Identities, db.ContactIdentity{
			WorkspaceID: b.tx.WorkspaceID, Channel: key.Channel, Kind: key.Kind, Scope: key.Scope, Value: key.Value, ContactID: contactID,
			SinceMs: b.nowMs,
		})
	}
}

// aliasFits reports whether a contact may be recognised by this key. A phone alone recognises nobody who comes
// with a user id of their own while the phone's contact has another: the number has a new owner.
func (b *batch) aliasFits(ctx context.Context, it item, key store.IdentityKey, keys []store.IdentityKey) (bool, error) {
	if key.Kind != store.IdentityPhone || len(keys) == 1 {
		return true, nil
	}
	owner := b.contactOf[key]
	for _, row := range b.rows.Identities { // made in this batch
		if row.ContactID == owner && row.Channel == it.touchpoint.Channel && row.Kind == store.IdentityUser {
			return false, nil
		}
	}
	known, err := b.tx.Identities(ctx, db.IdentitiesParams{WorkspaceID: b.tx.WorkspaceID, ContactID: owner})
	if err != nil {
		return false, fmt.Errorf("load identities: %w", err)
	}
	for _, row := range known {
		if row.Channel == it.touchpoint.Channel && row.Kind == store.IdentityUser {
			return false, nil
		}
	}
	return true, nil
}

// describe fills in what is not known of a contact yet. What agents wrote is never overwritten.
func (b *batch) describe(contact *db.Contact, m *channel.Message) {
	before := *contact
	fillIn(contact, m)
	if *contact == before {
		return
	}
	b.touchContact(contact)
}

func fillIn(contact *db.Contact, m *channel.Message) {
	if contact.Name == "" && !m.Echo {
		contact.Name = strings.TrimSpace(conversation.CleanText(m.Profile.Name))
	}
	if name := conversation.CleanText(m.Profile.Username); name != "" {
		contact.Username = name
	}
	if contact.Number == "" && m.From.Phone != "" {
		contact.Number = "+" + strings.TrimPrefix(m.From.Phone, "+")
	}
}

// conversation returns the conversation that a message belongs to: the open one, or a new one when there is none
// and the message says something. What belongs to old messages stays with the last conversation.
func (b *batch) conversation(it item, contactID string, m *channel.Message) (*db.Conversation, error) {
	pair := store.PairKey{TouchpointID: it.touchpoint.ID, ContactID: contactID}
	last := b.latest[pair]
	if last != nil && m.Content.Kind.Speaks() && !m.Echo && unspoken(last) { // it is what was said before, or around, this
		last.Status, last.ClosedMs, last.OpenedMs = string(conversation.StatusQueued), 0, m.SentMs
	}
	if last != nil && (conversation.Status(last.Status).Open() || m.Echo || !m.Content.Kind.Speaks()) {
		return last, b.reopen(last, m)
	}
	c := &db.Conversation{
		WorkspaceID: b.tx.WorkspaceID, ID: conversation.NewID(), ContactID: contactID, TouchpointID: it.touchpoint.ID,
		QueueID: it.touchpoint.QueueID, Status: string(conversation.StatusQueued), OpenedMs: m.SentMs,
	}
	if m.Echo || !m.Content.Kind.Speaks() { // the business wrote first, elsewhere, or nothing was said: nobody waits
		c.Status, c.ClosedMs = string(conversation.StatusClosed), m.SentMs
	}
	if last != nil { // a window belongs to the contact and the touchpoint, not to one conversation
		c.WindowUntilMs, c.WindowReason = last.WindowUntilMs, last.WindowReason
	}
	b.latest[pair], b.byID[c.ID] = c, c
	return c, nil
}

// unspoken reports whether a closed conversation holds only what the business wrote elsewhere, or reactions: nobody has
// handled it, and the contact has not said anything yet.
func unspoken(c *db.Conversation) bool {
	return c.Status == string(conversation.StatusClosed) && c.AssigneeID == "" && c.EndedMs == 0 && c.LastInboundMs == 0
}

// reopen takes a conversation out of wrap-up when the contact goes on.
func (b *batch) reopen(c *db.Conversation, m *channel.Message) error {
	if m.Echo || !m.Content.Kind.Speaks() {
		return nil
	}
	status, err := conversation.Next(conversation.Status(c.Status), conversation.ActionContactWrites)
	if err != nil {
		return fmt.Errorf("add message: %w", err)
	}
	if status == conversation.Status(c.Status) {
		return nil
	}
	c.Status, c.EndedMs = string(status), 0
	c.LastNo++
	b.add(db.Message{
		WorkspaceID: b.tx.WorkspaceID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID,
		ContactID: c.ContactID, No: c.LastNo, Direction: string(conversation.DirectionEvent), Kind: string(conversation.KindReopened),
		SentMs: m.SentMs, CreatedMs: b.nowMs, Content: `{"kind":"reopened"}`, Version: 1,
	})
	return nil
}

func (b *batch) row(it item, c *db.Conversation, m *channel.Message, providerID string) (db.Message, error) {
	content, err := json.Marshal(m.Content)
	if err != nil {
		return db.Message{}, fmt.Errorf("encode content: %w", err)
	}
	c.LastNo++
	row := db.Message{
		WorkspaceID: b.tx.WorkspaceID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID,
		ContactID: c.ContactID, No: c.LastNo, Direction: string(conversation.DirectionIn), Kind: string(m.Content.Kind),
		SentMs: m.SentMs, CreatedMs: b.nowMs, Content: string(content), ProviderID: providerID, Version: 1,
	}
	if m.Echo {
		row.Direction, row.Elsewhere = string(conversation.DirectionOut), true
		row.State, row.AcceptedMs = string(conversation.DeliveryAccepted), m.SentMs
	}
	if file := m.Content.Media; file != nil {
		row.MediaID = conversation.NewID()
		b.rows.Media = append(b.rows.Media, db.Media{
			WorkspaceID: b.tx.WorkspaceID, ID: row.MediaID, TouchpointID: c.TouchpointID, MessageID: row.ID, State: "pending",
			MIME: file.MIME, FileName: file.FileName, SHA256: file.SHA256, Voice: file.Voice, Animated: file.Animated,
			ProviderID: file.ProviderID, URL: file.URL, CreatedMs: b.nowMs, FetchUntilMs: media.FetchUntil(min(m.SentMs, b.nowMs)),
		})
		b.wake(LaneMedia, row.MediaID, it.touchpoint.ID)
	}
	return row, nil
}

func (b *batch) add(row db.Message) *db.Message {
	b.newMessages[row.ID] = true
	b.dirty.messages[row.ID] = true
	b.remember(&row)
	return &row
}

// answeredElsewhere ends the wait when somebody of the business has answered outside of Parley.
func (b *batch) answeredElsewhere(c *db.Conversation, row db.Message, text string) {
	if !conversation.Kind(row.Kind).Speaks() {
		return
	}
	if row.SentMs < c.LastMessageMs {
		b.recount[c.ID] = true
	} else {
		tally := conversation.Tally{}.Answered()
		c.Unread, c.WaitingSinceMs = tally.Unread, tally.WaitingSinceMs
	}
	showLast(c, row, conversation.Preview(text))
}

// contactWrote moves the window, the counters and the list's line.
func (b *batch) contactWrote(it item, c *db.Conversation, row db.Message, m *channel.Message) {
	if m.OpensWindow != "" {
		window := conversation.Window{UntilMs: c.WindowUntilMs, Reason: conversation.WindowReason(c.WindowReason)}
		window = window.Extend(m.SentMs, it.touchpoint.Window(), m.OpensWindow)
		c.WindowUntilMs, c.WindowReason = window.UntilMs, string(window.Reason)
	}
	if !m.Content.Kind.Speaks() {
		return
	}
	if m.SentMs < c.LastMessageMs { // late: it may have been answered elsewhere
		b.recount[c.ID] = true
	}
	tally := conversation.Tally{Unread: c.Unread, WaitingSinceMs: c.WaitingSinceMs}.ContactWrote(m.SentMs)
	c.Unread, c.WaitingSinceMs = tally.Unread, tally.WaitingSinceMs
	c.OpenedMs = min(c.OpenedMs, m.SentMs)
	if m.SentMs >= c.LastInboundMs {
		c.LastInboundMs, c.LastInboundID = m.SentMs, row.ID
	}
	showLast(c, row, conversation.Preview(m.Content.Text))
}

// showLast makes a message the one that lists show, unless a later one is.
func showLast(c *db.Conversation, row db.Message, preview string) {
	if row.SentMs < c.LastMessageMs {
		return
	}
	c.LastMessageMs, c.LastMessageID, c.Preview = row.SentMs, row.ID, preview
	c.LastKind, c.LastDirection, c.LastState = row.Kind, row.Direction, row.State
}

func (b *batch) wake(kind, key, touchpointID string) {
	b.rows.Lanes = append(b.rows.Lanes, store.LaneKey{Kind: kind, Key: key, TouchpointID: touchpointID, NextMs: b.nowMs})
}

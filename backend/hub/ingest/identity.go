package ingest

import (
	"context"
	"fmt"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store/db"
)

// Why another contact may be the same person.
const (
	SuggestedNumber   = "number"   // they have the same phone number
	SuggestedIdentity = "identity" // Meta says that one became the other, and both had written by then
)

// identity lets a contact be known by what Meta knows them by from now on. Ids that somebody else has are not taken
// away: that the two are one person is suggested.
func (b *batch) identity(ctx context.Context, it item) error {
	change := it.event.Identity
	if change.Change == channel.IdentitySecurity {
		return nil // the thread says so; the ids are the same
	}
	before, after := identityKeys(it, change.Before), identityKeys(it, change.After)
	contactID := ""
	for _, key := range append(lookupKeys(it, change.Before), after...) {
		if contactID = b.contactOf[key]; contactID != "" {
			break
		}
	}
	if contactID == "" { // the change came before the first message: whichever id that has, it is this person
		contactID = conversation.NewID()
		b.contacts[contactID] = &db.Contact{WorkspaceID: b.tx.WorkspaceID, ID: contactID, CreatedMs: b.nowMs, Version: 1}
		b.dirty.contacts[contactID] = true
	}
	for _, key := range after {
		if other := b.contactOf[key]; other != "" && other != contactID {
			if err := b.suggest(ctx, contactID, other, SuggestedIdentity); err != nil {
				return err
			}
		}
	}
	b.alias(contactID, before)
	b.alias(contactID, after)
	b.renumber(contactID, change)
	return nil
}

// renumber shows a new number, unless an agent has written down another one.
func (b *batch) renumber(contactID string, change *channel.Identity) {
	contact := b.contacts[contactID]
	if change.After.Phone == "" || contact == nil || contact.Number == "+"+change.After.Phone {
		return
	}
	if contact.Number == "" || contact.Number == "+"+change.Before.Phone {
		contact.Number = "+" + change.After.Phone
		b.touchContact(contact)
	}
}

// suggest says that two contacts may be one person, unless a person has said that they are not.
func (b *batch) suggest(ctx context.Context, contactID, otherID, reason string) error {
	contact := b.contacts[contactID]
	if contact == nil || contact.SuggestedID != "" {
		return nil
	}
	apart, err := b.tx.ContactsApart(ctx, db.ContactsApartParams{
		WorkspaceID: b.tx.WorkspaceID, LowID: min(contactID, otherID), HighID: max(contactID, otherID),
	})
	if err != nil {
		return fmt.Errorf("look for suggestions: %w", err)
	}
	if apart == 0 {
		contact.SuggestedID, contact.SuggestedReason = otherID, reason
		b.touchContact(contact)
	}
	return nil
}

func (b *batch) touchContact(contact *db.Contact) {
	if !b.dirty.contacts[contact.ID] {
		contact.Version++
		b.dirty.contacts[contact.ID] = true
	}
}

// health keeps Meta's news of an account. Their order is that of Meta's clock, or of arrival where Meta tells none.
func (b *batch) health(it item, h channel.Health) {
	atMs := h.AtMs
	if atMs == 0 {
		atMs = b.nowMs
	}
	b.rows.Health = append(b.rows.Health, db.TouchpointHealth{
		WorkspaceID: b.tx.WorkspaceID, TouchpointID: it.touchpoint.ID, Topic: string(h.Topic), Level: string(h.Level),
		Event: conversation.CleanText(h.Event), Detail: conversation.CleanText(h.Detail), AtMs: atMs,
	})
}

// faultHealth shows an error that belongs to no message like other news of the account.
func faultHealth(f channel.Fault) channel.Health {
	level := channel.HealthWarning
	if f.Failure.Class == channel.ClassToken || f.Failure.Class == channel.ClassAccount {
		level = channel.HealthBlocked
	}
	detail := f.Failure.Detail
	if f.Failure.Code != 0 {
		detail = fmt.Sprintf("%s (%d)", detail, f.Failure.Code)
	}
	return channel.Health{Topic: "fault", Level: level, Event: string(f.Failure.Reason), Detail: detail, AtMs: f.AtMs}
}

package ingest

import (
	"parley/backend/channel"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// maxAcquaintances bounds what is remembered; then it starts over.
const maxAcquaintances = 50_000

// acquaintances remembers contacts of committed batches, so that most webhooks need not look them up: an identity
// moves to another contact only by a person's merge, which heed notices. A remembered contact is only ever read; one that a message tells something new
// about is loaded and locked. It belongs to the goroutine of Serve.
type acquaintances struct {
	contactOf map[identity]string
	contacts  map[string]db.Contact
	merges    map[string]int64 // by workspace
	asked     map[string]int64 // when a contact's profile was asked for, which a remembered contact does not show
}

// identity is an identity of a workspace.
type identity struct {
	workspaceID string
	key         store.IdentityKey
}

func newAcquaintances() *acquaintances {
	return &acquaintances{contactOf: map[identity]string{}, contacts: map[string]db.Contact{}, merges: map[string]int64{}, asked: map[string]int64{}}
}

// heed forgets everything when contacts of the workspace have been merged since.
func (a *acquaintances) heed(workspaceID string, merges int64) {
	if a.merges[workspaceID] != merges {
		clear(a.contactOf)
		clear(a.contacts)
		a.merges[workspaceID] = merges
	}
}

// meet remembers what a committed batch has learned.
func (a *acquaintances) meet(b *batch) {
	if len(a.contactOf) > maxAcquaintances {
		clear(a.contactOf)
		clear(a.contacts)
		clear(a.asked)
	}
	for contactID := range b.profiles {
		a.asked[contactID] = b.nowMs
	}
	for key, contactID := range b.contactOf {
		if contact := b.contacts[contactID]; contact != nil {
			a.contactOf[identity{b.tx.WorkspaceID, key}] = contactID
			a.contacts[contactID] = *contact
		}
	}
}

// recall returns the contact of a key, and whether it is known.
func (a *acquaintances) recall(workspaceID string, key store.IdentityKey) (db.Contact, bool) {
	contactID, known := a.contactOf[identity{workspaceID, key}]
	if !known {
		return db.Contact{}, false
	}
	contact, known := a.contacts[contactID]
	return contact, known
}

// tellsNothing reports whether a message adds nothing to what is remembered of its contact.
func tellsNothing(contact db.Contact, m *channel.Message) bool {
	if m == nil {
		return true
	}
	described := contact
	fillIn(&described, m)
	return described == contact
}

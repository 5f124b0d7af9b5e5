package cache

import (
	"context"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Contact finds one; nil when they are not here.
func (r Reader) Contact(ctx context.Context, id string) (*hubv1.Contact, error) {
	return findEntity[hubv1.Contact](ctx, r.q, "read contact", "SELECT data FROM contact WHERE id = ?", id)
}

// PutContact writes a contact.
func (tx *Tx) PutContact(ctx context.Context, e *hubv1.Contact) (Effect, error) {
	return tx.upsert(ctx, put{table: "contact", kind: KindContact, id: e.Id, version: e.Version, entity: e})
}

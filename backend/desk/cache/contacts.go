package cache

import (
	"context"
	"database/sql"
	"fmt"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Contact finds one; nil when they are not here.
func (r Reader) Contact(ctx context.Context, id string) (*hubv1.Contact, error) {
	return findEntity[hubv1.Contact](ctx, r.q, "read contact", "SELECT data FROM contact WHERE id = ?", id)
}

// MergedInto lists the contacts that were merged into one.
func (r Reader) MergedInto(ctx context.Context, id string) ([]*hubv1.Contact, error) {
	return list(ctx, r.q, "list merged contacts", scanContact,
		"SELECT data FROM contact WHERE merged_into <> '' AND merged_into = ? ORDER BY id", id)
}

// FindContacts lists up to limit contacts that match and stand for themselves. It reads them all: for the moment at
// which a person looks for one.
func (r Reader) FindContacts(ctx context.Context, match func(*hubv1.Contact) bool, limit int) ([]*hubv1.Contact, error) {
	rows, err := r.q.QueryContext(ctx, "SELECT data FROM contact WHERE merged_into = ''")
	if err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	defer rows.Close()
	var found []*hubv1.Contact
	for len(found) < limit && rows.Next() {
		contact, err := scanContact(rows)
		if err != nil {
			return nil, fmt.Errorf("find contacts: %w", err)
		}
		if match(contact) {
			found = append(found, contact)
		}
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("find contacts: %w", err)
	}
	return found, nil
}

func scanContact(rows *sql.Rows) (*hubv1.Contact, error) {
	var data []byte
	if err := rows.Scan(&data); err != nil {
		return nil, err
	}
	return decode[hubv1.Contact](data)
}

// PutContact writes a contact.
func (tx *Tx) PutContact(ctx context.Context, e *hubv1.Contact) (Effect, error) {
	effect, err := tx.upsert(ctx, put{
		table: "contact", kind: KindContact, id: e.Id, version: e.Version, entity: e,
		columns: []string{"merged_into"}, values: []any{e.MergedIntoId},
	})
	if err != nil || effect == Unchanged {
		return effect, err
	}
	return effect, tx.indexContact(ctx, e)
}

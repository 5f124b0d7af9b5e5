package inbox

import (
	"context"
	"fmt"
	"net/mail"
	"strings"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"github.com/nyaruka/phonenumbers"
)

// MaxContactNameRunes is how long a name may be that an agent gives. What contacts call themselves is kept whole.
const MaxContactNameRunes = 200

// updateContact replaces what agents know of a contact.
func (r *run) updateContact(ctx context.Context, u *hubv1.UpdateContact) (*hubv1.Refusal, error) {
	name := strings.TrimSpace(conversation.CleanText(u.GetName()))
	email := strings.TrimSpace(conversation.CleanText(u.GetEmail()))
	number, numberFits := cleanNumber(u.GetNumber())
	existing, err := r.tx.Contact(ctx, db.ContactParams{WorkspaceID: r.actor.WorkspaceID, ID: u.GetContactId()})
	if store.NotFound(err) {
		return refuse(RefusedNotFound, "there is no such contact"), nil
	}
	if err != nil {
		return nil, fmt.Errorf("update contact: %w", err)
	}
	switch {
	case utf8.RuneCountInString(name) > MaxContactNameRunes && name != existing.Name:
		return refuse(RefusedInvalid, "the name is too long"), nil
	case !numberFits && u.GetNumber() != existing.Number:
		return refuse(RefusedInvalid, "the number is not valid"), nil
	case email != "" && !validEmail(email):
		return refuse(RefusedInvalid, "the email address is not valid"), nil
	}
	if !numberFits {
		number = existing.Number
	}
	if _, err := r.tx.UpdateContact(ctx, db.UpdateContactParams{
		WorkspaceID: r.actor.WorkspaceID, ID: existing.ID, Name: name, Number: number, Email: email,
	}); err != nil {
		return nil, fmt.Errorf("update contact: %w", err)
	}
	r.tx.Changed(store.TypeContact, existing.ID)
	if number != "" && number != existing.Number {
		return nil, r.suggestByNumber(ctx, existing.ID, number)
	}
	return nil, nil
}

// cleanNumber brings a number to E.164. Numbers of ranges that no country uses are taken when they have the shape:
// what a person types is rarely wrong on purpose.
func cleanNumber(text string) (string, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return "", true
	}
	number, err := phonenumbers.Parse(text, "ZZ")
	if err != nil || !phonenumbers.IsPossibleNumber(number) {
		return "", false
	}
	return phonenumbers.Format(number, phonenumbers.E164), true
}

func validEmail(text string) bool {
	address, err := mail.ParseAddress(text)
	return err == nil && address.Address == text && len(text) <= 320
}

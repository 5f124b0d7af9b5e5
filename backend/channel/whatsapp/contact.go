package whatsapp

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"

	"parley/backend/channel"
)

// businessScoped is the form of a BSUID, "US.1349…", and of a parent portfolio's, "US.ENT.118…".
// Source: Meta docs, "Business-scoped user ids", 2026-06-29.
var businessScoped = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

var digits = regexp.MustCompile(`^[0-9]{5,20}$`)

// IsBSUID reports whether text is a business-scoped user id.
func IsBSUID(text string) bool { return businessScoped.MatchString(text) }

type contacts []wireContact

// readContacts reads what it can: a contact that cannot be read costs a name, not the message.
func readContacts(list []json.RawMessage) contacts {
	read := make(contacts, 0, len(list))
	for _, raw := range list {
		var contact wireContact
		if json.Unmarshal(raw, &contact) == nil {
			read = append(read, contact)
		}
	}
	return read
}

// sender returns who sent a message: by the message itself, completed by the contact that belongs to it. For
// a person with a username there may be no number, and for an old sender no user id.
func (c contacts) sender(m wireMessage) (channel.Address, channel.Profile, error) {
	from, err := address(m.From, m.FromUserID, m.FromParentUserID)
	for _, contact := range c {
		theirs, theirErr := address(contact.WaID, contact.UserID, contact.ParentUserID)
		if theirErr != nil && len(c) > 1 {
			continue
		}
		// With one contact there is one sender, also when the message itself does not say who.
		alone := len(c) == 1 && (err != nil || !contradicts(from, theirs))
		if !alone && !same(from, theirs) {
			continue
		}
		profile := channel.Profile{Name: clean(contact.Profile.Name), Username: clean(contact.Profile.Username)}
		from = channel.Address{
			UserID:       firstOf(from.UserID, theirs.UserID),
			ParentUserID: firstOf(from.ParentUserID, theirs.ParentUserID),
			Phone:        firstOf(from.Phone, theirs.Phone),
		}
		if from.UserID == "" && from.Phone == "" {
			break
		}
		return from, profile, nil
	}
	return from, channel.Profile{}, err
}

func same(a, b channel.Address) bool {
	return (a.UserID != "" && a.UserID == b.UserID) || (a.Phone != "" && a.Phone == b.Phone)
}

func contradicts(a, b channel.Address) bool {
	return (a.UserID != "" && b.UserID != "" && a.UserID != b.UserID) || (a.Phone != "" && b.Phone != "" && a.Phone != b.Phone)
}

// address sorts ids into their fields: a BSUID may stand where a number is expected.
func address(phone, userID, parentUserID string) (channel.Address, error) {
	phone = strings.TrimPrefix(phone, "+")
	found := channel.Address{UserID: userID, ParentUserID: parentUserID}
	switch {
	case digits.MatchString(phone):
		found.Phone = phone
	case IsBSUID(phone) && found.UserID == "":
		found.UserID = phone
	}
	if len(found.UserID) > 256 || clean(found.UserID) != found.UserID {
		found.UserID = ""
	}
	if len(found.ParentUserID) > 256 || clean(found.ParentUserID) != found.ParentUserID {
		found.ParentUserID = ""
	}
	if found.UserID == "" && found.Phone == "" {
		return found, errors.New("it names no contact")
	}
	return found, nil
}

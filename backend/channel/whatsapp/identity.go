package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"

	"parley/backend/channel"
)

// identity is the change that a system message tells of, nil when it tells of none. before is whom the message
// names. Source: Meta docs, "Business-scoped user ids" and "messages webhook: system", 2026-06-29.
func (s *wireSystem) identity(before channel.Address, atMs int64) *channel.Identity {
	if s == nil {
		return nil
	}
	changes := map[string]channel.IdentityChange{
		"user_changed_number":       channel.IdentityNumber,
		"customer_changed_number":   channel.IdentityNumber, // before v12
		"user_changed_user_id":      channel.IdentityUserID,
		"customer_identity_changed": channel.IdentitySecurity,
		"user_identity_changed":     channel.IdentitySecurity,
	}
	change, known := changes[s.Type]
	if !known {
		return nil
	}
	if change == channel.IdentitySecurity {
		return &channel.Identity{Change: change, Before: before, AtMs: atMs}
	}
	after, err := address(firstOf(s.WaID, s.NewWaID), s.UserID, s.ParentUserID)
	if err != nil {
		return nil
	}
	return changed(change, before, after, atMs)
}

// changed is an identity change of which After holds only what is new. The message may name the new id as its
// sender already; the contact is then known by their other id. Nil when nothing is new, or nobody is meant.
func changed(change channel.IdentityChange, before, after channel.Address, atMs int64) *channel.Identity {
	switch {
	case change == channel.IdentityUserID && before.UserID == after.UserID:
		before.UserID = ""
	case change == channel.IdentityNumber && before.Phone == after.Phone:
		before.Phone = ""
	}
	if before.UserID == after.UserID {
		after.UserID = ""
	}
	if before.Phone == after.Phone {
		after.Phone = ""
	}
	if before.ParentUserID == after.ParentUserID {
		after.ParentUserID = ""
	}
	if (before.UserID == "" && before.Phone == "") || after == (channel.Address{}) {
		return nil
	}
	return &channel.Identity{Change: change, Before: before, After: after, AtMs: atMs}
}

// parseUserIDUpdates reports that people's BSUIDs were made anew: a fact about the person, and no line of a thread,
// since the person did nothing. Where they changed their number, a system message says so.
func parseUserIDUpdates(batch *channel.Batch, from origin, raw json.RawMessage) {
	var value struct {
		Metadata struct {
			PhoneNumberID string `json:"phone_number_id"`
		} `json:"metadata"`
		Updates []json.RawMessage `json:"user_id_update"`
	}
	if err := json.Unmarshal(raw, &value); err != nil || value.Metadata.PhoneNumberID == "" {
		batch.Reject(from.business, "user id update cannot be read", raw)
		return
	}
	from.account = value.Metadata.PhoneNumberID
	for _, raw := range value.Updates {
		collect(batch, from, raw, func() ([]channel.Event, error) { return parseUserIDUpdate(raw) })
	}
}

func parseUserIDUpdate(raw json.RawMessage) ([]channel.Event, error) {
	var wire wireUserIDUpdate
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, errors.New("user id update cannot be read")
	}
	before, err := address("", wire.UserID.Previous, wire.ParentUserID.Previous)
	after, afterErr := address(wire.WaID, wire.UserID.Current, wire.ParentUserID.Current)
	if err != nil { // the number is all that we can know them by
		before, err = address(wire.WaID, "", "")
		after.Phone = ""
	}
	if err != nil || afterErr != nil || !IsBSUID(wire.UserID.Current) {
		return nil, errors.New("user id update names no contact")
	}
	atMs, err := wire.Timestamp.Ms()
	if err != nil {
		return nil, fmt.Errorf("user id update: %w", err)
	}
	identity := changed(channel.IdentityUserID, before, after, atMs)
	if identity == nil {
		return nil, nil
	}
	return []channel.Event{{Identity: identity}}, nil
}

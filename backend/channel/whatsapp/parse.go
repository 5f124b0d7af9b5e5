package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"

	"parley/backend/channel"
	"parley/backend/conversation"
)

const object = "whatsapp_business_account"

// Parse turns a webhook into events. A batch can hold up to 1000 updates over several accounts
// (Meta docs, "Webhooks", 2026-09); each is read for itself.
func (*Adapter) Parse(body []byte) (channel.Batch, error) {
	var batch channel.Batch
	var regular regularBody
	if json.Unmarshal(body, &regular) == nil && regular.Object == object {
		for _, entry := range regular.Entry {
			for _, change := range entry.Changes {
				parseChange(&batch, origin{business: entry.ID, time: entry.Time}, change)
			}
		}
		return batch, nil
	}
	return parseOdd(body)
}

// parseOdd reads a body of which some part has another shape than Meta documents, piece by piece, so that the odd
// part costs nothing but itself.
func parseOdd(body []byte) (channel.Batch, error) {
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
	if err := json.Unmarshal(raw, &entry); err != nil {
		batch.Reject("", "entry cannot be read", raw)
		return
	}
	from := origin{business: entry.ID}
	_ = json.Unmarshal(entry.Time, &from.time) // a damaged time costs nothing else
	for _, raw := range entry.Changes {
		var change wireChange
		if err := json.Unmarshal(raw, &change); err != nil {
			batch.Reject("", "change cannot be read", raw)
			continue
		}
		parseChange(batch, from, change)
	}
}

// origin is where a part of a body comes from: the business account, and one of its numbers where that is named.
type origin struct {
	business, account string
	time              channel.Timestamp // of the entry; 0 when Meta does not say
}

func parseChange(batch *channel.Batch, from origin, change wireChange) {
	switch change.Field {
	case "messages", "smb_message_echoes":
		parseValue(batch, from, change.Value)
	case "user_id_update":
		parseUserIDUpdates(batch, from, change.Value)
	default:
		read, known := accountFields[change.Field]
		if !known {
			raw, err := json.Marshal(change)
			if err != nil {
				raw = change.Value
			}
			batch.Reject("", fmt.Sprintf("field %.60q is not known", change.Field), raw)
			return
		}
		collect(batch, from, change.Value, func() ([]channel.Event, error) { return read(change.Value, from) })
	}
}

func parseValue(batch *channel.Batch, from origin, raw json.RawMessage) {
	value, ok := readValue(batch, raw)
	if !ok {
		return
	}
	from.account = value.Metadata.PhoneNumberID
	senders := readContacts(value.Contacts)
	for _, raw := range value.Messages {
		collect(batch, from, raw, func() ([]channel.Event, error) { return parseMessage(raw, senders) })
	}
	for _, raw := range value.Echoes {
		collect(batch, from, raw, func() ([]channel.Event, error) { return parseEcho(raw) })
	}
	for _, raw := range value.Statuses {
		collect(batch, from, raw, func() ([]channel.Event, error) { return parseStatus(raw) })
	}
	for _, raw := range value.Errors {
		collect(batch, from, raw, func() ([]channel.Event, error) { return parseFault(raw) })
	}
}

// readValue reads each list of a value for itself, so that statuses of a wrong type do not cost the messages.
func readValue(batch *channel.Batch, raw json.RawMessage) (wireValue, bool) {
	var value wireValue
	if json.Unmarshal(raw, &value) == nil && value.Metadata.PhoneNumberID != "" {
		return value, true
	}
	value = wireValue{}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		batch.Reject("", "value is no object", raw)
		return value, false
	}
	if err := json.Unmarshal(fields["metadata"], &value.Metadata); err != nil || value.Metadata.PhoneNumberID == "" {
		batch.Reject("", "value names no phone number", raw)
		return value, false
	}
	lists := []struct {
		name string
		into *[]json.RawMessage
	}{
		{"contacts", &value.Contacts}, {"messages", &value.Messages}, {"message_echoes", &value.Echoes},
		{"statuses", &value.Statuses}, {"errors", &value.Errors},
	}
	for _, list := range lists {
		if field := fields[list.name]; field != nil && json.Unmarshal(field, list.into) != nil {
			batch.Reject(value.Metadata.PhoneNumberID, list.name+" is no list", field)
			*list.into = nil
		}
	}
	return value, true
}

func collect(batch *channel.Batch, from origin, raw json.RawMessage, parse func() ([]channel.Event, error)) {
	events, err := parse()
	if err != nil {
		account := from.account
		if account == "" {
			account = from.business
		}
		batch.Reject(account, err.Error(), raw)
		return
	}
	for _, event := range events {
		event.AccountID, event.BusinessID, event.Raw = from.account, from.business, raw
		batch.Events = append(batch.Events, event)
	}
}

func parseMessage(raw json.RawMessage, senders contacts) ([]channel.Event, error) {
	wire, sentMs, err := readMessage(raw)
	if err != nil {
		return nil, err
	}
	from, profile, err := senders.sender(wire)
	if err != nil {
		return nil, err
	}
	content, err := wire.content()
	if err != nil {
		return nil, err
	}
	events := []channel.Event{{Message: &channel.Message{
		ProviderID:  wire.ID,
		SentMs:      sentMs,
		From:        from,
		Profile:     profile,
		Content:     content,
		OpensWindow: opens(content),
	}}}
	if identity := wire.System.identity(from, sentMs); wire.Type == "system" && identity != nil {
		events = append(events, channel.Event{Identity: identity})
	}
	return events, nil
}

// parseEcho reads what an agent sent from the phone app that shares the number.
func parseEcho(raw json.RawMessage) ([]channel.Event, error) {
	wire, sentMs, err := readMessage(raw)
	if err != nil {
		return nil, err
	}
	to, err := address(wire.To, wire.ToUserID, wire.ToParentUserID)
	if err != nil {
		return nil, fmt.Errorf("echo: %w", err)
	}
	content, err := wire.content()
	if err != nil {
		return nil, err
	}
	return []channel.Event{{Message: &channel.Message{
		ProviderID: wire.ID, SentMs: sentMs, From: to, Content: content, Echo: true,
	}}}, nil
}

func readMessage(raw json.RawMessage) (wireMessage, int64, error) {
	var wire wireMessage
	if err := json.Unmarshal(raw, &wire); err != nil {
		return wire, 0, errors.New("message cannot be read")
	}
	if wire.ID == "" {
		return wire, 0, errors.New("message has no id")
	}
	if wire.GroupID != "" {
		return wire, 0, errors.New("message is of a group, and an answer would go to one person")
	}
	sentMs, err := wire.Timestamp.Ms()
	if err != nil {
		return wire, 0, fmt.Errorf("message: %w", err)
	}
	wire.ID = conversation.CleanText(wire.ID)
	return wire, sentMs, nil
}

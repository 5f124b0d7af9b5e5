package whatsapp

import (
	"encoding/json"
	"errors"
	"fmt"

	"parley/backend/channel"
	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// states are Meta's words for what became of a message. A word that is not here (deleted, warning, whatever
// comes) still proves that Meta has the message. Source: Meta docs, "messages webhook: status", 2026-09.
var states = map[string]conversation.DeliveryState{
	"sent":      conversation.DeliveryAccepted,
	"delivered": conversation.DeliveryDelivered,
	"read":      conversation.DeliveryRead,
	"played":    conversation.DeliveryRead,
	"failed":    conversation.DeliveryFailed,
}

func parseStatus(raw json.RawMessage) (channel.Event, error) {
	var wire wireStatus
	if err := json.Unmarshal(raw, &wire); err != nil {
		return channel.Event{}, errors.New("status cannot be read")
	}
	if wire.ID == "" && wire.CallbackData == "" {
		return channel.Event{}, errors.New("status names no message")
	}
	atMs, err := wire.Timestamp.Ms()
	if err != nil {
		return channel.Event{}, fmt.Errorf("status: %w", err)
	}
	status := &channel.Status{ProviderID: clean(wire.ID), ClientRef: clean(wire.CallbackData), AtMs: atMs}
	state, known := states[wire.Status]
	status.State = state
	if !known {
		status.State, status.RawState = conversation.DeliveryAccepted, clean(wire.Status)
	}
	if status.State == conversation.DeliveryFailed {
		failure := channel.Failure{Class: channel.ClassUnknown}
		if len(wire.Errors) > 0 {
			failure = errorTable.Failure(wire.Errors[0])
		}
		status.Failure = &failure
	}
	return channel.Event{Status: status}, nil
}

// parseFault reads an error that belongs to no message: something is wrong with the app or the account. It
// has no timestamp of its own.
func parseFault(raw json.RawMessage) (channel.Event, error) {
	var wire graph.WireError
	if err := json.Unmarshal(raw, &wire); err != nil {
		return channel.Event{}, errors.New("error cannot be read")
	}
	return channel.Event{Fault: &channel.Fault{Failure: errorTable.Failure(wire)}}, nil
}

// harmful are the account updates after which sending does not work as before.
// Source: Meta docs, "account_update webhook", 2026-09.
var harmful = map[string]bool{
	"DISABLED_UPDATE": true, "ACCOUNT_VIOLATION": true, "ACCOUNT_RESTRICTION": true, "ACCOUNT_DELETED": true,
	"PARTNER_REMOVED": true, "ACCOUNT_OFFBOARDED": true,
}

// parseAccountUpdate reports trouble of the whole WhatsApp Business Account. AccountID is that account's id
// (channel.Account.BusinessID), because Meta names no number here.
func parseAccountUpdate(batch *channel.Batch, businessID string, raw json.RawMessage) {
	var wire struct {
		Event   string `json:"event"`
		BanInfo struct {
			State string `json:"waba_ban_state"`
		} `json:"ban_info"`
		Violation struct {
			Type string `json:"violation_type"`
		} `json:"violation_info"`
	}
	if err := json.Unmarshal(raw, &wire); err != nil || wire.Event == "" || businessID == "" {
		batch.Reject(businessID, "account update cannot be read", raw)
		return
	}
	if !harmful[wire.Event] || wire.BanInfo.State == "REINSTATE" {
		return
	}
	detail := clean(wire.Event)
	for _, more := range []string{wire.BanInfo.State, wire.Violation.Type} {
		if more != "" {
			detail += ", " + clean(more)
		}
	}
	batch.Events = append(batch.Events, channel.Event{AccountID: businessID, Raw: raw, Fault: &channel.Fault{
		Failure: channel.Failure{Class: channel.ClassAccount, Detail: detail},
	}})
}

// parseUserIDUpdates reports that people's BSUIDs were made anew, as system messages of the old identity with
// the new id as payload. They have no id of their own; both ids together are one.
func parseUserIDUpdates(batch *channel.Batch, raw json.RawMessage) {
	var value struct {
		Metadata struct {
			PhoneNumberID string `json:"phone_number_id"`
		} `json:"metadata"`
		Updates []json.RawMessage `json:"user_id_update"`
	}
	if err := json.Unmarshal(raw, &value); err != nil || value.Metadata.PhoneNumberID == "" {
		batch.Reject("", "user id update cannot be read", raw)
		return
	}
	for _, raw := range value.Updates {
		collect(batch, value.Metadata.PhoneNumberID, raw, func() (channel.Event, error) { return parseUserIDUpdate(raw) })
	}
}

func parseUserIDUpdate(raw json.RawMessage) (channel.Event, error) {
	var wire wireUserIDUpdate
	if err := json.Unmarshal(raw, &wire); err != nil {
		return channel.Event{}, errors.New("user id update cannot be read")
	}
	from, err := address(wire.WaID, wire.UserID.Previous, "")
	if err != nil || !IsBSUID(wire.UserID.Current) {
		return channel.Event{}, errors.New("user id update names no contact")
	}
	atMs, err := wire.Timestamp.Ms()
	if err != nil {
		return channel.Event{}, fmt.Errorf("user id update: %w", err)
	}
	return channel.Event{Message: &channel.Message{
		ProviderID: "user_id_update:" + from.UserID + ":" + wire.UserID.Current,
		SentMs:     atMs,
		From:       from,
		Content:    channel.Content{Kind: conversation.KindSystem, RawKind: "user_id_update", Payload: wire.UserID.Current},
	}}, nil
}

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

func parseStatus(raw json.RawMessage) ([]channel.Event, error) {
	var wire wireStatus
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, errors.New("status cannot be read")
	}
	if wire.ID == "" && wire.CallbackData == "" {
		return nil, errors.New("status names no message")
	}
	atMs, err := wire.Timestamp.Ms()
	if err != nil {
		return nil, fmt.Errorf("status: %w", err)
	}
	status := &channel.Status{ProviderID: clean(wire.ID), ClientRef: clean(wire.CallbackData), AtMs: atMs}
	status.Recipient, _ = address(wire.RecipientID, wire.RecipientUserID, wire.RecipientParentUserID) // absent in many
	state, known := states[wire.Status]
	status.State = state
	if !known {
		status.State, status.RawState = conversation.DeliveryAccepted, clean(wire.Status)
	}
	if status.State == conversation.DeliveryFailed {
		failure := *channel.Refusal(channel.ReasonUnknown, "")
		if len(wire.Errors) > 0 {
			failure = errorTable.Failure(wire.Errors[0])
		}
		status.Failure = &failure
	}
	return []channel.Event{{Status: status}}, nil
}

// parseFault reads an error that belongs to no message: something is wrong with the app or the account. It
// has no timestamp of its own.
func parseFault(raw json.RawMessage) ([]channel.Event, error) {
	var wire graph.WireError
	if err := json.Unmarshal(raw, &wire); err != nil {
		return nil, errors.New("error cannot be read")
	}
	return []channel.Event{{Fault: &channel.Fault{Failure: errorTable.Failure(wire)}}}, nil
}

// Package ledger enters what is proven of an outgoing message. Reports come from the send itself, from status
// webhooks and from echoes, in any order and more than once; the entry after all of them is the same.
package ledger

import (
	"encoding/json"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store/db"
)

// Report is one piece of news of a message.
type Report struct {
	State      conversation.DeliveryState
	AtMs       int64
	ProviderID string // Meta's id, once known
	Failure    *channel.Failure
}

// Enter enters a report into a message and its conversation, both locked by the caller's transaction. It returns
// whether the message, and whether the conversation, has changed.
func Enter(m *db.Message, c *db.Conversation, r Report) (message, conv bool) {
	before, troubled := *m, isTroubled(m.State)
	if m.ProviderID == "" {
		m.ProviderID = r.ProviderID
	}
	stamp(m, r)
	state := conversation.DeliveryState(m.State).Merge(r.State)
	if state == conversation.DeliveryFailed || state == conversation.DeliveryUnconfirmed {
		if r.Failure != nil && r.State == state && m.Failure == "" {
			m.Failure = encode(r.Failure)
		}
	} else {
		m.Failure = ""
	}
	m.State = string(state)
	if *m == before {
		return false, false
	}
	m.Version++
	return true, reflect(m, c, troubled, r)
}

// stamp keeps the first moment of each proof.
func stamp(m *db.Message, r Report) {
	for _, proof := range []struct {
		state conversation.DeliveryState
		at    *int64
	}{
		{conversation.DeliveryAccepted, &m.AcceptedMs},
		{conversation.DeliveryDelivered, &m.DeliveredMs},
		{conversation.DeliveryRead, &m.ReadMs},
		{conversation.DeliveryFailed, &m.FailedMs},
	} {
		if r.State == proof.state && *proof.at == 0 {
			*proof.at = r.AtMs
		}
	}
}

// reflect shows a message's news on its conversation.
func reflect(m *db.Message, c *db.Conversation, wasTroubled bool, r Report) bool {
	before := *c
	if c.LastMessageID == m.ID {
		c.LastState = m.State
	}
	switch now := isTroubled(m.State); {
	case now && !wasTroubled:
		c.Troubled++
	case !now && wasTroubled:
		c.Troubled = max(0, c.Troubled-1)
	}
	if r.Failure != nil && r.Failure.Class == channel.ClassWindow {
		window := conversation.Window{UntilMs: c.WindowUntilMs, Reason: conversation.WindowReason(c.WindowReason)}
		// Only messages of the contact that are older than the refusal can have been meant by it.
		if c.LastInboundMs <= m.CreatedMs {
			window = window.Refuse(r.AtMs)
		}
		c.WindowUntilMs, c.WindowReason = window.UntilMs, string(window.Reason)
	}
	if *c == before {
		return false
	}
	c.Version++
	return true
}

func isTroubled(state string) bool {
	return state == string(conversation.DeliveryFailed) || state == string(conversation.DeliveryUnconfirmed)
}

func encode(f *channel.Failure) string {
	text, err := json.Marshal(f)
	if err != nil {
		return "" // a struct of strings and numbers always encodes
	}
	return string(text)
}

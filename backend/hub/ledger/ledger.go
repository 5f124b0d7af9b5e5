// Package ledger enters what is proven of an outgoing message. Reports come from the send itself, from status
// webhooks and from echoes, in any order and more than once; the entry after all of them is the same.
package ledger

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/store/db"
)

// Report is one piece of news of a message.
type Report struct {
	State      conversation.DeliveryState
	AtMs       int64
	HubTime    bool   // AtMs is the hub's clock and counts only until Meta tells its own time
	ProviderID string // Meta's id, once known
	Failure    *channel.Failure
	Attempt    int64 // which attempt it is about; 0 when that is not known
}

// Ref is what a message carries to Meta and back: its id, and from the second attempt on which one it is.
func Ref(m db.Message) string {
	if m.Attempt <= 1 {
		return m.ID
	}
	return m.ID + "." + strconv.FormatInt(m.Attempt, 10)
}

// ParseRef reads what Ref wrote. The id is empty when it cannot be ours: other programs use the same fields.
func ParseRef(ref string) (id string, attempt int64) {
	id, number, again := strings.Cut(ref, ".")
	if !conversation.ValidID(id) {
		return "", 0
	}
	if !again {
		return id, 1
	}
	attempt, err := strconv.ParseInt(number, 10, 64)
	if err != nil || attempt < 2 {
		return "", 0
	}
	return id, attempt
}

// Parked is the report that was kept until its message was known by Meta's id.
func Parked(p db.ParkedStatus) (Report, error) {
	r := Report{State: conversation.DeliveryState(p.State), AtMs: p.AtMs, ProviderID: p.ProviderID}
	if p.Failure == "" {
		return r, nil
	}
	r.Failure = &channel.Failure{}
	if err := json.Unmarshal([]byte(p.Failure), r.Failure); err != nil {
		return r, fmt.Errorf("read parked failure: %w", err)
	}
	return r, nil
}

// Enter enters a report into a message and its conversation, both locked by the caller's transaction. It returns
// whether the message, and whether the conversation, has changed.
func Enter(m *db.Message, c *db.Conversation, r Report) (message, conv bool) {
	if r.State == conversation.DeliveryFailed && r.Attempt > 0 && r.Attempt < m.Attempt {
		return false, false // a person has sent it again since; that an earlier attempt arrived would count
	}
	before, troubled := *m, isTroubled(m.State)
	if m.ProviderID == "" {
		m.ProviderID = r.ProviderID
	}
	state := conversation.DeliveryState(m.State).Merge(r.State)
	switch {
	case !isTroubled(string(state)):
		m.Failure = ""
	case r.State == state:
		explain(m, r)
	}
	m.State = string(state)
	stamp(m, r)
	if state != conversation.DeliveryInHub {
		m.WaitUntilMs, m.WaitReason = 0, ""
	}
	switch {
	case state != conversation.DeliveryUnconfirmed:
		m.UnconfirmedMs = 0
	case r.State == state && (m.UnconfirmedMs == 0 || r.AtMs < m.UnconfirmedMs):
		m.UnconfirmedMs = r.AtMs
	}
	message = *m != before
	if message {
		m.Version++
	}
	return message, reflect(m, c, troubled, r)
}

// explain keeps why a message is in trouble: the earliest reason for the state it has now.
func explain(m *db.Message, r Report) {
	failure := r.Failure
	if failure == nil {
		failure = &channel.Failure{Class: channel.ClassUnknown}
		if r.State == conversation.DeliveryUnconfirmed {
			failure.Class = channel.ClassUnconfirmed
		}
	}
	text := encode(failure)
	earlier := r.State == conversation.DeliveryFailed && (r.AtMs < m.FailedMs || r.AtMs == m.FailedMs && text < m.Failure)
	if m.State != string(r.State) || m.Failure == "" || earlier {
		m.Failure = text
	}
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
		if r.State == proof.state && (*proof.at == 0 || r.AtMs < *proof.at && !r.HubTime) {
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
		// Only messages of the contact that are older than ours can have been meant by the refusal.
		if made := madeMs(m); conversation.AnsweredBefore(c.LastInboundMs, made) {
			window = window.Refuse(made, r.AtMs)
		}
		c.WindowUntilMs, c.WindowReason = window.UntilMs, string(window.Reason)
	}
	if *c == before {
		return false
	}
	c.Version++
	return true
}

// madeMs is when a message was written. Of those written elsewhere the hub learns later.
func madeMs(m *db.Message) int64 {
	if m.Elsewhere {
		return m.SentMs
	}
	return m.CreatedMs
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

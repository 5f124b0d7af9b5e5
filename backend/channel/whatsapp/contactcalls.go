package whatsapp

import (
	"context"
	"net/url"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// readMark marks a message and everything before it as read, and can show that somebody is writing. Typing
// always marks read too. Source: Meta docs, "Mark messages as read" and "Typing indicators", 2026-09.
type readMark struct {
	MessagingProduct string  `json:"messaging_product"`
	Status           string  `json:"status"`
	MessageID        string  `json:"message_id"`
	Typing           *typing `json:"typing_indicator,omitempty"`
}

type typing struct {
	Type string `json:"type"`
}

// MarkRead shows the contact that everything up to the message was read. Meta takes it for 30 days.
func (a *Adapter) MarkRead(ctx context.Context, account channel.Account, _ channel.Address, providerID string) error {
	return a.mark(ctx, account, "mark read", readMark{MessageID: providerID})
}

// Typing shows the contact for 25 s, or until the answer, that somebody is writing. It also marks the message
// read, so it must not be called before an agent has opened the conversation.
func (a *Adapter) Typing(ctx context.Context, account channel.Account, _ channel.Address, providerID string) error {
	return a.mark(ctx, account, "show typing", readMark{MessageID: providerID, Typing: &typing{Type: "text"}})
}

// TypingEnded does nothing: WhatsApp has no call for it.
func (*Adapter) TypingEnded(context.Context, channel.Account, channel.Address) error { return nil }

func (a *Adapter) mark(ctx context.Context, account channel.Account, act string, mark readMark) error {
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()
	mark.MessagingProduct, mark.Status = "whatsapp", "read"
	return errorTable.CallError(act, a.graph.PostJSON(ctx, account, graph.Path{account.ID, "messages"}, mark, nil))
}

// Profile is always channel.ErrNoProfile: WhatsApp tells names only in webhooks.
func (*Adapter) Profile(context.Context, channel.Account, channel.Address) (channel.Profile, error) {
	return channel.Profile{}, channel.ErrNoProfile
}

// Probe reads the account's own id, which needs nothing but a token that works.
func (a *Adapter) Probe(ctx context.Context, account channel.Account) error {
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()
	err := a.graph.Get(ctx, account, graph.Path{account.ID}, url.Values{"fields": {"id"}}, &struct{}{})
	return errorTable.CallError("probe the account", err)
}

package desk

import (
	"context"

	"parley/backend/conversation"
	"parley/backend/desk/cache"
	"parley/backend/desk/outbox"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Reaction is an emoji on a message. Each side has one at most.
type Reaction struct {
	Emoji     string
	Out       bool   // of the business
	AgentName string // of who put it there; "" for the contact, and for what was sent elsewhere
	AtMs      int64
	Pending   bool // Meta does not have it yet
}

// Edit is a later text of a message.
type Edit struct {
	Text string
	AtMs int64
}

// about gives messages what happened to them since, in whatever order it came and wherever it is shown, and lines that
// are about another message its id.
func about(ctx context.Context, r cache.Reader, shown []Message, names map[string]string) error {
	byProvider := map[string]int{}
	var providers, targets []string
	for i, m := range shown {
		if m.ProviderId != "" {
			byProvider[m.ProviderId] = i
			providers = append(providers, m.ProviderId)
		}
		if target := m.GetContent().GetTargetProviderId(); target != "" {
			targets = append(targets, target)
		}
	}
	lines, err := r.MessagesAbout(ctx, providers)
	if err != nil {
		return err
	}
	for _, line := range lines {
		shown[byProvider[line.Content.TargetProviderId]].happened(line, names)
	}
	found, err := r.MessagesByProvider(ctx, targets)
	if err != nil {
		return err
	}
	for i := range shown {
		for _, target := range found {
			if target.ProviderId == shown[i].GetContent().GetTargetProviderId() {
				shown[i].About = quoteOf(target, names)
			}
		}
	}
	return nil
}

// happened takes one later line into account. Lines come in the order in which they happened.
func (m *Message) happened(line *hubv1.Message, names map[string]string) {
	switch conversation.Kind(line.Content.Kind) {
	case conversation.KindReaction:
		switch conversation.DeliveryState(line.State) {
		case conversation.DeliveryFailed, conversation.DeliveryUnconfirmed:
			return // it says so itself, as a line of its own
		}
		m.react(Reaction{
			Emoji: line.Content.Emoji, Out: line.Direction == "out", AgentName: names[line.AgentId], AtMs: line.SentMs,
			Pending: line.State == string(conversation.DeliveryInHub) || line.State == string(conversation.DeliverySending),
		})
	case conversation.KindEdit:
		m.Edits = append(m.Edits, Edit{Text: line.Content.Text, AtMs: line.SentMs})
	case conversation.KindDeletion:
		m.DeletedMs = line.SentMs
	}
}

// react puts a reaction in the place of that side's earlier one.
func (m *Message) react(reaction Reaction) {
	kept := m.Reactions[:0:0]
	for _, other := range m.Reactions {
		if other.Out != reaction.Out {
			kept = append(kept, other)
		}
	}
	if reaction.Emoji != "" {
		kept = append(kept, reaction)
	}
	m.Reactions = kept
}

// layReactions lays the agent's own reactions that the feed has not brought over the messages of a page.
func layReactions(shown []Message, overlay outbox.Overlay, myName string, nowMs int64) {
	byConversation := map[string]map[string]string{}
	for i := range shown {
		id := shown[i].ConversationId
		if _, known := byConversation[id]; !known {
			byConversation[id] = overlay.Reactions(id)
		}
		if emoji, reacted := byConversation[id][shown[i].Id]; reacted {
			shown[i].react(Reaction{Emoji: emoji, Out: true, AgentName: myName, AtMs: nowMs, Pending: true})
		}
	}
}

package search

import (
	"strconv"
	"strings"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Kinds of facets of messages and notes.
const (
	FacetConversation = 'c'
	FacetTouchpoint   = 't'
	FacetDirection    = 'd' // "in" or "out"
	FacetAgent        = 'a' // who wrote it
	FacetWeek         = 'w' // see Weeks
)

// MessageText is what a search finds a message by. Event lines have nothing to find, and neither have reactions.
func MessageText(m *hubv1.Message) string {
	c := m.GetContent()
	if m.Direction == "event" || c == nil {
		return ""
	}
	parts := []string{c.Text, c.GetLocation().GetName(), c.GetLocation().GetAddress()}
	for _, card := range c.Contacts {
		parts = append(parts, card.Name, strings.Join(card.Phones, " "))
	}
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "\n")
}

// FileName is what the file of a message is found by.
func FileName(m *hubv1.Message) string {
	if m.Direction == "event" {
		return ""
	}
	return m.GetContent().GetMedia().GetFileName()
}

// MessageFacets are what a message belongs to. touchpointID is "" when it is not known.
func MessageFacets(m *hubv1.Message, touchpointID string) []string {
	facets := []string{Facet(FacetConversation, m.ConversationId), Facet(FacetDirection, m.Direction), Facet(FacetWeek, week(m.SentMs))}
	if touchpointID != "" {
		facets = append(facets, Facet(FacetTouchpoint, touchpointID))
	}
	if m.AgentId != "" {
		facets = append(facets, Facet(FacetAgent, m.AgentId))
	}
	return facets
}

// NoteFacets are what a note belongs to.
func NoteFacets(n *hubv1.Note) []string {
	return []string{Facet(FacetConversation, n.ConversationId), Facet(FacetAgent, n.AgentId)}
}

// ContactWords are what a contact is found by: the words of their name, email and user name, and any run of digits of
// their number. Who was merged is found as the one that was kept.
func ContactWords(c *hubv1.Contact) string {
	if c.MergedIntoId != "" {
		return ""
	}
	return strings.TrimSpace(Words(strings.Join([]string{c.Name, c.Email, c.Username}, " ")) + " " + Digits(c.Number))
}

// With adds facets to words, if there are any.
func With(words string, facets []string) string {
	if words == "" {
		return ""
	}
	return words + " " + strings.Join(facets, " ")
}

const weekMs = 7 * 24 * 60 * 60 * 1000

// weeksMost is how many weeks a search names; a longer time is not worth it.
const weeksMost = 26

func week(atMs int64) string { return strconv.FormatInt(max(0, atMs)/weekMs, 36) }

// Weeks are the facets of the weeks from one time to another; nil when they are too many to name. An index that is read from
// its newest entry on would go through all of what is older to look for a match that is too old: with weeks it comes to an end.
func Weeks(fromMs, toMs int64) (facets []string) {
	if fromMs <= 0 || toMs < fromMs || (toMs-fromMs)/weekMs >= weeksMost {
		return nil
	}
	for at := fromMs / weekMs; at <= toMs/weekMs; at++ {
		facets = append(facets, Facet(FacetWeek, strconv.FormatInt(at, 36)))
	}
	return facets
}

package conversation

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Channel names a way to reach contacts. Only packages below backend/channel may decide by it.
type Channel string

// The channels.
const (
	ChannelWhatsApp  Channel = "whatsapp"
	ChannelMessenger Channel = "messenger"
)

// Direction says who a message comes from.
type Direction string

// Directions. An event is a line of the conversation's own history ("Ana sent this back to Inbox").
const (
	DirectionIn    Direction = "in"
	DirectionOut   Direction = "out"
	DirectionEvent Direction = "event"
)

// Kind says what a message is. Unknown kinds from a channel become KindUnsupported and stay visible.
type Kind string

// The kinds of messages. Their details are in channel.Content.
const (
	KindText        Kind = "text"
	KindImage       Kind = "image"
	KindVideo       Kind = "video"
	KindAudio       Kind = "audio" // also voice notes
	KindDocument    Kind = "document"
	KindSticker     Kind = "sticker"
	KindLocation    Kind = "location"
	KindContacts    Kind = "contacts"
	KindReaction    Kind = "reaction"
	KindAnswer      Kind = "answer" // a button, list or form answer
	KindOrder       Kind = "order"
	KindReferral    Kind = "referral"
	KindEdit        Kind = "edit"
	KindDeletion    Kind = "deletion"
	KindSystem      Kind = "system" // number changed and the like
	KindTemplate    Kind = "template"
	KindUnsupported Kind = "unsupported"
)

// The kinds of event lines (DirectionEvent).
const (
	KindAssigned    Kind = "assigned"
	KindSentToInbox Kind = "sent_to_inbox"
	KindEnded       Kind = "ended"
	KindReopened    Kind = "reopened" // the contact wrote during wrap-up
	KindClosed      Kind = "closed"
	KindRouted      Kind = "routed"      // the hub gave it to an agent, whose name is its text
	KindTimedOut    Kind = "timed_out"   // its agent, whose name is its text, has left it unanswered
	KindTransferred Kind = "transferred" // its text is who has it now, its raw kind "agent" or "queue"
)

// PreviewRunes is how much of a message a list shows at most.
const PreviewRunes = 160

// Preview is the one line that a list shows of a text: white space folded, control characters and
// direction overrides dropped, at most PreviewRunes long and a mark that there is more. The text itself is stored whole.
func Preview(text string) string {
	var b strings.Builder
	runes, space := 0, false
	for _, r := range text {
		if unicode.IsSpace(r) {
			space = b.Len() > 0
			continue
		}
		if unicode.IsControl(r) || isBidiControl(r) || r == utf8.RuneError {
			continue
		}
		if runes >= PreviewRunes || space && runes+1 >= PreviewRunes {
			b.WriteRune('…')
			break
		}
		if space {
			b.WriteByte(' ')
			runes++
			space = false
		}
		b.WriteRune(r)
		runes++
	}
	return b.String()
}

// isBidiControl reports whether r changes the direction of text around it (Unicode TR 9).
func isBidiControl(r rune) bool {
	return r == '\u200e' || r == '\u200f' || r == '\u061c' || (r >= '\u202a' && r <= '\u202e') || (r >= '\u2066' && r <= '\u2069')
}

// CleanText makes text storable on every engine without losing any of it that can be seen: NUL, which
// PostgreSQL refuses, and invalid UTF-8 become U+FFFD.
func CleanText(text string) string {
	text = strings.ToValidUTF8(text, "\uFFFD")
	return strings.ReplaceAll(text, "\x00", "\uFFFD")
}

// Speaks reports whether a contact who sends this kind says something that waits for an answer. Reactions, edits
// and the like belong to what was said before.
func (k Kind) Speaks() bool {
	switch k {
	case KindReaction, KindEdit, KindDeletion, KindSystem:
		return false
	default:
		return true
	}
}

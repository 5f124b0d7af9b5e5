package channel

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"parley/backend/conversation"
)

// Limits are what a channel accepts from us.
type Limits struct {
	TextRunes    int // longest text
	CaptionRunes int // longest caption; 0 when the channel takes none
	Media        []MediaLimit
	Formats      bool                // text is shown with *bold*, _italic_, ~strike~ and ```code```
	Other        []conversation.Kind // kinds beside text and media that can be sent: reaction, location, contacts, template
}

// MediaLimit is one row of a channel's media table. The first row that fits decides.
type MediaLimit struct {
	Kind     conversation.Kind
	MIME     []string // exact types; empty accepts any
	MaxBytes int64
	Caption  bool
}

// Fit returns the row by which a file of this (sniffed) type can be sent, preferring the earliest. tooLarge is
// the row that would take the type but not the size. Both are nil when no row takes the type.
func (l Limits) Fit(mime string, size int64) (fits, tooLarge *MediaLimit) {
	for i := range l.Media {
		row := &l.Media[i]
		if !row.Takes(mime) {
			continue
		}
		if size <= row.MaxBytes {
			return row, nil
		}
		if tooLarge == nil {
			tooLarge = row
		}
	}
	return nil, tooLarge
}

// Published is a copy for callers, in which types stand under all their names, so that whoever only compares names
// (a desk, a page) finds them.
func (l Limits) Published() Limits {
	l.Media, l.Other = slices.Clone(l.Media), slices.Clone(l.Other)
	for i := range l.Media {
		names := slices.Clone(l.Media[i].MIME)
		for other, name := range canonical {
			if slices.Contains(names, name) && !slices.Contains(names, other) {
				names = append(names, other)
			}
		}
		slices.Sort(names[len(l.Media[i].MIME):])
		l.Media[i].MIME = names
	}
	return l
}

// Takes reports whether a file of this (sniffed) type can be sent by this row.
func (m MediaLimit) Takes(mime string) bool {
	if len(m.MIME) == 0 {
		return true
	}
	mime = CanonicalMIME(mime)
	for _, accepted := range m.MIME {
		if accepted == mime {
			return true
		}
	}
	return false
}

// Check says why the channel does not take a message, nil when it does. Media has to have its sniffed type
// (Sniff). The refusal names the limit, what was given, and as what the same content would pass.
func (l Limits) Check(o Outgoing) *Failure {
	switch {
	case o.Kind == conversation.KindText:
		return l.checkText(o)
	case slices.ContainsFunc(l.Media, func(row MediaLimit) bool { return row.Kind == o.Kind }):
		return l.checkMedia(o)
	case !slices.Contains(l.Other, o.Kind):
		refusal := Refusal(ReasonUnsupportedKind, fmt.Sprintf("messages of the kind %q cannot be sent", o.Kind))
		if _, ok := AsText(o); ok {
			refusal.As = conversation.KindText
		}
		return refusal
	case o.Text != "" || o.Media != nil:
		return Refusal(ReasonNoCaption, fmt.Sprintf("%s has neither text nor file", o.Kind))
	}
	switch o.Kind {
	case conversation.KindReaction:
		return checkReaction(o)
	case conversation.KindLocation:
		return checkLocation(o.Location)
	case conversation.KindContacts:
		return checkCards(o.Contacts)
	default:
		return nil
	}
}

func (l Limits) checkText(o Outgoing) *Failure {
	switch runes := utf8.RuneCountInString(o.Text); {
	case o.Media != nil:
		return Refusal(ReasonRefusedContent, "a text message has no file")
	case strings.TrimSpace(o.Text) == "":
		return Refusal(ReasonTextEmpty, "the text is empty")
	case runes > l.TextRunes:
		return beyond(ReasonTextTooLong, int64(runes), int64(l.TextRunes), "the text has %d characters; at most %d are taken")
	default:
		return nil
	}
}

func (l Limits) checkMedia(o Outgoing) *Failure {
	if o.Media == nil || o.Media.SizeBytes <= 0 {
		return Refusal(ReasonFileMissing, "the file is missing or empty")
	}
	own := Limits{}
	for _, row := range l.Media {
		if row.Kind == o.Kind {
			own.Media = append(own.Media, row)
		}
	}
	row, tooLarge := own.Fit(o.Media.MIME, o.Media.SizeBytes)
	if row == nil {
		refusal := Refusal(ReasonFileType, fmt.Sprintf("%s is not taken as %s", o.Media.MIME, o.Kind))
		if tooLarge != nil {
			refusal = beyond(ReasonFileTooLarge, o.Media.SizeBytes, tooLarge.MaxBytes, "the file has %d bytes; at most %d are taken")
		}
		refusal.As = l.insteadOf(o)
		return refusal
	}
	switch runes := utf8.RuneCountInString(o.Text); {
	case runes > 0 && (!row.Caption || l.CaptionRunes == 0):
		return Refusal(ReasonNoCaption, fmt.Sprintf("%s has no caption", o.Kind))
	case runes > l.CaptionRunes:
		return beyond(ReasonCaptionTooLong, int64(runes), int64(l.CaptionRunes), "the caption has %d characters; at most %d are taken")
	default:
		return nil
	}
}

// insteadOf is the kind as which a file passes that does not pass as what it was meant to be. A sticker is never
// offered: nobody who sends a photo means one.
func (l Limits) insteadOf(o Outgoing) conversation.Kind {
	for _, row := range l.Media {
		if row.Kind != o.Kind && row.Kind != conversation.KindSticker && row.Takes(o.Media.MIME) && o.Media.SizeBytes <= row.MaxBytes {
			return row.Kind
		}
	}
	return ""
}

// maxEmojiRunes is the longest emoji: a family of four with skin tones, or a flag of a region.
const maxEmojiRunes = 16

func checkReaction(o Outgoing) *Failure {
	switch {
	case o.TargetID == "":
		return Refusal(ReasonRefusedContent, "the reaction names no message")
	case utf8.RuneCountInString(o.Emoji) > maxEmojiRunes || strings.ContainsAny(o.Emoji, " \t\r\n"):
		return Refusal(ReasonRefusedContent, "a reaction is one emoji")
	default:
		return nil
	}
}

func checkLocation(at *Location) *Failure {
	if at == nil || math.IsNaN(at.Latitude) || math.IsNaN(at.Longitude) || math.Abs(at.Latitude) > 90 || math.Abs(at.Longitude) > 180 {
		return Refusal(ReasonRefusedContent, "the location has no usable coordinates")
	}
	return nil
}

func checkCards(cards []Card) *Failure {
	if len(cards) == 0 || slices.ContainsFunc(cards, func(c Card) bool { return strings.TrimSpace(c.Name) == "" }) {
		return Refusal(ReasonRefusedContent, "a contact card has no name")
	}
	return nil
}

func beyond(reason Reason, actual, limit int64, format string) *Failure {
	refusal := Refusal(reason, fmt.Sprintf(format, actual, limit))
	refusal.Actual, refusal.Limit = actual, limit
	return refusal
}

// AsText returns a location or contact cards as the text message that says the same, for channels that have neither.
// It is another message than the agent wrote, so ask before it is sent. False when there is nothing to say.
func AsText(o Outgoing) (Outgoing, bool) {
	var shown []string
	switch {
	case o.Kind == conversation.KindLocation && checkLocation(o.Location) == nil:
		at := fmt.Sprintf("%.6f,%.6f", o.Location.Latitude, o.Location.Longitude)
		shown = []string{o.Location.Name, o.Location.Address, "https://maps.google.com/?q=" + at}
	case o.Kind == conversation.KindContacts && checkCards(o.Contacts) == nil:
		for _, card := range o.Contacts {
			shown = append(shown, card.Name, card.Organisation)
			shown = slices.Concat(shown, card.Phones, card.Emails, card.Addresses, card.URLs)
		}
	default:
		return o, false
	}
	shown = slices.DeleteFunc(shown, func(line string) bool { return strings.TrimSpace(line) == "" })
	o.Kind, o.Text, o.Location, o.Contacts = conversation.KindText, strings.Join(shown, "\n"), nil, nil
	return o, true
}

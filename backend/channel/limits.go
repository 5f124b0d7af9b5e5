package channel

import (
	"slices"

	"parley/backend/conversation"
)

// Limits are what a channel accepts from us.
type Limits struct {
	TextRunes    int // longest text
	CaptionRunes int // longest caption; 0 when the channel takes none
	Media        []MediaLimit
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

// Clone returns a copy that shares nothing with l.
func (l Limits) Clone() Limits {
	l.Media = slices.Clone(l.Media)
	for i := range l.Media {
		l.Media[i].MIME = slices.Clone(l.Media[i].MIME)
	}
	return l
}

// Takes reports whether a file of this (sniffed) type can be sent by this row.
func (m MediaLimit) Takes(mime string) bool {
	if len(m.MIME) == 0 {
		return true
	}
	for _, accepted := range m.MIME {
		if accepted == mime {
			return true
		}
	}
	return false
}

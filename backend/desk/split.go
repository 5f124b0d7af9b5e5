package desk

import (
	"cmp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Where a long text may be cut, the best place last.
const (
	cutAnywhere = iota // between two characters as people see them
	cutWord
	cutSentence
	cutLine
	cutParagraph
	cuts
)

// split cuts a text into parts of at most most characters; one part when it fits, or when most is 0. A part ends where a
// paragraph, a line, a sentence or a word does: the first of these that does so within its second half, else the last one
// before. Nothing but white space at the cuts is lost.
func split(text string, most int) []string {
	if most == 0 || utf8.RuneCountInString(text) <= most {
		return []string{text}
	}
	var parts []string
	for rest := strings.TrimSpace(text); rest != ""; {
		end := cutAt(rest, most)
		parts = append(parts, strings.TrimSpace(rest[:end]))
		rest = strings.TrimSpace(rest[end:])
	}
	return parts
}

// cutAt is where the first part of a text ends, in bytes: its length when it fits.
func cutAt(text string, most int) int {
	var late [cuts]int // within the second half, by kind
	early := 0
	runes, offset, state := 0, 0, -1
	for rest := text; rest != ""; {
		var character string
		var boundaries int
		character, rest, boundaries, state = uniseg.StepString(rest, state)
		runes += utf8.RuneCountInString(character)
		// White space may stand over: it is not sent.
		if runes > most && strings.TrimSpace(character) != "" {
			return best(late, early, text, most)
		}
		offset += len(character)
		switch kind := kindOf(character, rest, boundaries); {
		case 2*runes >= most:
			late[kind] = offset
		case kind > cutAnywhere:
			early = offset
		}
	}
	return len(text)
}

// kindOf says what ends behind a character.
func kindOf(character, rest string, boundaries int) int {
	switch {
	case strings.HasSuffix(character, "\n") && strings.HasPrefix(strings.TrimLeft(rest, " \t\r"), "\n"):
		return cutParagraph
	case boundaries&uniseg.MaskLine == uniseg.LineMustBreak:
		return cutLine
	case boundaries&uniseg.MaskSentence != 0:
		return cutSentence
	case boundaries&uniseg.MaskLine == uniseg.LineCanBreak && endsWord(character):
		return cutWord
	}
	return cutAnywhere
}

// endsWord leaves out what a line may break at and a message should not: the parts of an address or a number.
func endsWord(character string) bool {
	for _, r := range character {
		return unicode.IsSpace(r) || r > unicode.MaxLatin1 && unicode.IsLetter(r)
	}
	return false
}

// best is the end of the first part. A single character that is longer than a message is cut where it has to be.
func best(late [cuts]int, early int, text string, most int) int {
	for kind := cutParagraph; kind > cutAnywhere; kind-- {
		if late[kind] > 0 {
			return late[kind]
		}
	}
	if end := cmp.Or(early, late[cutAnywhere]); end > 0 {
		return end
	}
	runes := 0
	for i := range text {
		if runes++; runes > most {
			return i
		}
	}
	return len(text)
}

// Package search decides what is found by what: the words of a text, and the texts that a query means. Desk and hub
// index what Words gives and ask by what Parse gives, so that both find the same.
//
// A word is a run of letters and digits without case and accents: "Reservação" is found as "RESERVACAO". Scripts that
// are written without spaces have one word a character, so that any part of a sentence is found; so have pictograms.
// Words that begin with a mark of their own are facets: what a text belongs to, never what a person can type.
//
// The package knows no database: Query writes itself as an FTS5 expression and as a tsquery.
package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// facetMark begins a facet. It is for private use, so no folded text has it. It is repeated so that all facets of a
// text have one entry in an index of beginnings, instead of one each.
const facetMark = "\ue000\ue000\ue000"

// Facet is a word that says what a text belongs to: kind is one letter, value an id or a word of ours.
func Facet(kind byte, value string) string {
	return facetMark + string(kind) + strings.ReplaceAll(value, "-", "")
}

// Words lists the words of a text in order, one blank between two: what an index is given.
func Words(text string) string {
	var b strings.Builder
	b.Grow(len(text))
	for word := range each(text) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word.folded)
	}
	return b.String()
}

// longestWord bounds a word, in bytes: what is longer is an encoded file, and found by its beginning.
const longestWord = 64

// word is one of a text, with its place there.
type word struct {
	folded     string
	begin, end int  // in bytes of the text
	alone      bool // a character of a script without spaces, or a pictogram: it goes on without a boundary
}

// each yields the words of a text in order.
func each(text string) func(yield func(word) bool) {
	return func(yield func(word) bool) {
		var folded strings.Builder
		begin, alone := -1, false
		end := func(at int) bool {
			if begin < 0 {
				return true
			}
			w := word{folded: shortened(folded.String()), begin: begin, end: at, alone: alone}
			begin, alone = -1, false
			folded.Reset()
			return w.folded == "" || yield(w)
		}
		for at, r := range text {
			switch {
			case unicode.Is(unicode.M, r):
				if begin >= 0 {
					fold(&folded, r)
				}
				continue
			case unspaced(r) || unicode.Is(unicode.So, r):
				if !end(at) {
					return
				}
				begin, alone = at, true
			case unicode.IsLetter(r) || unicode.IsNumber(r):
				if alone && !end(at) {
					return
				}
				if begin < 0 {
					begin = at
				}
			default:
				if !end(at) {
					return
				}
				continue
			}
			fold(&folded, r)
		}
		end(len(text))
	}
}

// shortened cuts a word to what is indexed of it.
func shortened(text string) string {
	if len(text) <= longestWord {
		return text
	}
	cut := longestWord
	for !utf8.RuneStart(text[cut]) {
		cut--
	}
	return text[:cut]
}

// unfolded are letters that Unicode does not take apart although people type them without what makes them special.
var unfolded = map[rune]string{
	'ß': "ss", 'ø': "o", 'ł': "l", 'đ': "d", 'ð': "d", 'þ': "th", 'æ': "ae", 'œ': "oe", 'ı': "i", 'ħ': "h", 'ŧ': "t",
}

// fold writes a character without case and accents.
func fold(b *strings.Builder, r rune) {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		b.WriteByte(byte(r))
		return
	}
	for _, part := range norm.NFKD.String(string(unicode.ToLower(r))) {
		part = unicode.ToLower(part)
		plain, special := unfolded[part]
		switch {
		case accent(part), !special && !unicode.In(part, unicode.L, unicode.N, unicode.M, unicode.So):
		case special:
			b.WriteString(plain)
		default:
			b.WriteRune(part)
		}
	}
}

// accented are the scripts in which marks above and below may be left out. In the scripts of India they are vowels.
var accented = []*unicode.RangeTable{unicode.Inherited, unicode.Arabic, unicode.Hebrew, unicode.Cyrillic, unicode.Syriac}

// accent reports whether a character is a mark that people leave out. The voice marks of kana make other letters.
func accent(r rune) bool {
	return unicode.Is(unicode.M, r) && unicode.In(r, accented...) && r != '\u3099' && r != '\u309a'
}

// unspaced reports whether a character is of a script that is written without spaces between words.
func unspaced(r rune) bool {
	return r >= 0x0e00 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
}

// Row is the place of an entity in an index: the later, the higher. Two entities of one second may have the same; whoever
// keeps rows takes the next free one then. All are FirstRow or higher.
func Row(atMs int64, id string) int64 {
	var hash uint32 = 2166136261 // FNV-1a
	for i := range len(id) {
		hash = (hash ^ uint32(id[i])) * 16777619
	}
	return RowAt(atMs) | int64(hash>>16)
}

// FirstRow is lower than every row, and higher than what a database counts by itself.
const FirstRow int64 = 1 << 48

// RowAt is the lowest row of a time: what is not older has that row or a higher one.
func RowAt(atMs int64) int64 { return FirstRow + max(0, atMs/1000)<<16 }

// Digits are the parts of a number by which it is found: each of its ends, so that any run of its digits is the beginning
// of one. Shorter ones than three digits are left out.
func Digits(number string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, number)
	var ends []string
	for i := 0; i+3 <= len(digits); i++ {
		ends = append(ends, digits[i:])
	}
	return strings.Join(ends, " ")
}

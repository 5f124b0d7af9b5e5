package search

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Query is what a person looks for: all of its phrases, in any order.
type Query struct{ phrases []phrase }

// phrase is words one after the other. Of an open one the last is the beginning of a word.
type phrase struct {
	words []string
	open  bool
}

// wordsMost bounds a query: what is beyond is a text that was pasted by mistake.
const wordsMost = 16

// Parse reads what a person has typed. Words in quotation marks stand together; so do those that only punctuation
// divides, such as "e-mail". The last word may be its beginning only, unless its quotation mark was closed.
func Parse(typed string) Query {
	var q Query
	count := 0
	add := func(text string, open bool) {
		var p phrase
		for w := range each(text) {
			if count == wordsMost {
				break
			}
			p.words = append(p.words, w.folded)
			count++
		}
		if len(p.words) > 0 {
			p.open = open
			q.phrases = append(q.phrases, p)
		}
	}
	rest := strings.Map(func(r rune) rune {
		if strings.ContainsRune("“”„«»", r) {
			return '"'
		}
		return r
	}, typed)
	for rest != "" {
		before, quoted, found := strings.Cut(rest, `"`)
		for _, chunk := range strings.Fields(before) {
			add(chunk, false)
		}
		if !found {
			break
		}
		inside, after, closed := strings.Cut(quoted, `"`)
		if !closed {
			add(inside, true)
			return q
		}
		add(inside, false)
		rest = after
		if strings.TrimSpace(rest) == "" {
			return q // the closed phrase is the last
		}
	}
	if n := len(q.phrases); n > 0 {
		q.phrases[n-1].open = true
	}
	return q
}

// ParseNumber reads a number as it may be typed, with blanks, brackets and a plus. ok is false when it is none, or too
// short to look for.
func ParseNumber(typed string) (q Query, ok bool) {
	digits := 0
	var b strings.Builder
	for _, r := range typed {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
			digits++
		case !strings.ContainsRune(" +-()./", r):
			return Query{}, false
		}
	}
	if digits < 3 {
		return Query{}, false
	}
	return Query{phrases: []phrase{{words: []string{b.String()}, open: true}}}, true
}

// Settled is the query without a last word of which only one letter was typed: half of all texts have such a word. One
// digit is looked for as it is.
func (q Query) Settled() Query {
	n := len(q.phrases)
	if n == 0 {
		return q
	}
	last := q.phrases[n-1]
	if len(last.words) != 1 || !last.open || len(last.words[0]) != 1 {
		return q
	}
	settled := Query{phrases: slices.Clone(q.phrases[:n-1])}
	if digit := last.words[0][0]; '0' <= digit && digit <= '9' {
		settled.phrases = append(settled.phrases, phrase{words: last.words})
	}
	return settled
}

// Empty reports whether nothing is looked for.
func (q Query) Empty() bool { return len(q.phrases) == 0 }

// Where says what the texts that are meant belong to.
type Where struct {
	All []string   // facets that they have,
	Any [][]string // and one of each of these,
	Not []string   // and none of these
}

// FTS5 is the query as an expression of SQLite's FTS5, of a table whose tokenizer is "ascii".
func (q Query) FTS5(where Where) string {
	var all []string
	for _, p := range q.phrases {
		term := quoteFTS5(strings.Join(p.words, " "))
		if p.open {
			term += " *"
		}
		all = append(all, term)
	}
	for _, facet := range where.All {
		all = append(all, quoteFTS5(facet))
	}
	for _, any := range where.Any {
		quoted := make([]string, len(any))
		for i, facet := range any {
			quoted[i] = quoteFTS5(facet)
		}
		all = append(all, "("+strings.Join(quoted, " OR ")+")")
	}
	expression := "(" + strings.Join(all, " AND ") + ")"
	for _, facet := range where.Not {
		expression += " NOT " + quoteFTS5(facet)
	}
	return expression
}

func quoteFTS5(text string) string { return `"` + strings.ReplaceAll(text, `"`, `""`) + `"` }

// TSQuery is the query as a tsquery of PostgreSQL, to be cast and not parsed.
func (q Query) TSQuery(where Where) string {
	var all []string
	for _, p := range q.phrases {
		words := make([]string, len(p.words))
		for i, w := range p.words {
			words[i] = quoteLexeme(w)
		}
		if p.open {
			words[len(words)-1] += ":*"
		}
		all = append(all, "("+strings.Join(words, " <-> ")+")")
	}
	for _, facet := range where.All {
		all = append(all, quoteLexeme(facet))
	}
	for _, any := range where.Any {
		quoted := make([]string, len(any))
		for i, facet := range any {
			quoted[i] = quoteLexeme(facet)
		}
		all = append(all, "("+strings.Join(quoted, " | ")+")")
	}
	for _, facet := range where.Not {
		all = append(all, "!"+quoteLexeme(facet))
	}
	return strings.Join(all, " & ")
}

func quoteLexeme(text string) string {
	return "'" + strings.NewReplacer("'", "''", `\`, `\\`).Replace(text) + "'"
}

// In reports whether a text is meant.
func (q Query) In(text string) bool {
	var all []word
	for w := range each(text) {
		all = append(all, w)
	}
	for _, p := range q.phrases {
		if !p.in(all) {
			return false
		}
	}
	return true
}

// in reports whether a text has the phrase.
func (p phrase) in(all []word) bool {
	for i := range all {
		if p.at(all[i:]) {
			return true
		}
	}
	return false
}

// snippetRunes is how much of a text is shown of a hit, and beforeRunes how much of that may stand before it.
const (
	snippetRunes = 160
	beforeRunes  = 40
)

// Snippet is the part of a text that shows why it was found, on one line; it begins with "…" when there is more before.
func (q Query) Snippet(text string) string {
	begin := max(0, q.first(text))
	runes := 0
	for begin > 0 && runes < beforeRunes {
		_, size := utf8.DecodeLastRuneInString(text[:begin])
		begin -= size
		runes++
	}
	if begin > 0 { // at the beginning of a word
		if blank := strings.IndexAny(text[begin:], " \n"); blank >= 0 && utf8.RuneCountInString(text[begin:begin+blank]) < beforeRunes/2 {
			begin += blank + 1
		}
	}
	part := text[begin:]
	if cut := cutRunes(part, snippetRunes); cut < len(part) {
		part = part[:cut] + "…"
	}
	part = strings.Join(strings.Fields(part), " ")
	if begin > 0 {
		part = "…" + part
	}
	return part
}

func cutRunes(text string, most int) int {
	for at := range text {
		if most == 0 {
			return at
		}
		most--
	}
	return len(text)
}

// first is where the first phrase that the text has begins; -1 when it has none.
func (q Query) first(text string) int {
	best := -1
	var all []word
	for w := range each(text) {
		all = append(all, w)
	}
	for _, p := range q.phrases {
		for i := range all {
			if (best < 0 || all[i].begin < best) && p.at(all[i:]) {
				best = all[i].begin
				break
			}
		}
	}
	return best
}

// at reports whether a run of words begins with the phrase.
func (p phrase) at(all []word) bool {
	if len(all) < len(p.words) {
		return false
	}
	for i, wanted := range p.words {
		last := i == len(p.words)-1
		if all[i].folded != wanted && !(last && p.open && strings.HasPrefix(all[i].folded, wanted)) {
			return false
		}
	}
	return true
}

// Vector is a text's words as a tsvector of PostgreSQL, to be cast and not parsed. Its positions end at 16,383: what comes
// after is found, but not as part of a phrase.
func Vector(words string) string {
	var b strings.Builder
	position := 0
	for w := range strings.FieldsSeq(words) {
		position = min(position+1, 16383)
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(quoteLexeme(w))
		b.WriteByte(':')
		b.WriteString(strconv.Itoa(position))
	}
	return b.String()
}

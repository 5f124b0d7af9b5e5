package cache

import (
	"context"
	"database/sql"
	"strings"
	"unicode"
)

// HitsMost is how many hits a search returns at most.
const HitsMost = 1000

// Hit is a message that a search found.
type Hit struct {
	MessageID string
	Place     Place
}

// Search finds the messages of a conversation that contain all words of query, the last one also as the beginning
// of a word; newest first. Accents and case do not count. Text in scripts that write without spaces is found
// by its characters as typed.
func (r Reader) Search(ctx context.Context, conversationID, query string) ([]Hit, error) {
	scan := func(rows *sql.Rows) (Hit, error) {
		var hit Hit
		return hit, rows.Scan(&hit.MessageID, &hit.Place.SentMs, &hit.Place.No)
	}
	query = strings.TrimSpace(query)
	if query == "" {
		return nil, nil
	}
	terms := searchTerms(query)
	if terms == "" || unspaced(query) {
		return list(ctx, r.q, "search conversation", scan, `
			SELECT id, sent_ms, no FROM message WHERE conversation_id = ? AND instr(text, ?) > 0
			ORDER BY sent_ms DESC, no DESC LIMIT ?`, conversationID, query, HitsMost)
	}
	return list(ctx, r.q, "search conversation", scan, `
		SELECT m.id, m.sent_ms, m.no FROM message_text f JOIN message m ON m.row = f.rowid
		WHERE message_text MATCH ? ORDER BY m.sent_ms DESC, m.no DESC LIMIT ?`,
		`thread : "`+threadTerm(conversationID)+`" AND text : (`+terms+`)`, HitsMost)
}

// searchTerms makes an FTS5 expression of the words of a query. Words are quoted, so that nothing in them is
// syntax; those without a letter or digit are left out, because they have no term.
func searchTerms(query string) string {
	var terms []string
	for _, word := range strings.Fields(query) {
		if strings.IndexFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) < 0 {
			continue
		}
		terms = append(terms, `"`+strings.ReplaceAll(word, `"`, `""`)+`"`)
	}
	if len(terms) == 0 {
		return ""
	}
	return strings.Join(terms, " AND ") + " *"
}

// unspaced reports whether text is in a script that the tokenizer cannot divide into words.
func unspaced(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar)
	}) >= 0
}

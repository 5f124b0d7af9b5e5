package desk

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"pgregory.net/rapid"
)

func TestLongTextIsCutWhereAPersonWould(t *testing.T) {
	for _, test := range []struct {
		name, text string
		most       int
		want       []string
	}{
		{"what fits is one, as it stands", " a\n\nb ", 9, []string{" a\n\nb "}},
		{"no limit", strings.Repeat("a ", 500), 0, []string{strings.Repeat("a ", 500)}},
		{"between paragraphs", "Dear Ana,\n\nyour trip is booked. Have fun\nRui", 31, []string{"Dear Ana,\n\nyour trip is booked.", "Have fun\nRui"}},
		{"the paragraph before the line", "One two three.\n\nFour\nfive six", 24, []string{"One two three.", "Four\nfive six"}},
		{"between lines", "first line\nsecond, longer line", 20, []string{"first line", "second, longer line"}},
		{"between sentences", "It is late. Call us tomorrow", 20, []string{"It is late.", "Call us tomorrow"}},
		{"between words", "nobody likes a cut word", 12, []string{"nobody likes", "a cut word"}},
		{"an address stays whole", "look https://example.com/a-b/c", 26, []string{"look", "https://example.com/a-b/c"}},
		{"without spaces", "それは大丈夫です", 5, []string{"それは大丈", "夫です"}},
		{"a family stays together", "👨‍👩‍👧👨‍👩‍👧", 7, []string{"👨‍👩‍👧", "👨‍👩‍👧"}},
		{"one word that is too long", "aaaaaaaaaa", 4, []string{"aaaa", "aaaa", "aa"}},
		{"one character that is too long", "e\u0301\u0302\u0303\u0304", 3, []string{"e\u0301\u0302", "\u0303\u0304"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := split(test.text, test.most); strings.Join(got, "|") != strings.Join(test.want, "|") {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// Whatever is typed: every part fits, none is empty, nothing but white space is lost, and nothing is cut that could be whole.
func TestLongTextLosesNothing(t *testing.T) {
	bare := func(text string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text)
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOfN(rapid.RuneFrom([]rune("ab. \n\t,!…é👩🏽\u200d\u0301だ한")), 1, -1, -1).Draw(t, "text")
		most := rapid.IntRange(1, 40).Draw(t, "most")
		parts := split(text, most)
		if utf8.RuneCountInString(text) <= most && (len(parts) != 1 || parts[0] != text) {
			t.Fatalf("what fits was changed: %q", parts)
		}
		if bare(strings.Join(parts, "")) != bare(text) {
			t.Fatalf("%q became %q", text, parts)
		}
		for _, part := range parts {
			if runes := utf8.RuneCountInString(part); runes > most || part == "" {
				t.Fatalf("a part has %d characters: %q", runes, part)
			}
		}
		if most >= 12 && uniseg.GraphemeClusterCount(text) == utf8.RuneCountInString(text) && len(parts) > 4*len([]rune(text))/most+2 {
			t.Fatalf("%d parts of %d characters", len(parts), len([]rune(text)))
		}
	})
}

package conversation

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// checkPreview says what is wrong with a text's preview, "" when nothing is.
func checkPreview(text string) string {
	p := Preview(text)
	switch {
	case !utf8.ValidString(p):
		return "it is no valid UTF-8"
	case utf8.RuneCountInString(p) > PreviewRunes+1:
		return "it is too long"
	case strings.TrimSpace(p) != p:
		return "it begins or ends with white space"
	case strings.Contains(p, "  "):
		return "white space is not folded"
	case strings.ContainsFunc(p, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }):
		return "it holds a control character or a direction override"
	}
	return ""
}

func TestPreview(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                           "",
		" \t\r\n ":                   "",
		"  one\n\n two\tthree  ":     "one two three",
		"a\u202egnp.exe":             "agnp.exe",
		"\u2066x\u2069\u200e\u061cy": "xy",
		"\x00\x1b[31mred":            "[31mred",
		"👩‍👩‍👧 olá":                  "👩‍👩‍👧 olá", // the joiner belongs to the emoji
		"مرحبا بك":                   "مرحبا بك",
		"\xff\xfeok":                 "ok",
	} {
		if got := Preview(text); got != want {
			t.Errorf("%q is shown as %q, want %q", text, got, want)
		}
	}
	for name, text := range map[string]string{
		"10,000 letters":         strings.Repeat("ä", 10_000),
		"10,000 spaces":          strings.Repeat(" ", 10_000) + "x",
		"10,000 overrides":       strings.Repeat("\u202e", 10_000) + "x",
		"a word ends at the end": strings.Repeat("a", PreviewRunes) + " and more",
		"exactly as long":        strings.Repeat("a", PreviewRunes),
		"a space at the end":     strings.Repeat("a", PreviewRunes-1) + "  b c",
	} {
		if wrong := checkPreview(text); wrong != "" {
			t.Errorf("%s: %s: %q", name, wrong, Preview(text))
		}
	}
	if got := Preview(strings.Repeat("a", PreviewRunes)); strings.Contains(got, "…") {
		t.Errorf("a text that fits was shortened: %q", got)
	}
	alphabet := rapid.StringOf(rapid.RuneFrom([]rune("ab \n\t\x00\u202e\u200f\u2067\u2028…é👩\u200d\ufffd")))
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), alphabet, rapid.Custom(func(t *rapid.T) string {
			return strings.Repeat(alphabet.Draw(t, "part"), rapid.IntRange(1, 60).Draw(t, "times"))
		})).Draw(t, "text")
		if wrong := checkPreview(text); wrong != "" {
			t.Fatalf("%s: %q", wrong, Preview(text))
		}
	})
}

func FuzzPreview(f *testing.F) {
	for _, text := range []string{"", "a", "\u202e\x00 x", strings.Repeat("a ", 200), "\xff\xfe", strings.Repeat("a", 160) + " b"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if wrong := checkPreview(text); wrong != "" {
			t.Errorf("%s: %q", wrong, Preview(text))
		}
	})
}

func TestCleanText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain \u202e text\n": "plain \u202e text\n", // stored whole; shown safely
		"a\x00b":              "a\ufffdb",
		"a\xffb":              "a\ufffdb",
		"\xed\xa0\x80":        "\ufffd", // half a surrogate pair
	} {
		if got := CleanText(text); got != want {
			t.Errorf("%q is stored as %q, want %q", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
			return string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		})).Draw(t, "text")
		clean := CleanText(text)
		if !utf8.ValidString(clean) || strings.ContainsRune(clean, 0) {
			t.Fatalf("%q cannot be stored", clean)
		}
		if CleanText(clean) != clean {
			t.Fatalf("%q is not stored as it is", clean)
		}
		if utf8.ValidString(text) && utf8.RuneCountInString(text) != utf8.RuneCountInString(clean) {
			t.Fatalf("%q lost characters: %q", text, clean)
		}
	})
}

func TestSpeaks(t *testing.T) {
	silent := map[Kind]bool{
		KindReaction: true, KindEdit: true, KindDeletion: true, KindSystem: true,
	}
	for _, k := range []Kind{
		KindText, KindImage, KindVideo, KindAudio, KindDocument,
		KindSticker, KindLocation, KindContacts, KindReaction, KindAnswer,
		KindOrder, KindReferral, KindEdit, KindDeletion, KindSystem,
		KindTemplate, KindUnsupported,
	} {
		if k.Speaks() == silent[k] {
			t.Errorf("%s: speaks is %v", k, k.Speaks())
		}
	}
}

package search

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"Reservação confirmada!":    "reservacao confirmada",
		"Grüße aus Köln, Straße":    "grusse aus koln strasse",
		"Łódź, Đà Nẵng, smørrebrød": "lodz da nang smorrebrod",
		"e-mail ana@ondaverde.pt":   "e mail ana ondaverde pt",
		"予約を変更":                     "予 約 を 変 更",
		"が か":                       "が か",
		"مَرْحَبًا":                 "مرحبا",
		"हिन्दी":                    "हिन्दी",
		"obrigada 🙏🙏":               "obrigada 🙏 🙏",
		"﹙ﬁne﹚ １２３":                 "fine 123",
		"100% \u202eabc":            "100 abc",
		"":                          "",
		"..., !":                    "",
	} {
		if got := Words(text); got != want && Words(want) != got {
			t.Errorf("the words of %q are %q, want %q", text, got, want)
		}
	}
	t.Run("kana_with_and_without_a_voice_mark_are_two", func(t *testing.T) {
		if Words("が") == Words("か") {
			t.Error("they are one")
		}
	})
	t.Run("a_word_without_end_is_found_by_its_beginning", func(t *testing.T) {
		if got := Words(strings.Repeat("ü", 500)); len(got) > longestWord || !utf8.ValidString(got) {
			t.Errorf("%d bytes", len(got))
		}
	})
}

func TestParse(t *testing.T) {
	for typed, want := range map[string]string{
		"hotel lis":           `("hotel" AND "lis" *)`,
		`"hotel lisboa"`:      `("hotel lisboa")`,
		`“Hotel Lis`:          `("hotel lis" *)`,
		`ana "rua do ouro" 7`: `("ana" AND "rua do ouro" AND "7" *)`,
		"e-mail":              `("e mail" *)`,
		"変更":                  `("変 更" *)`,
		`OR NEAR( a*`:         `("or" AND "near" AND "a" *)`,
	} {
		if got := Parse(typed).FTS5(Where{}); got != want {
			t.Errorf("%q means %s, want %s", typed, got, want)
		}
	}
	for _, nothing := range []string{"", "  ", `"`, `""`, "!?%", "…"} {
		if !Parse(nothing).Empty() {
			t.Errorf("%q means something", nothing)
		}
	}
	for typed, want := range map[string]string{"hotel l": `("hotel")`, "quarto 7": `("quarto" AND "7")`, "ho": `("ho" *)`, "変": `("変" *)`} {
		if got := Parse(typed).Settled().FTS5(Where{}); got != want {
			t.Errorf("%q settles on %s, want %s", typed, got, want)
		}
	}
	if !Parse("h").Settled().Empty() {
		t.Error("one letter is looked for")
	}
	where := Where{All: []string{Facet('v', "0190-a")}, Any: [][]string{{Facet('t', "1"), Facet('t', "2")}}, Not: []string{Facet('a', "me")}}
	mark := facetMark
	if got, want := Parse("x").FTS5(where), `("x" * AND "`+mark+`v0190a" AND ("`+mark+`t1" OR "`+mark+`t2")) NOT "`+mark+`ame"`; got != want {
		t.Errorf("with facets it is %s, want %s", got, want)
	}
	if got, want := Parse(`"a b" c`).TSQuery(where), `('a' <-> 'b') & ('c':*) & '`+mark+`v0190a' & ('`+mark+`t1' | '`+mark+`t2') & !'`+mark+`ame'`; got != want {
		t.Errorf("for PostgreSQL it is %s, want %s", got, want)
	}
}

func TestNumbers(t *testing.T) {
	if got := Digits("+351 912-34"); got != "35191234 5191234 191234 91234 1234 234" {
		t.Errorf("found by %q", got)
	}
	for typed, number := range map[string]bool{"912 34": true, "+351 (91)": true, "12": false, "room 12345": false, "": false} {
		if _, ok := ParseNumber(typed); ok != number {
			t.Errorf("%q is a number: %v", typed, ok)
		}
	}
}

func TestSnippet(t *testing.T) {
	long := strings.Repeat("muito texto antes disto ", 20) + "a mala de porão\ncustou 30 euros"
	for _, test := range []struct{ typed, text, begins, has string }{
		{"porao", long, "…", "mala de porão custou 30 euros"},
		{"muito", long, "muito", "…"},
		{"nothing", "short text", "short", "short text"},
		{"x", "", "", ""},
	} {
		got := Parse(test.typed).Snippet(test.text)
		if !strings.HasPrefix(got, test.begins) || !strings.Contains(got, test.has) || utf8.RuneCountInString(got) > snippetRunes+2 {
			t.Errorf("%q shows %q", test.typed, got)
		}
	}
}

func TestRow(t *testing.T) {
	early, late := Row(1_760_000_000_000, "a"), Row(1_760_000_001_000, "a")
	if early >= late || early < RowAt(1_760_000_000_999) || RowAt(1_760_000_001_000) <= early || Row(0, "z") < FirstRow {
		t.Errorf("rows %d and %d are not in the order of time", early, late)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{`a "b c" d`, `"`, "変更 x", "é\u0301\u3099", "\xff\"'\\"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, typed, text string) {
		q := Parse(typed)
		_, _ = q.FTS5(Where{}), q.TSQuery(Where{})
		if s := q.Snippet(text); utf8.ValidString(text) && !utf8.ValidString(s) {
			t.Errorf("%q is cut in a character: %q", text, s)
		}
		if w := Words(text); strings.ContainsRune(w, '\ue000') || Words(w) != w && utf8.ValidString(text) && Words(Words(w)) != Words(w) {
			t.Errorf("words of %q are %q", text, w)
		}
	})
}

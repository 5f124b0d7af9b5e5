package window

import (
	"slices"
	"testing"
)

func TestSpellingFollowsTheSystemAndThePage(t *testing.T) {
	for _, test := range []struct {
		name     string
		env      map[string]string
		language string
		want     []string
	}{
		{"nothing is known", nil, "", []string{"en_US"}},
		{"the C locale has no language", map[string]string{"LANG": "C.UTF-8"}, "pt", []string{"pt_PT"}},
		{"LC_ALL comes before LANG", map[string]string{"LC_ALL": "pt_BR.UTF-8", "LANG": "de_DE.UTF-8"}, "en", []string{"pt_BR", "en_US"}},
		{"further languages of the person", map[string]string{"LANG": "ca_ES@valencia", "LANGUAGE": "ca:es"}, "es", []string{"ca_ES", "ca", "es", "es_ES"}},
		{"each once", map[string]string{"LANG": "es_ES.UTF-8"}, "es", []string{"es_ES"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := spellingLanguages(func(name string) string { return test.env[name] }, test.language)
			if !slices.Equal(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
		})
	}
}

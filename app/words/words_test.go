package words

import (
	"reflect"
	"regexp"
	"slices"
	"testing"
	"time"
)

var place = regexp.MustCompile(`%[a-z]`)

// Every language has every word, with the same places in the same order.
func TestComplete(t *testing.T) {
	for language, words := range languages {
		compare(t, language, reflect.ValueOf(english), reflect.ValueOf(*words), "")
	}
	if spoken := len(languages); spoken != 3 {
		t.Errorf("%d languages, the page has en, pt and es", spoken)
	}
}

func compare(t *testing.T, language string, want, got reflect.Value, name string) {
	t.Helper()
	if want.Kind() == reflect.Struct {
		for i := range want.NumField() {
			compare(t, language, want.Field(i), got.Field(i), name+"."+want.Type().Field(i).Name)
		}
		return
	}
	if got.String() == "" {
		t.Errorf("%s: %s is empty", language, name)
	}
	if a, b := place.FindAllString(want.String(), -1), place.FindAllString(got.String(), -1); !slices.Equal(a, b) {
		t.Errorf("%s: %s has the places %v, English has %v", language, name, b, a)
	}
}

func TestWords(t *testing.T) {
	if In("pt-PT") != &portuguese || In("es") != &spanish || In("fr") != &english || In("") != &english {
		t.Error("a language is not found by its tag")
	}
	for left, want := range map[time.Duration]string{
		10 * time.Minute: "10 min", 9*time.Minute + time.Second: "10 min", 2 * time.Hour: "2 h", 72 * time.Minute: "1 h 12 min",
	} {
		if got := In("en").Left(left); got != want {
			t.Errorf("%v is %q, not %q", left, got, want)
		}
	}
	unread := In("es").CountUnread
	if unread.Of(0) != "" || unread.Of(1) != "1 conversación con mensajes sin leer" || unread.Of(3) != "3 conversaciones con mensajes sin leer" {
		t.Errorf("counts %q, %q, %q", unread.Of(0), unread.Of(1), unread.Of(3))
	}
}

package conversation

import (
	"strings"
	"testing"

	"github.com/google/uuid"
)

func TestValidID(t *testing.T) {
	t.Parallel()
	last := ""
	for range 1000 {
		id := NewID()
		if !ValidID(id) || id <= last {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
	for name, text := range map[string]string{
		"nothing":         "",
		"version 4":       uuid.NewString(),
		"braces":          "{" + last + "}",
		"urn":             "urn:uuid:" + last,
		"no dashes":       strings.ReplaceAll(last, "-", ""),
		"trailing space":  last + " ",
		"capital letters": strings.ToUpper("0190a000-0000-7000-8000-00000000000a"),
		"path":            "../../../../etc/passwd-7000-000000000",
	} {
		if ValidID(text) {
			t.Errorf("%s: %q is taken for an id", name, text)
		}
	}
}

package alerts

import (
	"flag"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write POLICY.md")

func TestDocument(t *testing.T) {
	if *update {
		if err := os.WriteFile("POLICY.md", []byte(Document()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile("POLICY.md")
	if err != nil || string(kept) != Document() {
		t.Fatalf("POLICY.md is not what the code does (%v): go test ./backend/desk/alerts -update", err)
	}
	t.Run("every reason that a gate gives is explained", func(t *testing.T) {
		for _, g := range gates {
			if !slices.ContainsFunc(reasons, func(r struct {
				reason Reason
				means  string
			}) bool {
				return r.reason == g.reason && r.means != ""
			}) {
				t.Errorf("%s is not", g.reason)
			}
		}
	})
	t.Run("every kind has a sound that can be chosen", func(t *testing.T) {
		for _, rule := range Rules {
			if !slices.Contains(Sounds, rule.Sound) {
				t.Errorf("%s has %q", rule.Kind, rule.Sound)
			}
		}
	})
}

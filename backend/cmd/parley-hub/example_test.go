//go:build !windows

package main_test

import (
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// The program that the documents show works against a hub with an API key: it takes what waits and leaves its note, and can do
// neither with a key that was made for less, nor once it was revoked.
func TestDocumentedClient(t *testing.T) {
	i := install(t, "sqlite")
	i.serve()
	if status := i.signed("/webhooks/messenger", fromPage("m_1", "contact", "is anybody there?", time.Now())); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	key := func(name, scopes string) string {
		return strings.TrimSpace(i.must("key", "add", "--email", "ana@example.com", "--name", name, "--scopes", scopes))
	}
	program := func(key string) (string, error) {
		program := exec.Command("go", "run", "../../../docs/example")
		program.Env = append(os.Environ(), "HUB="+i.base, "KEY="+key)
		out, err := program.CombinedOutput()
		return string(out), err
	}
	full := key("full", "read,work,notes")
	said := ""
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(said, "took") && time.Now().Before(deadline); {
		if said == "" { // with something that waits, which it may not take
			for deadline := time.Now().Add(20 * time.Second); !strings.Contains(said, "refused") && time.Now().Before(deadline); {
				said, _ = program(key("reads "+time.Now().String(), "read"))
			}
			if !strings.Contains(said, "this role or key may not") {
				t.Errorf("a key that reads: %s", said)
			}
			if said, err := program(key("sends", "send")); err == nil || !strings.Contains(said, "permission_denied") {
				t.Errorf("a key that sends: %s", said)
			}
		}
		var err error
		if said, err = program(full); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
	}
	if said != "took \"is anybody there?\"\n" {
		t.Errorf("it says %q", said)
	}
	notes := i.export()["note"]
	if len(notes) != 1 || notes[0]["text"] != "Seen by the example" {
		t.Errorf("the notes are %v", notes)
	}
	if listed := i.must("key", "list"); !strings.Contains(listed, "full\t"+full[:17]+"…\tana@example.com\tread,work,notes\tlast used") || strings.Contains(listed, full) {
		t.Errorf("the list says %s", listed)
	}
	i.must("key", "revoke", "--name", "full")
	if said, err := program(full); err == nil || !strings.Contains(said, "unauthenticated") {
		t.Errorf("after it was revoked: %s", said)
	}
}

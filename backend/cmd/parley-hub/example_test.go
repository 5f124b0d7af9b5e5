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

// The program that the documents show works against a hub: it takes what waits and leaves its note.
func TestDocumentedClient(t *testing.T) {
	i := install(t, "sqlite")
	i.serve()
	if status := i.signed("/webhooks/messenger", fromPage("m_1", "contact", "is anybody there?", time.Now())); status != http.StatusOK {
		t.Fatalf("answered %d", status)
	}
	said := ""
	for deadline := time.Now().Add(20 * time.Second); !strings.Contains(said, "took") && time.Now().Before(deadline); {
		program := exec.Command("go", "run", "../../../docs/example")
		program.Env = append(os.Environ(), "HUB="+i.base, "EMAIL=ana@example.com", "PASSWORD="+password)
		out, err := program.CombinedOutput()
		if said = string(out); err != nil {
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
}

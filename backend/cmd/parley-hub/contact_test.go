//go:build !windows

package main_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/backend/desk/cache"
)

// From outside: an operator exports a contact into a file and erases them while the hub serves a desk; the erasing command is
// killed in the middle, and the hub killed, too. In the end nothing of the contact is left, neither there nor on the desk's disk,
// and when they write again they are somebody new.
func TestContactIsExportedAndErased(t *testing.T) {
	onEach(t, func(t *testing.T, i *installation) {
		const number, word = "447700955123", "rhododendronword"
		wrote := func(profile, id, body string) []byte {
			return bytes.ReplaceAll(whatsApp(numberID, profile, text(id, number, body, time.Now())), []byte("447700900273"), []byte(number))
		}
		for n := range 30 {
			if status := i.signed("/webhooks/whatsapp", wrote("Persephone", fmt.Sprint("wamid.", n), fmt.Sprintf("%s %d", word, n))); status != http.StatusOK {
				t.Fatalf("answered %d", status)
			}
		}
		if status := i.signed("/webhooks/messenger", fromPage("m_1", "bystander", "I stay", time.Now())); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		o := i.openDesk()
		o.until("both contacts are here", func() bool { return len(o.previews()) == 2 })
		id, _, _ := strings.Cut(i.must("contact", "find", "--text", "700955"), "\t")
		for conversation, preview := range o.previews() {
			if strings.Contains(preview, word) {
				if err := o.SaveDraft(t.Context(), cache.Draft{ConversationID: conversation, Text: "draft to " + word}); err != nil {
					t.Fatal(err)
				}
			}
		}

		file := filepath.Join(t.TempDir(), "persephone.zip")
		i.must("contact", "export", "--id", id, "--file", file)
		if got := unzipped(t, file); !strings.Contains(got, "Persephone") || !strings.Contains(got, number) || !strings.Contains(got, word+" 29") || strings.Contains(got, "I stay") {
			t.Errorf("the file holds %.2000s", got)
		}

		// Without the right word nothing happens.
		if stdout, _, code := i.run("contact", "erase", "--id", id); code != 1 || stdout != "" {
			t.Errorf("erased without being confirmed: %d %s", code, stdout)
		}
		// Killed as soon as it has begun.
		command := exec.Command(binary, append([]string{"contact", "erase", "--id", id, "--yes"}, i.place...)...)
		stderr, err := command.StderrPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		for buffer, said := make([]byte, 4096), ""; !strings.Contains(said, "It takes"); {
			n, err := stderr.Read(buffer)
			if said += string(buffer[:n]); err != nil {
				t.Fatalf("it said %q: %v", said, err)
			}
		}
		_ = command.Process.Signal(syscall.SIGKILL)
		_ = command.Wait()
		i.kill()
		i.listen = strings.TrimPrefix(i.base, "http://")
		i.serve()

		o.until("the desk has lost them", func() bool { return len(o.previews()) == 1 })
		deadline := time.Now().Add(4 * time.Minute)
		for i.left() > 0 {
			if time.Now().After(deadline) {
				t.Fatal("the erasure did not end")
			}
			time.Sleep(time.Second)
		}
		if export := i.must("export"); strings.Contains(export, "Persephone") || strings.Contains(export, number) || strings.Contains(export, word) || !strings.Contains(export, "I stay") {
			t.Errorf("the hub has %s", export)
		}
		if _, stderr, code := i.run("contact", "erase", "--id", id, "--yes"); code != 1 || !strings.Contains(stderr, "no such contact") {
			t.Errorf("erased twice: %d %s", code, stderr)
		}
		if audit := i.must("audit"); !strings.Contains(audit, "contact_erased") || strings.Contains(audit, "Persephone") || strings.Contains(audit, number) {
			t.Errorf("the audit says %s", audit)
		}
		inFiles(t, i.folder, "Persephone", number, word)

		if status := i.signed("/webhooks/whatsapp", wrote("", "wamid.new", "hello again")); status != http.StatusOK {
			t.Fatalf("answered %d", status)
		}
		o.until("they are somebody new", func() bool { return len(o.previews()) == 2 })
		if found := i.must("contact", "find", "--text", number); strings.Contains(found, id) || found == "" {
			t.Errorf("found %q", found)
		}
	})
}

// left is how many erasures go on.
func (i *installation) left() int {
	return strings.Count(i.must("contact", "erasing"), "\n")
}

// inFiles fails when a file below a folder holds one of some texts.
func inFiles(t *testing.T, folder string, texts ...string) {
	t.Helper()
	if err := filepath.WalkDir(folder, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		for _, text := range texts {
			if err == nil && strings.Contains(strings.ToLower(string(content)), strings.ToLower(text)) {
				t.Errorf("%s still holds %q", filepath.Base(path), text)
			}
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func unzipped(t *testing.T, file string) (all string) {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	for _, f := range archive.File {
		from, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil {
			t.Fatal(err)
		}
		all += f.Name + "\n" + string(content)
	}
	return all
}

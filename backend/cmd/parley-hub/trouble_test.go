//go:build linux

package main_test

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"parley/backend/hub/store/storetest"
)

// A full disk is answered with an error, which Meta repeats: what was answered with 200 is there, and once there is room the hub
// goes on without a restart.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=24m"); err != nil {
		t.Skip("a small disk cannot be mounted here: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	i := installIn(t, disk, "sqlite")
	i.serve()
	now := time.Now()
	body := strings.Repeat("é", 1000)
	send := func(n int) int {
		return i.signed("/webhooks/whatsapp", whatsApp(numberID, "Zoë", text(fmt.Sprintf("wamid.%d", n), "447700900273", body, now)))
	}
	kept, n := map[string]bool{}, 0
	for ; n < 20; n++ {
		if status := send(n); status != http.StatusOK {
			t.Fatalf("with room: %d", status)
		}
		kept[fmt.Sprintf("wamid.%d", n)] = true
	}
	ballast := filepath.Join(disk, "ballast")
	fillUp(t, ballast)
	refused := -1
	for ; refused < 0 && n < 5000; n++ {
		switch status := send(n); {
		case status == http.StatusOK:
			kept[fmt.Sprintf("wamid.%d", n)] = true
		case status < 500:
			t.Fatalf("Meta does not repeat after %d", status)
		default:
			refused = n
		}
	}
	if refused < 0 {
		t.Fatal("the disk was never full")
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for limit := time.Now().Add(20 * time.Second); send(refused) != http.StatusOK; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("the hub did not go on once there was room")
		}
	}
	kept[fmt.Sprintf("wamid.%d", refused)] = true
	i.kill()
	found := map[string]int{}
	for _, m := range i.export()["message"] {
		found[fmt.Sprint(m["provider_id"])]++
	}
	for id := range kept {
		if found[id] != 1 {
			t.Errorf("%s was answered with 200 and is there %d times", id, found[id])
		}
	}
}

func fillUp(t *testing.T, path string) {
	t.Helper()
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for size := 64 << 10; size > 0; size /= 2 {
		for err = nil; err == nil; {
			_, err = file.Write(make([]byte, size))
		}
		if !errors.Is(err, syscall.ENOSPC) {
			t.Fatal(err)
		}
	}
}

// What people say, and who they are, is nobody's business who reads the hub's log.
func TestLogHoldsNothingThatPeopleSay(t *testing.T) {
	i := install(t, storetest.Engines[0])
	path := filepath.Join(i.folder, "log")
	log, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	i.log = log
	i.serve()
	now := time.Now()
	secrets := []string{"my-card-is-4929", "Zoë Secret", "447700900273", "a-kind-that-says", "what-the-page-hears"}
	for _, body := range [][]byte{
		whatsApp(numberID, secrets[1], text("wamid.1", secrets[2], secrets[0], now)),
		whatsApp(numberID, secrets[1], text("wamid.1", secrets[2], secrets[0], now)),
		whatsApp(numberID, secrets[1], map[string]any{
			"id": "wamid.4", "from": secrets[2], "timestamp": fmt.Sprint(now.Unix()), "type": "image",
			"image": map[string]any{"id": "77", "mime_type": "image/jpeg", "sha256": "x", "caption": secrets[0]},
		}),
		whatsApp("999", secrets[1], text("wamid.2", secrets[2], secrets[0], now)),
		whatsApp(numberID, secrets[1], map[string]any{"id": "wamid.3", "from": secrets[2], "timestamp": "never", "type": "text", "text": secrets[3]}),
	} {
		if status := i.signed("/webhooks/whatsapp", body); status != http.StatusOK {
			t.Fatalf("%d", status)
		}
	}
	if status := i.signed("/webhooks/messenger", fromPage("m1", "7310001", secrets[4], now)); status != http.StatusOK {
		t.Fatalf("%d", status)
	}
	if status := i.post("/webhooks/whatsapp", []byte(`{"text":"`+secrets[0]+`"}`), "sha256=00"); status != http.StatusForbidden && status != http.StatusUnauthorized {
		t.Fatalf("%d", status)
	}
	var said []byte
	for limit := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		if said, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		// The photo cannot be fetched, which is told: the log is not simply silent.
		if strings.Contains(string(said), "Media not fetched yet") || time.Now().After(limit) {
			break
		}
	}
	if len(said) == 0 {
		t.Fatal("the hub does not say that a photo could not be fetched")
	}
	for _, secret := range secrets {
		if strings.Contains(string(said), secret) {
			t.Errorf("the log tells %q:\n%s", secret, said)
		}
	}
}

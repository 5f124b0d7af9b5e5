//go:build linux

package hardship_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	gosync "sync"
	"syscall"
	"testing"

	"parley/backend/desk"
	"parley/backend/desk/cache"
)

// smallDisk is a file system of 16 MB. Mounting needs rights that not every machine gives.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, "size=16m"); err != nil {
		t.Skip("a small disk cannot be mounted here: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(folder, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return folder
}

// fill leaves no room on a disk; the returned function gives it back.
func fill(t *testing.T, folder string) (empty func()) {
	t.Helper()
	path := filepath.Join(folder, "ballast")
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
	return func() {
		if err := os.Remove(path); err != nil {
			t.Error(err)
		}
	}
}

// A full disk is said with every thing that could not be kept, costs nothing that was, and once there is room the agent
// goes on without a restart.
func TestFullDisk(t *testing.T) {
	o := openOffice(t)
	people := o.assigned(2)
	folder := smallDisk(t)
	sit := func() (d *desk.Desk, leave func()) {
		ctx, stop := context.WithCancel(context.Background())
		d, err := desk.Open(ctx, desk.Options{
			Folder: folder, HTTPClient: &http.Client{Transport: &http.Transport{}}, BaseURL: o.web.URL, Log: slog.New(slog.DiscardHandler),
			SignIn: func(context.Context) (string, error) { return o.token, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		var serving gosync.WaitGroup
		serving.Go(func() { _ = d.Serve(ctx) })
		return d, func() { stop(); serving.Wait(); _ = d.Close() }
	}
	d, leave := sit()
	w := &wire{office: o, Desk: d}
	w.live()
	kept := cache.Draft{ConversationID: people[0].conversationID, Text: "kept before the disk was full"}
	if err := d.SaveDraft(t.Context(), kept); err != nil {
		t.Fatal(err)
	}

	empty := fill(t, folder)
	refused := 0
	last := kept.Text
	for n := range 200 {
		text := fmt.Sprint(strings.Repeat("on a full disk ", 200), n)
		err := d.SaveDraft(t.Context(), cache.Draft{ConversationID: people[0].conversationID, Text: text})
		if err != nil {
			refused++
			continue
		}
		last = text // there was room in the log after all
	}
	if refused == 0 {
		t.Fatal("the disk was never full")
	}
	if _, err := d.Send(t.Context(), cache.Draft{ConversationID: people[1].conversationID, Text: "not kept"}, ""); err == nil {
		t.Error("a send that could not be kept was taken")
	}
	if draft, err := d.Draft(t.Context(), people[0].conversationID); err != nil || draft.Text != last {
		t.Errorf("the draft is %q, %v; %q was kept", draft.Text, err, last)
	}
	if got := w.texts(people[0].conversationID); len(got) != 1 {
		t.Errorf("reading: %q", got)
	}

	leave()
	empty()
	d, leave = sit()
	defer leave()
	w.Desk = d
	if draft, err := d.Draft(t.Context(), people[0].conversationID); err != nil || draft.Text != last {
		t.Errorf("after a restart the draft is %q, %v; %q was kept", draft.Text, err, last)
	}
	w.live()
	w.send(people[1], "there is room again")
	w.until("it arrived", func() bool { return len(o.arrived(people[1])) == 1 })
	if got := o.arrived(people[1]); got[0] != "there is room again" {
		t.Errorf("arrived: %q", got)
	}
}

// A desk whose disk gets room again goes on without a restart, and catches up with what it could not keep.
func TestFullDiskEnds(t *testing.T) {
	o := openOffice(t)
	people := o.assigned(1)
	folder := smallDisk(t)
	ctx, stop := context.WithCancel(context.Background())
	d, err := desk.Open(ctx, desk.Options{
		Folder: folder, HTTPClient: &http.Client{Transport: &http.Transport{}}, BaseURL: o.web.URL, Log: slog.New(slog.DiscardHandler),
		SignIn: func(context.Context) (string, error) { return o.token, nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	var serving gosync.WaitGroup
	serving.Go(func() { _ = d.Serve(ctx) })
	defer func() { stop(); serving.Wait(); _ = d.Close() }()
	w := &wire{office: o, Desk: d}
	w.live()
	empty := fill(t, folder)
	for n := range 100 {
		o.writes(people[0], fmt.Sprint("while the disk is full ", n))
	}
	empty()
	w.until("all is here", func() bool {
		_, _ = d.Refresh(t.Context())
		return len(w.texts(people[0].conversationID)) == 101
	})
}

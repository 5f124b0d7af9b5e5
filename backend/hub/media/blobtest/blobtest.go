// Package blobtest holds what every store of files has to pass.
package blobtest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/media"
)

// Sum is the name of some content.
func Sum(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// Run checks a kind of store. open returns an empty one.
func Run(t *testing.T, open func(t *testing.T) media.Blobs) {
	aging(t, open)
	t.Run("a_file_is_there_whole_or_not_at_all", func(t *testing.T) {
		b, content := open(t), []byte(strings.Repeat("content", 100))
		there := func(want bool) {
			t.Helper()
			if got, err := b.Exists(t.Context(), Sum(content)); got != want || err != nil {
				t.Errorf("it exists: %v, %v; want %v", got, err, want)
			}
			f, err := b.Open(t.Context(), Sum(content))
			if err == nil {
				f.Close()
			}
			if want != (err == nil) || !want && !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("opening it: %v", err)
			}
		}
		i, err := b.Create(1000)
		check(t, err)
		_, err = i.Write(content[:300])
		check(t, err)
		there(false)
		_, err = i.Write(content[300:])
		check(t, err)
		if i.Sum() != Sum(content) || i.Size() != int64(len(content)) || i.File().Size() != i.Size() {
			t.Errorf("it is %s with %d bytes", i.Sum(), i.Size())
		}
		check(t, i.Keep(t.Context()))
		there(true)
		f, err := b.Open(t.Context(), Sum(content))
		check(t, err)
		defer f.Close()
		if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, content) {
			t.Errorf("%d bytes, %v", len(got), err)
		}
	})
	t.Run("above_the_limit_nothing_is_taken", func(t *testing.T) {
		i, err := open(t).Create(10)
		check(t, err)
		defer i.Drop()
		if _, err := io.Copy(i, strings.NewReader("elevenbytes")); !errors.Is(err, media.ErrTooLarge) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the_same_content_from_many_sides_is_one_file", func(t *testing.T) {
		b := open(t)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if _, err := media.KeepBytes(t.Context(), b, []byte("same")); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		f, err := b.Open(t.Context(), Sum([]byte("same")))
		check(t, err)
		defer f.Close()
		if got, err := io.ReadAll(f); err != nil || string(got) != "same" {
			t.Errorf("%q, %v", got, err)
		}
	})
	t.Run("only_hashes_name_files", func(t *testing.T) {
		b := open(t)
		for _, name := range []string{"", "..", "../../etc/passwd", strings.Repeat("A", 64), strings.Repeat("a", 63), strings.Repeat("a", 64) + "\n"} {
			if _, err := b.Open(t.Context(), name); err == nil || errors.Is(err, fs.ErrNotExist) {
				t.Errorf("%q: %v", name, err)
			}
			if _, err := b.Exists(t.Context(), name); err == nil {
				t.Errorf("%q may exist", name)
			}
		}
	})
	t.Run("players_skip_within_a_file", func(t *testing.T) {
		b, content := open(t), []byte(strings.Repeat("0123456789", 20_000))
		_, err := media.KeepBytes(t.Context(), b, content)
		check(t, err)
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f, err := b.Open(r.Context(), Sum(content))
			if err != nil {
				http.Error(w, err.Error(), http.StatusInternalServerError)
				return
			}
			defer f.Close()
			http.ServeContent(w, r, "", time.Time{}, f)
		}))
		defer server.Close()
		for asked, want := range map[string][]byte{
			"": content, "bytes=0-9": content[:10], "bytes=150003-150007": content[150_003:150_008], "bytes=-4": content[len(content)-4:],
			"bytes=199990-": content[199_990:],
		} {
			req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
			check(t, err)
			if asked != "" {
				req.Header.Set("Range", asked)
			}
			resp, err := http.DefaultClient.Do(req)
			check(t, err)
			got, err := io.ReadAll(resp.Body)
			resp.Body.Close()
			if err != nil || !bytes.Equal(got, want) || resp.ContentLength != int64(len(want)) {
				t.Errorf("%q gives %d bytes, %v", asked, len(got), err)
			}
		}
	})
}

// aging runs what a sweeper needs.
func aging(t *testing.T, open func(t *testing.T) media.Blobs) {
	list := func(t *testing.T, b media.Blobs, sum string, setAside bool) (found []media.Kept) {
		t.Helper()
		for _, digits := range []string{sum[:2], "zz"} {
			check(t, b.List(t.Context(), digits, setAside, func(k media.Kept) error {
				found = append(found, k)
				return nil
			}))
		}
		return found
	}
	where := func(t *testing.T, b media.Blobs, sum string, kept, aside int) {
		t.Helper()
		if k, a := list(t, b, sum, false), list(t, b, sum, true); len(k) != kept || len(a) != aside {
			t.Errorf("there are %v, and aside %v", k, a)
		}
		there, err := b.Exists(t.Context(), sum)
		if err != nil || there != (kept+aside > 0) {
			t.Errorf("it exists: %v, %v", there, err)
		}
		f, err := b.Open(t.Context(), sum)
		if err == nil {
			if text, err := io.ReadAll(f); err != nil || string(text) != "content" {
				t.Errorf("%q, %v", text, err)
			}
			f.Close()
		}
		if (err == nil) != there {
			t.Errorf("opening it: %v", err)
		}
	}
	t.Run("what_is_set_aside_is_still_found_until_it_is_forgotten", func(t *testing.T) {
		b := open(t)
		sum, err := media.KeepBytes(t.Context(), b, []byte("content"))
		check(t, err)
		where(t, b, sum, 1, 0)
		if k := list(t, b, sum, false)[0]; k.Sum != sum || time.Since(k.Since).Abs() > time.Hour {
			t.Errorf("%+v", k)
		}
		for range 2 { // by two hubs
			check(t, b.SetAside(t.Context(), sum))
			where(t, b, sum, 0, 1)
		}
		for range 2 {
			check(t, b.TakeBack(t.Context(), sum))
			where(t, b, sum, 1, 0)
		}
		check(t, b.SetAside(t.Context(), sum))
		_, err = media.KeepBytes(t.Context(), b, []byte("content")) // somebody sends it again
		check(t, err)
		where(t, b, sum, 1, 1)
		for range 2 {
			check(t, b.Forget(t.Context(), sum))
			where(t, b, sum, 1, 0)
		}
		check(t, b.SetAside(t.Context(), sum))
		check(t, b.Forget(t.Context(), sum))
		where(t, b, sum, 0, 0)
	})
	t.Run("files_have_one_owner", func(t *testing.T) {
		b := open(t)
		for _, claim := range []string{"first", "second"} {
			if owner, err := b.Owner(t.Context(), claim); err != nil || owner != "first" {
				t.Errorf("%s: %q, %v", claim, owner, err)
			}
		}
	})
	t.Run("what_was_begun_long_ago_is_tidied_away", func(t *testing.T) {
		b := open(t)
		i, err := b.Create(10)
		check(t, err)
		defer i.Drop()
		_, err = i.Write([]byte("x"))
		check(t, err)
		check(t, b.Tidy(t.Context(), time.Now().Add(-time.Hour)))
		check(t, i.Keep(t.Context())) // it was not old
		i, err = b.Create(10)
		check(t, err)
		defer i.Drop()
		check(t, b.Tidy(t.Context(), time.Now().Add(time.Hour)))
		if i.Keep(t.Context()) == nil {
			t.Error("it was old and is still there")
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

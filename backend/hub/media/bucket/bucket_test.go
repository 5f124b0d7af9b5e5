package bucket

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"parley/backend/hub/media"
	"parley/backend/hub/media/blobtest"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

// fakeS3 is a server that speaks S3 over HTTP, with one bucket. It counts GET requests for objects.
func fakeS3(t *testing.T) (address string, gets *atomic.Int64) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "key")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", filepath.Join(t.TempDir(), "none"))
	store := s3mem.New()
	if err := store.CreateBucket("files"); err != nil {
		t.Fatal(err)
	}
	gets = &atomic.Int64{}
	s3 := gofakes3.New(store, gofakes3.WithLogger(gofakes3.DiscardLog())).Server()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet && !r.URL.Query().Has("list-type") {
			gets.Add(1)
		}
		s3.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return "s3://files/parley?region=eu-central-1&endpoint=" + server.URL, gets
}

func open(t *testing.T, address string) *Bucket {
	t.Helper()
	b, err := Open(t.Context(), address, filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestBucket_is_a_store(t *testing.T) {
	blobtest.Run(t, func(t *testing.T) media.Blobs {
		address, _ := fakeS3(t)
		return open(t, address)
	})
}

func TestBucket(t *testing.T) {
	address, gets := fakeS3(t)
	b := open(t, address)
	ctx := t.Context()
	sum, err := media.KeepBytes(ctx, b, []byte(strings.Repeat("0123456789", 1000)))
	if err != nil {
		t.Fatal(err)
	}
	t.Run("another_hub_finds_it", func(t *testing.T) {
		if there, err := open(t, address).Exists(ctx, sum); err != nil || !there {
			t.Errorf("%v, %v", there, err)
		}
	})
	t.Run("folders_of_a_bucket_are_apart", func(t *testing.T) {
		if there, err := open(t, strings.Replace(address, "/parley", "", 1)).Exists(ctx, sum); err != nil || there {
			t.Errorf("%v, %v", there, err)
		}
	})
	t.Run("nothing_stays_on_this_computer", func(t *testing.T) {
		if left, err := os.ReadDir(b.spool); err != nil || len(left) != 0 {
			t.Errorf("%v, %v", left, err)
		}
	})
	t.Run("looking_at_a_part_costs_one_request", func(t *testing.T) {
		gets.Store(0)
		f, err := b.Open(ctx, sum)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		for _, whence := range []int{io.SeekEnd, io.SeekStart} {
			if _, err := f.Seek(0, whence); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := f.Seek(5003, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		part := make([]byte, 4)
		if _, err := io.ReadFull(f, part); err != nil || string(part) != "3456" || gets.Load() != 1 {
			t.Errorf("%q, %v after %d requests", part, err, gets.Load())
		}
		if _, err := f.Seek(-1, io.SeekStart); err == nil {
			t.Error("it goes before its beginning")
		}
	})
	t.Run("a_missing_bucket_is_told_from_a_missing_file", func(t *testing.T) {
		other := open(t, strings.Replace(address, "s3://files", "s3://nobody", 1))
		if err := other.List(ctx, "00", false, func(media.Kept) error { return nil }); err == nil {
			t.Error("a bucket that is not there has no files")
		}
	})
	t.Run("what_is_not_kept_for_sure_is_an_error", func(t *testing.T) {
		ended, cancel := context.WithCancel(ctx)
		cancel()
		if _, err := media.KeepBytes(ended, b, []byte("lost")); err == nil {
			t.Error("it was kept")
		}
	})
}

func TestParse(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]place{
		"s3://files":                                              {bucket: "files"},
		"s3://files/a/b/?region=eu-west-1":                        {bucket: "files", prefix: "a/b/", region: "eu-west-1"},
		"s3://files?endpoint=https://s3.example":                  {bucket: "files", endpoint: "https://s3.example", pathStyle: true},
		"s3://files?path_style=false&endpoint=https://s3.example": {bucket: "files", endpoint: "https://s3.example"},
		"s3://files?path_style=true":                              {bucket: "files", pathStyle: true},
	} {
		if got, err := parse(address); err != nil || got != want {
			t.Errorf("%s: %+v, %v", address, got, err)
		}
	}
	for _, address := range []string{"", "s3://", "gs://files", "s3://files:80", "s3://files#x", "s3://key:secret@files", "s3://files?regoin=x", "s3://files?endpoint=s3.example", "s3://files?path_style=maybe", "s3://files?a=%zz"} {
		if _, err := parse(address); err == nil {
			t.Errorf("%s is taken", address)
		} else if strings.Contains(err.Error(), "secret@") {
			t.Errorf("the error tells a secret: %v", err)
		}
	}
}

func TestOpen_says_what_is_missing(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_DEFAULT_REGION"} {
		t.Setenv(name, "")
	}
	t.Setenv("AWS_CONFIG_FILE", filepath.Join(t.TempDir(), "none"))
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	if _, err := Open(t.Context(), "s3://files", t.TempDir()); err == nil || !strings.Contains(err.Error(), "region") {
		t.Errorf("%v", err)
	}
}

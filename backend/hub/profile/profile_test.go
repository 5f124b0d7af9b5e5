package profile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/lane"
	"parley/backend/hub/media"
	"parley/backend/hub/profile"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/store/storetest"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// fakeMeta knows one person.
type fakeMeta struct {
	channel.Adapter
	profile channel.Profile
	err     error
	picture func() (io.Reader, error)
	asked   int
	fetched []string
}

func (f *fakeMeta) Profile(_ context.Context, _ channel.Account, to channel.Address) (channel.Profile, error) {
	f.asked++
	if to.UserID != "psid" || to.Scope != hubtest.Page {
		return channel.Profile{}, fmt.Errorf("asked for %+v", to)
	}
	return f.profile, f.err
}

func (f *fakeMeta) FetchMedia(_ context.Context, _ channel.Account, m channel.Media) (channel.MediaBody, error) {
	f.fetched = append(f.fetched, m.URL)
	r, err := f.picture()
	if err != nil {
		return channel.MediaBody{}, err
	}
	return channel.MediaBody{ReadCloser: io.NopCloser(r), Size: -1}, nil
}

type office struct {
	*hubtest.Workspace
	meta    *fakeMeta
	blobs   *media.Folder
	asker   *profile.Asker
	contact string
}

func newOffice(t *testing.T, s *store.Store) *office {
	t.Helper()
	meta := &fakeMeta{Adapter: hubtest.Channels()[1]}
	w := hubtest.New(t, s, 0, meta)
	blobs, err := media.OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	o := &office{Workspace: w, meta: meta, blobs: blobs, contact: conversation.NewID(), asker: &profile.Asker{
		Store: s, Directory: w.Directory, Blobs: blobs, Now: w.Now, Log: slog.New(slog.DiscardHandler),
	}}
	_, err = s.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
		return tx.Write(t.Context(), store.Rows{
			Contacts: []db.Contact{{WorkspaceID: w.ID, ID: o.contact, Version: 1, CreatedMs: w.NowMs()}},
			Identities: []db.ContactIdentity{
				{WorkspaceID: w.ID, Channel: "messenger", Kind: "user", Scope: hubtest.Page, Value: "psid", ContactID: o.contact},
				{WorkspaceID: w.ID, Channel: "messenger", Kind: "user", Scope: "another page", Value: "other", ContactID: o.contact},
			},
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func (o *office) step(t *testing.T, attempts int64) lane.Result {
	t.Helper()
	result, err := o.asker.Handle(t.Context(), db.Lane{WorkspaceID: o.ID, Key: o.contact, TouchpointID: o.Messenger.ID, Attempts: attempts})
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func (o *office) row(t *testing.T) db.Contact {
	t.Helper()
	row, err := o.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: o.ID, ID: o.contact})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

func face(t *testing.T, c color.Color) func() (io.Reader, error) {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 200, 200))
	for i := range 40_000 {
		img.Set(i%200, i/200, c)
	}
	var data bytes.Buffer
	if err := png.Encode(&data, img); err != nil {
		t.Fatal(err)
	}
	return func() (io.Reader, error) { return bytes.NewReader(data.Bytes()), nil }
}

func TestProfile(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		o := newOffice(t, s)
		o.meta.profile = channel.Profile{Name: " Zoë Almeida ", PictureURL: "https://example.test/1"}
		o.meta.picture = face(t, color.White)
		if got := o.step(t, 0); got != lane.Done {
			t.Errorf("%+v", got)
		}
		first := o.row(t)
		if first.Name != "Zoë Almeida" || first.PictureSHA256 == "" || first.Version != 3 {
			t.Errorf("%+v", first)
		}
		f, err := o.blobs.Open(t.Context(), first.PictureThumbSHA256)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if config, _, err := image.DecodeConfig(f); err != nil || config.Width != profile.Side || config.Height != profile.Side {
			t.Errorf("%+v, %v", config, err)
		}
		if there, err := o.blobs.Exists(t.Context(), first.PictureSHA256); !there || err != nil {
			t.Errorf("the picture itself is not kept: %v", err)
		}

		o.Advance(profile.Every - time.Second)
		if o.step(t, 0); o.meta.asked != 1 {
			t.Error("Meta was asked again within the week")
		}
		o.Advance(time.Second)
		if o.step(t, 0); o.meta.asked != 2 {
			t.Error("Meta was not asked after a week")
		}
		if again := o.row(t); again.Version != first.Version || again.ProfileMs == first.ProfileMs {
			t.Errorf("desks hear of the same picture: %+v", again)
		}

		o.Advance(profile.Every)
		o.meta.profile = channel.Profile{Name: "Zoe", PictureURL: "https://example.test/2"}
		o.meta.picture = face(t, color.Black)
		o.step(t, 0)
		if other := o.row(t); other.Name != "Zoë Almeida" || other.PictureThumbSHA256 == first.PictureThumbSHA256 || other.Version != first.Version+1 {
			t.Errorf("a new picture, and the name that agents know: %+v", other)
		}
	})
}

// Whatever Meta says, it is not asked for ever.
func TestProfile_that_cannot_be_had(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		const url = "https://example.test/x"
		fails := func(err error) func() (io.Reader, error) { return func() (io.Reader, error) { return nil, err } }
		for name, test := range map[string]struct {
			profile  channel.Profile
			err      error
			picture  func() (io.Reader, error)
			attempts int64
			again    bool // at once
			name     string
			rests    time.Duration // until Meta may be asked again
		}{
			"nobody for us":                     {err: channel.ErrNoProfile, rests: profile.Every},
			"no picture":                        {profile: channel.Profile{Name: "Zoë"}, name: "Zoë", rests: profile.Every},
			"busy":                              {err: errors.New("busy"), again: true},
			"busy every time":                   {err: errors.New("busy"), attempts: 5, rests: 24 * time.Hour},
			"picture has gone":                  {profile: channel.Profile{Name: "Zoë", PictureURL: url}, picture: fails(channel.ErrMediaGone), name: "Zoë", rests: profile.Every},
			"picture is busy, the name is here": {profile: channel.Profile{Name: "Zoë", PictureURL: url}, picture: fails(errors.New("busy")), name: "Zoë", again: true},
			"picture is a page":                 {profile: channel.Profile{PictureURL: url}, picture: func() (io.Reader, error) { return strings.NewReader("<html>"), nil }, rests: profile.Every},
			"picture is endless":                {profile: channel.Profile{PictureURL: url}, picture: func() (io.Reader, error) { return endless{}, nil }, rests: profile.Every},
		} {
			t.Run(name, func(t *testing.T) {
				engine := "sqlite"
				if s.Shared() {
					engine = "postgres"
				}
				o := newOffice(t, storetest.Open(t, engine))
				o.meta.profile, o.meta.err, o.meta.picture = test.profile, test.err, test.picture
				if got := o.step(t, test.attempts); got.Again != test.again {
					t.Fatalf("%+v", got)
				}
				if row := o.row(t); row.Name != test.name || row.PictureSHA256 != "" {
					t.Errorf("%+v", row)
				}
				if test.again {
					return
				}
				o.Advance(test.rests - time.Second)
				if o.step(t, 0); o.meta.asked != 1 {
					t.Error("Meta was asked too soon")
				}
				o.Advance(time.Second)
				if o.step(t, 0); o.meta.asked != 2 {
					t.Error("Meta was not asked again")
				}
			})
		}
	})
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }

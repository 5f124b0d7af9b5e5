package practice

import (
	"bytes"
	"context"
	"encoding/json"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/image/webp"

	"parley/backend/channel"
)

// recorder takes webhooks without a network, so that time can be a fake.
type recorder struct {
	mu     sync.Mutex
	bodies [][]byte
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(req.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies = append(r.bodies, body)
	return &http.Response{StatusCode: 200, Body: http.NoBody, Request: req}, nil
}

func (r *recorder) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.bodies)
}

// inFakeTime runs a practice Meta whose time is a fake.
func inFakeTime(t *testing.T, options Options, test func(*testing.T, *Meta, *recorder)) {
	synctest.Test(t, func(t *testing.T) {
		hub := &recorder{}
		options.HTTPClient = &http.Client{Transport: hub}
		meta, err := New(options)
		if err != nil {
			t.Fatal(err)
		}
		meta.SetBaseURL("http://127.0.0.1:9999") // another one than before a restart
		meta.Connect("http://hub/webhooks/whatsapp", "http://hub/webhooks/messenger")
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- meta.Serve(ctx) }()
		test(t, meta, hub)
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

func written(m *Meta, c *contact) (count int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, message := range c.Messages {
		if message.FromContact {
			count++
		}
	}
	return count
}

func TestPersonas_write_one_after_the_other_then_now_and_then(t *testing.T) {
	inFakeTime(t, Options{Seed: 1}, func(t *testing.T, meta *Meta, hub *recorder) {
		time.Sleep(900 * time.Millisecond)
		synctest.Wait()
		if hub.count() != 0 {
			t.Error("somebody wrote at once")
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, c := range meta.contacts {
			if written(meta, c) == 0 {
				t.Errorf("%s has not written", c.ID)
			}
		}
		first := hub.count()
		time.Sleep(20 * time.Minute)
		synctest.Wait()
		if more := hub.count() - first; more < len(meta.contacts) || more > 4*len(meta.contacts) {
			t.Errorf("%d messages in 20 minutes", more)
		}
	})
}

func TestPersonas_read_and_answer_once_what_the_business_writes(t *testing.T) {
	inFakeTime(t, Options{Seed: 1}, func(t *testing.T, meta *Meta, _ *recorder) {
		time.Sleep(time.Minute)
		synctest.Wait()
		marta := meta.contact("marta")
		before := written(meta, marta)
		meta.mu.Lock()
		out := &message{ID: newMessageID(marta.Channel), Kind: "text", Text: "Sim", State: "accepted"}
		meta.sent(meta.account(marta.AccountID), marta, out)
		meta.sent(meta.account(marta.AccountID), marta, &message{ID: newMessageID(marta.Channel), Kind: "text", Text: "E mais", State: "accepted"})
		meta.mu.Unlock()
		time.Sleep(10 * time.Second)
		synctest.Wait()
		answers := written(meta, marta) - before
		meta.mu.Lock()
		defer meta.mu.Unlock()
		if answers != 1 || out.State != "read" {
			t.Errorf("%d answers, message is %s", answers, out.State)
		}
	})
}

func TestPersonas_quiet_ones_say_and_read_nothing(t *testing.T) {
	inFakeTime(t, Options{Quiet: true}, func(t *testing.T, meta *Meta, hub *recorder) {
		time.Sleep(time.Hour)
		synctest.Wait()
		if hub.count() != 0 {
			t.Errorf("%d webhooks", hub.count())
		}
	})
}

func TestPersonas_have_a_script_that_makes_sense(t *testing.T) {
	meta, err := New(Options{})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range meta.contacts {
		script := personas[c.ID]
		if len(script.opens) == 0 || len(script.answers) == 0 {
			t.Errorf("%s has nothing to say", c.ID)
		}
		meta.mu.Lock()
		for _, l := range append(script.opens, script.answers...) {
			meta.say(c, l)
		}
		meta.mu.Unlock()
	}
	if len(personas) != len(meta.contacts) {
		t.Errorf("%d scripts for %d contacts", len(personas), len(meta.contacts))
	}
}

func TestSamples_are_what_they_say(t *testing.T) {
	if _, err := jpeg.Decode(bytes.NewReader(samplePhoto(3))); err != nil {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		data []byte
		mime string
	}{"photo": {samplePhoto(1), "image/jpeg"}, "voice": {sampleVoice(3 * time.Second), "application/ogg"}, "pdf": {samplePDF(), "application/pdf"}, "video": {sampleVideo(), "video/mp4"}, "sticker": {sampleSticker(), "image/webp"}} {
		if got := http.DetectContentType(c.data); got != c.mime {
			t.Errorf("%s is %s", name, got)
		}
	}
}

func TestSampleSticker_can_be_seen(t *testing.T) {
	picture, err := webp.Decode(bytes.NewReader(sampleSticker()))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		x, y int
		want color.NRGBA
	}{{0, 0, color.NRGBA{30, 40, 0, 0}}, {64, 30, color.NRGBA{255, 210, 60, 255}}, {44, 50, color.NRGBA{30, 40, 0, 255}}} {
		if got := color.NRGBAModel.Convert(picture.At(c.x, c.y)).(color.NRGBA); got.A != c.want.A || (c.want.A != 0 && got != c.want) {
			t.Errorf("%d,%d is %v, want %v", c.x, c.y, got, c.want)
		}
	}
}

func TestState_survives_a_restart_with_undelivered_webhooks(t *testing.T) {
	path := t.TempDir() + "/practice/state.json"
	first, err := New(Options{StateFile: path, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	first.clock.Advance(23 * time.Hour)
	picture := samplePhoto(5)
	first.mu.Lock()
	marta := first.contact("marta")
	first.wrote(marta, &message{Kind: "text", Text: "Olá"})
	first.wrote(marta, first.sampleMessage(marta, "image", "image/jpeg", "a.jpg", picture))
	mediaID := marta.Messages[1].MediaID
	first.mu.Unlock()
	if err := first.save(); err != nil {
		t.Fatal(err)
	}

	inFakeTime(t, Options{StateFile: path, Quiet: true}, func(t *testing.T, second *Meta, hub *recorder) {
		if second.clock.Offset() < 23*time.Hour {
			t.Errorf("clock is %v ahead", second.clock.Offset())
		}
		if got := second.contact("marta"); len(got.Messages) != 2 || got.Messages[0].Text != "Olá" {
			t.Errorf("thread is %+v", got.Messages)
		}
		if data, err := second.mediaBytes(second.media[mediaID]); err != nil || !bytes.Equal(data, picture) {
			t.Errorf("media: %d bytes, %v", len(data), err)
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if hub.count() != 2 {
			t.Fatalf("%d webhooks", hub.count())
		}
		if !bytes.Contains(hub.bodies[1], []byte(`http:\/\/127.0.0.1:9999\/media\/whatsapp\/`+mediaID)) {
			t.Errorf("media address is not the new one: %s", hub.bodies[1])
		}
	})
}

func TestState_remembers_people_and_templates(t *testing.T) {
	path := t.TempDir() + "/state.json"
	first, err := New(Options{StateFile: path, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	first.mu.Lock()
	first.renumber(first.contact("marta"), "447700900999")
	added, problem := first.contactFrom(newContact{Name: "Rui", Username: "rui.r"})
	first.contacts = append(first.contacts, added)
	first.reviewed(first.findTemplate("follow_up", "fr"), "PAUSED", "")
	marta := first.contact("marta").UserID
	first.mu.Unlock()
	if err := first.save(); err != nil || problem != "" {
		t.Fatal(err, problem)
	}
	second, err := New(Options{StateFile: path, Quiet: true})
	if err != nil {
		t.Fatal(err)
	}
	if got := second.contact("marta"); got.Phone != "447700900999" || got.UserID != marta || len(got.Messages) != 1 {
		t.Errorf("marta is %+v", got)
	}
	if got := second.contact(added.ID); got == nil || got.Username != "rui.r" || got.Phone != "" {
		t.Errorf("who was added is %+v", got)
	}
	if got := second.findTemplate("follow_up", "fr").Status; got != "PAUSED" {
		t.Errorf("template is %s", got)
	}
}

func TestState_that_is_damaged_is_set_aside(t *testing.T) {
	path := t.TempDir() + "/state.json"
	if err := writeWhole(path, []byte(`{"Version":1,"Threads":`)); err != nil {
		t.Fatal(err)
	}
	meta, err := New(Options{StateFile: path})
	if err != nil || len(meta.contacts) < 8 {
		t.Errorf("practice does not start: %v", err)
	}
}

func TestSeed_has_who_is_needed(t *testing.T) {
	languages, ids := map[string]bool{}, map[string]bool{}
	withoutNumber, withoutName := 0, 0
	for _, c := range seedContacts() {
		languages[c.Language] = true
		if ids[c.ID] || ids[c.UserID] {
			t.Errorf("%s is there twice", c.ID)
		}
		ids[c.ID], ids[c.UserID] = true, true
		if c.Channel == "whatsapp" && c.Phone == "" {
			withoutNumber++
		}
		if c.Name == "" {
			withoutName++
		}
	}
	for _, language := range []string{"pt", "es", "ar", "fr", "en"} {
		if !languages[language] {
			t.Errorf("nobody speaks %s", language)
		}
	}
	if withoutNumber < 2 || withoutName < 2 {
		t.Errorf("%d without number, %d without name", withoutNumber, withoutName)
	}
	shown, _ := json.Marshal(seedAccounts())
	if bytes.Contains(shown, []byte("practice-token")) || channel.Secret("x").String() == "x" {
		t.Error("accounts show their secrets")
	}
}

package channel_test

import (
	"errors"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/conversation"
)

func TestReasons_all_have_words_a_class_and_mostly_a_next_action(t *testing.T) {
	source, err := os.ReadFile("reason.go")
	if err != nil {
		t.Fatal(err)
	}
	known := channel.Reasons()
	declared := regexp.MustCompile(`Reason\w+ +Reason += "(\w+)"`).FindAllSubmatch(source, -1)
	if len(declared) != len(known) {
		t.Errorf("%d reasons are declared and %d have words", len(declared), len(known))
	}
	for _, match := range declared {
		reason := channel.Reason(match[1])
		e, ok := known[reason]
		if !ok || e.Words == "" || e.Class == "" || reason.Class() != e.Class {
			t.Errorf("%s: %+v", reason, e)
		}
		if !strings.HasSuffix(e.Words, ".") || len(e.Words) > 160 || strings.Contains(strings.ReplaceAll(e.Words, "{channel}", ""), "{") {
			t.Errorf("%s is no short plain sentence: %s", reason, e.Words)
		}
	}
}

func TestExplain(t *testing.T) {
	for name, c := range map[string]struct {
		failure channel.Failure
		want    string
		next    channel.Next
	}{
		"by_reason":                            {channel.Failure{Class: channel.ClassRecipient, Reason: channel.ReasonTestList}, "test number", channel.NextAdmin},
		"by_class_when_stored_by_an_older_hub": {channel.Failure{Class: channel.ClassWindow}, "window had closed", channel.NextTemplate},
		"nothing_known":                        {channel.Failure{}, "code that Parley does not know", channel.NextAgain},
		"reason_of_a_newer_hub":                {channel.Failure{Class: channel.ClassMedia, Reason: "from_the_future"}, "cannot use this file", channel.NextAttach},
		"the_channel_has_a_name":               {channel.Failure{Reason: channel.ReasonNetwork}, "WhatsApp was not reached.", channel.NextAgain},
	} {
		if got := channel.Explain(c.failure, "WhatsApp"); !strings.Contains(got.Words, c.want) || got.Next != c.next {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func TestSniff_believes_the_content(t *testing.T) {
	for name, c := range map[string]struct {
		data           []byte
		declared, file string
		want           string
	}{
		"as_declared":                   {channeltest.PNG, "image/png", "a.png", "image/png"},
		"lies_about_its_type":           {channeltest.GIF, "image/png", "a.png", "image/gif"},
		"lies_by_its_name":              {channeltest.PDF, "", "a.png", "application/pdf"},
		"page_that_calls_itself_text":   {[]byte("<!doctype html><html><script>"), "text/plain", "a.txt", "text/html"},
		"voice_note":                    {channeltest.Ogg, "audio/ogg; codecs=opus", "a.ogg", "audio/ogg"},
		"music_in_a_film_container":     {channeltest.MP4, "audio/x-m4a", "a.m4a", "audio/mp4"},
		"office_file_known_by_its_name": {channeltest.Zip, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
		"table":                         {[]byte("a;b\n1;2\n"), "text/csv", "a.csv", "text/csv"},
		"nothing_known":                 {[]byte{0, 1, 2, 3}, "", "", "application/octet-stream"},
	} {
		got, err := channel.Sniff(*channeltest.Media(c.declared, c.file, c.data))
		if err != nil || got.MIME != c.want {
			t.Errorf("%s: %s, %v", name, got.MIME, err)
		}
	}
	if _, err := channel.Sniff(channel.OutgoingMedia{Open: func() (io.ReadCloser, error) { return nil, errors.New("disk") }}); err == nil {
		t.Error("a file that cannot be opened has a type")
	}
}

func TestAsText_says_the_same_in_words(t *testing.T) {
	place, ok := channel.AsText(channel.Outgoing{
		Kind: conversation.KindLocation, ClientRef: "r", Location: &channel.Location{Latitude: 41.237, Longitude: -8.67, Name: "OPO"},
	})
	if !ok || place.Kind != conversation.KindText || place.Text != "OPO\nhttps://maps.google.com/?q=41.237000,-8.670000" || place.Location != nil || place.ClientRef != "r" {
		t.Errorf("%+v", place)
	}
	card, ok := channel.AsText(channel.Outgoing{Kind: conversation.KindContacts, Contacts: []channel.Card{
		{Name: "Ana", Phones: []string{"+44 1"}, Emails: []string{"ana@example.com"}}, {Name: "Rui"},
	}})
	if !ok || card.Text != "Ana\n+44 1\nana@example.com\nRui" {
		t.Errorf("%+v", card)
	}
	if _, ok := channel.AsText(channel.Outgoing{Kind: conversation.KindReaction}); ok {
		t.Error("a reaction has no words")
	}
}

func TestPublished_limits_name_types_in_every_way(t *testing.T) {
	limits := channel.Limits{Media: []channel.MediaLimit{{Kind: conversation.KindAudio, MIME: []string{"audio/mp4"}, MaxBytes: 1}}}
	published := limits.Published()
	if got := published.Media[0].MIME; !slices.Contains(got, "audio/x-m4a") || got[0] != "audio/mp4" || len(limits.Media[0].MIME) != 1 {
		t.Errorf("%v", got)
	}
}

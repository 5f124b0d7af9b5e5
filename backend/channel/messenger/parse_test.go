package messenger_test

import (
	"testing"

	"parley/backend/channel/channeltest"
	"parley/backend/channel/messenger"
)

func TestParse(t *testing.T) { channeltest.Parse(t, messenger.New(nil)) }

func TestParse_refuses_what_is_no_webhook_of_the_channel(t *testing.T) {
	for _, body := range []string{"", "null", "[]", "hello", "{}", `{"object":5}`, `{"object":"instagram","entry":[]}`} {
		if _, err := messenger.New(nil).Parse([]byte(body)); err == nil {
			t.Errorf("%q was parsed", body)
		}
	}
}

func FuzzParse(f *testing.F) {
	channeltest.Seeds(f)
	adapter := messenger.New(nil)
	f.Fuzz(func(t *testing.T, body []byte) {
		batch, err := adapter.Parse(body)
		if err != nil && (len(batch.Events) > 0 || len(batch.Rejected) > 0) {
			t.Error("an error came with a batch")
		}
		for _, event := range batch.Events {
			channeltest.CheckEvent(t, event)
		}
	})
}

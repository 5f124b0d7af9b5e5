package messenger_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/messenger"
	"parley/backend/conversation"
)

var sending = channeltest.Sending{
	New:      func(c *http.Client) channel.Adapter { return messenger.New(c) },
	Accepted: `{"recipient_id":"7310000000000101","message_id":"accepted-id"}`,
	Message: channel.Outgoing{
		ClientRef: "ref-1", To: channel.Address{UserID: "7310000000000101"}, Kind: conversation.KindText, Text: "Olá",
	},
}

func TestSend_outcome_of_each_code(t *testing.T) {
	const account = channel.ScopeAccount
	channeltest.Codes(t, sending, []channeltest.Code{
		{Code: 1, Subcode: 1357046, Verdict: channel.VerdictUnknown, Class: channel.ClassUnconfirmed},
		{Code: 1, Subcode: 0, Verdict: channel.VerdictUnknown, Class: channel.ClassUnconfirmed},
		{Code: 2, Subcode: 0, Verdict: channel.VerdictUnknown, Class: channel.ClassUnconfirmed},
		{Code: 1200, Subcode: 0, Verdict: channel.VerdictUnknown, Class: channel.ClassUnconfirmed},
		{Code: 10, Subcode: 2018278, Verdict: channel.VerdictRefused, Class: channel.ClassWindow},
		{Code: 10, Subcode: 2534022, Verdict: channel.VerdictRefused, Class: channel.ClassWindow},
		{Code: 10, Subcode: 2018065, Verdict: channel.VerdictRefused, Class: channel.ClassWindow},
		{Code: 1545041, Subcode: 0, Verdict: channel.VerdictRefused, Class: channel.ClassWindow},
		{Code: 100, Subcode: 1893061, Verdict: channel.VerdictRefused, Class: channel.ClassContent},
		{Code: 100, Subcode: 2018014, Verdict: channel.VerdictRefused, Class: channel.ClassContent},
		{Code: 551, Subcode: 0, Verdict: channel.VerdictRefused, Class: channel.ClassRecipient},
		{Code: 551, Subcode: 1545041, Verdict: channel.VerdictRefused, Class: channel.ClassRecipient},
		{Code: 200, Subcode: 1545041, Verdict: channel.VerdictRefused, Class: channel.ClassRecipient},
		{Code: 10, Subcode: 2018108, Verdict: channel.VerdictRefused, Class: channel.ClassRecipient},
		{Code: 100, Subcode: 2018001, Verdict: channel.VerdictRefused, Class: channel.ClassRecipient},
		{Code: 100, Subcode: 0, Verdict: channel.VerdictRefused, Class: channel.ClassContent},
		{Code: 200, Subcode: 2018028, Verdict: channel.VerdictHold, Class: channel.ClassAccount},
		{Code: 200, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassToken},
		{Code: 299, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassToken},
		{Code: 190, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassToken},
		{Code: 10, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassToken},
		{Code: 102, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassToken},
		{Code: 4, Subcode: 0, Verdict: channel.VerdictRetry, Class: channel.ClassBusy, Scope: account},
		{Code: 32, Subcode: 0, Verdict: channel.VerdictRetry, Class: channel.ClassBusy, Scope: account},
		{Code: 613, Subcode: 0, Verdict: channel.VerdictRetry, Class: channel.ClassBusy, Scope: account},
		{Code: 613, Subcode: 2534040, Verdict: channel.VerdictRetry, Class: channel.ClassBusy, Scope: account},
		{Code: 613, Subcode: 2018338, Verdict: channel.VerdictRetry, Class: channel.ClassSpam, Scope: account},
		{Code: 100, Subcode: 2018008, Verdict: channel.VerdictRefused, Class: channel.ClassMedia},
		{Code: 100, Subcode: 2018047, Verdict: channel.VerdictRefused, Class: channel.ClassMedia},
		{Code: 100, Subcode: 2018109, Verdict: channel.VerdictRefused, Class: channel.ClassMedia},
		{Code: 100, Subcode: 2018294, Verdict: channel.VerdictRefused, Class: channel.ClassMedia},
		{Code: 100, Subcode: 2018074, Verdict: channel.VerdictRefused, Class: channel.ClassMedia},
		{Code: 2018300, Subcode: 0, Verdict: channel.VerdictRefused, Class: channel.ClassThread},
		{Code: 2018321, Subcode: 0, Verdict: channel.VerdictRefused, Class: channel.ClassThread},
		{Code: 100, Subcode: 2534037, Verdict: channel.VerdictRefused, Class: channel.ClassThread},
		{Code: 10, Subcode: 1893063, Verdict: channel.VerdictHold, Class: channel.ClassAccount},
		{Code: 2022, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassAccount},
		{Code: 368, Subcode: 0, Verdict: channel.VerdictHold, Class: channel.ClassAccount},
	})
}

func TestSend_transport(t *testing.T) { channeltest.Transport(t, sending) }

func TestSend_upload(t *testing.T) {
	message := sending.Message
	message.Kind, message.Text, message.Media = conversation.KindImage, "", channeltest.Media("image/png", "a.png", []byte("png bytes"))
	channeltest.Upload(t, sending, message)
}

func TestSend_requests(t *testing.T) {
	to := map[string]any{"id": "7310000000000101"}
	t.Run("text_is_a_response_with_our_id_as_metadata", func(t *testing.T) {
		s := sending
		s.Message.ReplyTo = "m_Q"
		got := channeltest.Requests(t, s)
		want := map[string]any{
			"recipient": to, "messaging_type": "RESPONSE", "message": map[string]any{"text": "Olá", "metadata": "ref-1"},
			"reply_to": map[string]any{"mid": "m_Q"},
		}
		if diff := cmp.Diff(want, got[0].JSON); diff != "" || got[0].Path != "/v26.0/42/messages" {
			t.Errorf("%s: %s", got[0].Path, diff)
		}
	})
	t.Run("human_agent_only_when_asked", func(t *testing.T) {
		s := sending
		s.Message.HumanAgent = true
		got := channeltest.Requests(t, s)[0].JSON
		if got["messaging_type"] != "MESSAGE_TAG" || got["tag"] != "HUMAN_AGENT" {
			t.Errorf("request is %v", got)
		}
	})
	t.Run("file_is_uploaded_with_its_type_and_sent_by_id", func(t *testing.T) {
		s := sending
		s.Message.Kind, s.Message.Text = conversation.KindDocument, ""
		s.Message.Media = channeltest.Media("application/pdf", "a.pdf", []byte("pdf bytes"))
		got := channeltest.Requests(t, s)
		if len(got) != 2 || got[0].Path != "/v26.0/42/message_attachments" || !strings.Contains(got[0].Form, "Content-Type: application/pdf") ||
			!strings.Contains(got[0].Form, `"is_reusable":true`) {
			t.Fatalf("requests are %v", got)
		}
		want := map[string]any{
			"recipient": to, "messaging_type": "RESPONSE",
			"message": map[string]any{"metadata": "ref-1", "attachment": map[string]any{"type": "file", "payload": map[string]any{"attachment_id": "media-id"}}},
		}
		if diff := cmp.Diff(want, got[1].JSON); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSend_refuses_what_Messenger_cannot_take_without_asking(t *testing.T) {
	image := channeltest.Media("image/png", "a.png", []byte("x"))
	large := *image
	large.SizeBytes = 25<<20 + 1
	cases := map[string]struct {
		change func(*channel.Outgoing)
		class  channel.Class
	}{
		"no_recipient":     {func(o *channel.Outgoing) { o.To = channel.Address{Phone: "447700900273"} }, channel.ClassRecipient},
		"empty_text":       {func(o *channel.Outgoing) { o.Text = "" }, channel.ClassContent},
		"text_too_long":    {func(o *channel.Outgoing) { o.Text = strings.Repeat("é", 2001) }, channel.ClassContent},
		"caption":          {func(o *channel.Outgoing) { o.Kind, o.Media = conversation.KindImage, image }, channel.ClassContent},
		"text_with_a_file": {func(o *channel.Outgoing) { o.Media = image }, channel.ClassContent},
		"template":         {func(o *channel.Outgoing) { o.Kind = conversation.KindTemplate }, channel.ClassContent},
		"too_large":        {func(o *channel.Outgoing) { o.Kind, o.Media, o.Text = conversation.KindImage, &large, "" }, channel.ClassMedia},
		"wrong_type":       {func(o *channel.Outgoing) { o.Kind, o.Media, o.Text = conversation.KindVideo, image, "" }, channel.ClassMedia},
		"long_client_ref":  {func(o *channel.Outgoing) { o.ClientRef = strings.Repeat("x", 1000) }, channel.ClassContent},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			message := sending.Message
			c.change(&message)
			got := messenger.New(nil).Send(t.Context(), channeltest.Account("http://127.0.0.1:1"), message)
			if got.Verdict != channel.VerdictRefused || got.Failure.Class != c.class {
				t.Errorf("outcome is %+v", got)
			}
		})
	}
}

package whatsapp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
)

var sending = channeltest.Sending{
	New:      func(c *http.Client) channel.Adapter { return whatsapp.New(c) },
	Accepted: `{"messaging_product":"whatsapp","contacts":[{"input":"+447700900273","wa_id":"447700900273"}],"messages":[{"id":"accepted-id"}]}`,
	Message: channel.Outgoing{
		ClientRef: "ref-1", To: channel.Address{Phone: "447700900273", UserID: "GB.1"}, Kind: conversation.KindText, Text: "Olá",
	},
}

func TestSend_outcome_of_each_code(t *testing.T) {
	codes := []channeltest.Code{}
	add := func(verdict channel.Verdict, class channel.Class, scope channel.Scope, numbers ...int) {
		for _, code := range numbers {
			codes = append(codes, channeltest.Code{Code: code, Verdict: verdict, Class: class, Scope: scope})
		}
	}
	add(channel.VerdictHold, channel.ClassToken, 0, 0, 3, 10, 190, 200, 250, 299, 104, 131005, 33)
	add(channel.VerdictHold, channel.ClassAccount, 0, 131045, 133010, 368, 131031, 130497, 131042, 131064)
	add(channel.VerdictRetry, channel.ClassBusy, channel.ScopeAccount, 130429, 4, 80007, 131057, 131016, 2)
	add(channel.VerdictRetry, channel.ClassPair, channel.ScopeContact, 131056)
	add(channel.VerdictRefused, channel.ClassSpam, 0, 131048, 131049, 130472, 131050)
	add(channel.VerdictRefused, channel.ClassWindow, 0, 131047, 470)
	add(channel.VerdictRefused, channel.ClassRecipient, 0, 131026, 131021, 130403, 131030, 131062)
	add(channel.VerdictRefused, channel.ClassContent, 0, 100, 131008, 131009, 131051, 135000)
	add(channel.VerdictRefused, channel.ClassMedia, 0, 131052, 131053)
	add(channel.VerdictRefused, channel.ClassTemplate, 0, 132000, 132001, 132005, 132007, 132008, 132012, 132015, 132016, 132068, 132069)
	add(channel.VerdictUnknown, channel.ClassUnconfirmed, 0, 1)
	add(channel.VerdictRetry, channel.ClassUnknown, channel.ScopeContact, 131000)
	channeltest.Codes(t, sending, codes)
}

func TestSend_transport(t *testing.T) { channeltest.Transport(t, sending) }

func TestSend_upload(t *testing.T) {
	message := sending.Message
	message.Kind, message.Text, message.Media = conversation.KindImage, "", channeltest.Media("image/png", "a.png", []byte("png bytes"))
	channeltest.Upload(t, sending, message)
}

func TestSend_requests(t *testing.T) {
	base := func(more map[string]any) map[string]any {
		body := map[string]any{"messaging_product": "whatsapp", "recipient_type": "individual", "biz_opaque_callback_data": "ref-1"}
		for key, value := range more {
			body[key] = value
		}
		return body
	}
	t.Run("number_goes_into_to_with_a_plus", func(t *testing.T) {
		s := sending
		s.Message.ReplyTo = "wamid.Q"
		got := channeltest.Requests(t, s)
		want := base(map[string]any{
			"to": "+447700900273", "type": "text", "text": map[string]any{"body": "Olá", "preview_url": true},
			"context": map[string]any{"message_id": "wamid.Q"},
		})
		if diff := cmp.Diff(want, got[0].JSON); diff != "" || got[0].Path != "/v26.0/42/messages" {
			t.Errorf("%s: %s", got[0].Path, diff)
		}
	})
	t.Run("user_id_goes_into_recipient", func(t *testing.T) {
		s := sending
		s.Message.To = channel.Address{UserID: "FR.48213907715602"}
		got := channeltest.Requests(t, s)[0].JSON
		if got["recipient"] != "FR.48213907715602" || got["to"] != nil {
			t.Errorf("request is %v", got)
		}
	})
	t.Run("document_is_uploaded_with_its_type_and_sent_by_id", func(t *testing.T) {
		s := sending
		s.Message.Kind, s.Message.Text = conversation.KindDocument, "A factura"
		s.Message.Media = channeltest.Media("application/pdf", "voo ção.pdf", []byte("pdf bytes"))
		got := channeltest.Requests(t, s)
		if len(got) != 2 || got[0].Path != "/v26.0/42/media" {
			t.Fatalf("requests are %v", got)
		}
		for _, part := range []string{"Content-Type: application/pdf", "pdf bytes", `name=messaging_product`, "whatsapp"} {
			if !strings.Contains(strings.ReplaceAll(got[0].Form, `"`, ""), part) {
				t.Errorf("form lacks %q: %s", part, got[0].Form)
			}
		}
		want := base(map[string]any{
			"to": "+447700900273", "type": "document",
			"document": map[string]any{"id": "media-id", "caption": "A factura", "filename": "voo ção.pdf"},
		})
		if diff := cmp.Diff(want, got[1].JSON); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("template_fills_its_placeholders", func(t *testing.T) {
		s := sending
		s.Message.Kind = conversation.KindTemplate
		s.Message.Template = &channel.OutgoingTemplate{
			Name: "follow_up", Language: "fr", Body: []channel.TemplateValue{{Text: "Camille"}, {Name: "topic", Text: "le billet"}},
			Buttons: []channel.TemplateButtonValue{{Index: 1, Type: "QUICK_REPLY", Text: "YES"}},
		}
		want := map[string]any{"name": "follow_up", "language": map[string]any{"code": "fr"}, "components": []any{
			map[string]any{"type": "body", "parameters": []any{
				map[string]any{"type": "text", "text": "Camille"}, map[string]any{"type": "text", "text": "le billet", "parameter_name": "topic"}}},
			map[string]any{"type": "button", "sub_type": "quick_reply", "index": "1", "parameters": []any{map[string]any{"type": "payload", "payload": "YES"}}},
		}}
		if diff := cmp.Diff(want, channeltest.Requests(t, s)[0].JSON["template"]); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSend_refuses_what_WhatsApp_cannot_take_without_asking(t *testing.T) {
	image := channeltest.Media("image/png", "a.png", []byte("x"))
	audio := channeltest.Media("audio/ogg", "a.ogg", []byte("x"))
	large := *image
	large.SizeBytes = 5<<20 + 1
	cases := map[string]struct {
		change func(*channel.Outgoing)
		class  channel.Class
	}{
		"no_recipient":     {func(o *channel.Outgoing) { o.To = channel.Address{} }, channel.ClassRecipient},
		"empty_text":       {func(o *channel.Outgoing) { o.Text = "" }, channel.ClassContent},
		"text_too_long":    {func(o *channel.Outgoing) { o.Text = strings.Repeat("é", 4097) }, channel.ClassContent},
		"unknown_kind":     {func(o *channel.Outgoing) { o.Kind = conversation.KindOrder }, channel.ClassContent},
		"no_file":          {func(o *channel.Outgoing) { o.Kind = conversation.KindImage }, channel.ClassMedia},
		"caption_on_audio": {func(o *channel.Outgoing) { o.Kind, o.Media = conversation.KindAudio, audio }, channel.ClassContent},
		"caption_too_long": {func(o *channel.Outgoing) {
			o.Kind, o.Media, o.Text = conversation.KindImage, image, strings.Repeat("é", 1025)
		}, channel.ClassContent},
		"wrong_type":  {func(o *channel.Outgoing) { o.Kind, o.Media = conversation.KindVideo, image }, channel.ClassMedia},
		"too_large":   {func(o *channel.Outgoing) { o.Kind, o.Media = conversation.KindImage, &large }, channel.ClassMedia},
		"no_template": {func(o *channel.Outgoing) { o.Kind = conversation.KindTemplate }, channel.ClassTemplate},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			message := sending.Message
			c.change(&message)
			got := whatsapp.New(nil).Send(t.Context(), channeltest.Account("http://127.0.0.1:1"), message)
			if got.Verdict != channel.VerdictRefused || got.Failure.Class != c.class {
				t.Errorf("outcome is %+v", got)
			}
		})
	}
}

package whatsapp_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

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

func TestSend_transport(t *testing.T) { channeltest.Transport(t, sending) }

func TestSend_upload(t *testing.T) {
	channeltest.Upload(t, sending, with(func(o *channel.Outgoing) {
		o.Kind, o.Text, o.Media = conversation.KindImage, "", channeltest.Media("image/png", "a.png", channeltest.PNG)
	}))
}

// with is the message of the tests, changed.
func with(change func(*channel.Outgoing)) channel.Outgoing {
	message := sending.Message
	change(&message)
	return message
}

func media(kind conversation.Kind, text string, file *channel.OutgoingMedia) channel.Outgoing {
	return with(func(o *channel.Outgoing) { o.Kind, o.Text, o.Media = kind, text, file })
}

// body is a request's JSON: the envelope of every message with more members.
func body(more string) string {
	return `{"messaging_product":"whatsapp","recipient_type":"individual","biz_opaque_callback_data":"ref-1",` + more + `}`
}

var accepted = channel.Outcome{
	Verdict: channel.VerdictAccepted, ProviderID: "accepted-id", Canonical: channel.Address{Phone: "447700900273"},
}

const to = `"to":"+447700900273",`

func message(more string) []channeltest.Request {
	return []channeltest.Request{{Path: "42/messages", JSON: body(more)}}
}

func uploaded(mime, fileName, more string) []channeltest.Request {
	return []channeltest.Request{
		{Path: "42/media", Form: []string{
			"name=messaging_product\r\n\r\nwhatsapp\r\n", "name=type\r\n\r\n" + mime + "\r\n", "name=file", fileName, "Content-Type: " + mime + "\r\n",
		}},
		{Path: "42/messages", JSON: body(more)},
	}
}

func TestSend_requests(t *testing.T) {
	row := func(name string, message channel.Outgoing, requests []channeltest.Request) channeltest.Exchange {
		return channeltest.Exchange{Name: name, Do: channeltest.Send(message), Requests: requests, Want: accepted}
	}
	channeltest.Exchanges(t, sending, []channeltest.Exchange{
		row("text_goes_to_the_number_with_a_plus", sending.Message, message(to+`"type":"text","text":{"body":"Olá","preview_url":true}`)),
		row("quoted_reply", with(func(o *channel.Outgoing) { o.ReplyTo = "wamid.Q" }),
			message(to+`"type":"text","text":{"body":"Olá","preview_url":true},"context":{"message_id":"wamid.Q"}`)),
		row("a_user_id_goes_into_recipient_and_never_into_to", with(func(o *channel.Outgoing) { o.To = channel.Address{UserID: "FR.48213907715602"} }),
			message(`"recipient":"FR.48213907715602","type":"text","text":{"body":"Olá","preview_url":true}`)),
		row("image", media(conversation.KindImage, "Foto", channeltest.Media("image/png", "a.png", channeltest.PNG)),
			uploaded("image/png", "a.png", to+`"type":"image","image":{"id":"media-id","caption":"Foto"}`)),
		row("the_content_decides_the_type", media(conversation.KindImage, "", channeltest.Media("image/png", "a.png", channeltest.JPEG)),
			uploaded("image/jpeg", "a.png", to+`"type":"image","image":{"id":"media-id"}`)),
		row("video", media(conversation.KindVideo, "", channeltest.Media("video/mp4", "a.mp4", channeltest.MP4)),
			uploaded("video/mp4", "a.mp4", to+`"type":"video","video":{"id":"media-id"}`)),
		row("voice_note", media(conversation.KindAudio, "", channeltest.Media("audio/ogg; codecs=opus", "a.ogg", channeltest.Ogg)),
			uploaded("audio/ogg", "a.ogg", to+`"type":"audio","audio":{"id":"media-id"}`)),
		row("sticker", media(conversation.KindSticker, "", channeltest.Media("image/webp", "a.webp", channeltest.WebP)),
			uploaded("image/webp", "a.webp", to+`"type":"sticker","sticker":{"id":"media-id"}`)),
		row("document_with_its_name", media(conversation.KindDocument, "A factura", channeltest.Media("application/pdf", "voo ção.pdf", channeltest.PDF)),
			uploaded("application/pdf", "utf-8", to+`"type":"document","document":{"id":"media-id","caption":"A factura","filename":"voo ção.pdf"}`)),
		row("a_picture_that_WhatsApp_does_not_take_as_a_document", media(conversation.KindDocument, "", channeltest.Media("image/gif", "a.gif", channeltest.GIF)),
			uploaded("image/gif", "a.gif", to+`"type":"document","document":{"id":"media-id","filename":"a.gif"}`)),
		row("office_file_in_a_zip", media(conversation.KindDocument, "", channeltest.Media("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx", channeltest.Zip)),
			uploaded("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "a.docx", to+`"type":"document","document":{"id":"media-id","filename":"a.docx"}`)),
		row("reaction_without_a_context", with(func(o *channel.Outgoing) {
			o.Kind, o.Text, o.TargetID, o.Emoji, o.ReplyTo = conversation.KindReaction, "", "wamid.T", "❤️", "wamid.T"
		}), message(to+`"type":"reaction","reaction":{"message_id":"wamid.T","emoji":"❤️"}`)),
		row("reaction_taken_back", with(func(o *channel.Outgoing) {
			o.Kind, o.Text, o.TargetID = conversation.KindReaction, "", "wamid.T"
		}), message(to+`"type":"reaction","reaction":{"message_id":"wamid.T","emoji":""}`)),
		row("location", with(func(o *channel.Outgoing) {
			o.Kind, o.Text, o.Location = conversation.KindLocation, "", &channel.Location{Latitude: 41.237, Longitude: -8.67, Name: "OPO", Address: "Maia"}
		}), message(to+`"type":"location","location":{"latitude":41.237,"longitude":-8.67,"name":"OPO","address":"Maia"}`)),
		row("location_at_zero", with(func(o *channel.Outgoing) {
			o.Kind, o.Text, o.Location = conversation.KindLocation, "", &channel.Location{}
		}),
			message(to+`"type":"location","location":{"latitude":0,"longitude":0}`)),
		row("contact_card", with(func(o *channel.Outgoing) {
			o.Kind, o.Text = conversation.KindContacts, ""
			o.Contacts = []channel.Card{{
				Name: "Abuela Carmen", Phones: []string{"+44 7700 900640"}, Emails: []string{"carmen@example.com"}, Organisation: "Café",
				Addresses: []string{"1 Rua, Porto"}, URLs: []string{"https://cafe.example/"}, Birthday: "1950-02-01",
			}}
		}), message(to+`"type":"contacts","contacts":[{"name":{"formatted_name":"Abuela Carmen","first_name":"Abuela Carmen"},
			"phones":[{"phone":"+44 7700 900640","type":"CELL"}],"emails":[{"email":"carmen@example.com"}],"org":{"company":"Café"},
			"addresses":[{"street":"1 Rua, Porto"}],"urls":[{"url":"https://cafe.example/"}],"birthday":"1950-02-01"}]`)),
		{
			Name: "the_number_that_Meta_uses_is_learned", Do: channeltest.Send(sending.Message),
			Requests: message(to + `"type":"text","text":{"body":"Olá","preview_url":true}`),
			Answers:  map[string]string{"42/messages": `{"contacts":[{"input":"+5548","wa_id":"554899998888","user_id":"BR.1"}],"messages":[{"id":"wamid.N","message_status":"accepted"}]}`},
			Want:     channel.Outcome{Verdict: channel.VerdictAccepted, ProviderID: "wamid.N", Canonical: channel.Address{Phone: "554899998888", UserID: "BR.1"}},
		},
	})
}

func TestCalls_that_are_no_sends(t *testing.T) {
	call := func(do func(context.Context, *whatsapp.Adapter, channel.Account) error) func(context.Context, channel.Adapter, channel.Account) (channel.Outcome, error) {
		return func(ctx context.Context, a channel.Adapter, account channel.Account) (channel.Outcome, error) {
			return channel.Outcome{}, do(ctx, a.(*whatsapp.Adapter), account)
		}
	}
	channeltest.Exchanges(t, sending, []channeltest.Exchange{
		{
			Name: "read_mark",
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.MarkRead(ctx, account, channel.Address{}, "wamid.R")
			}),
			Requests: []channeltest.Request{{Path: "42/messages", JSON: `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.R"}`}},
		},
		{
			Name: "typing_also_marks_read",
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.Typing(ctx, account, channel.Address{}, "wamid.R")
			}),
			Requests: []channeltest.Request{{Path: "42/messages", JSON: `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.R","typing_indicator":{"type":"text"}}`}},
		},
		{
			Name: "probe_reads_the_account_and_writes_nothing", Answers: map[string]string{"42": `{"id":"42"}`},
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.Probe(ctx, account)
			}),
			Requests: []channeltest.Request{{Method: http.MethodGet, Path: "42", Query: map[string]string{"fields": "id"}}},
		},
		{
			Name: "probe_with_an_expired_token", Answers: map[string]string{"42": `{"error":{"code":190,"message":"expired"}}`},
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.Probe(ctx, account)
			}),
			Requests: []channeltest.Request{{Method: http.MethodGet, Path: "42", Query: map[string]string{"fields": "id"}}}, WantErr: "expired",
		},
		{
			Name: "the_end_of_typing_needs_no_call",
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.TypingEnded(ctx, account, channel.Address{})
			}),
		},
		{
			Name: "a_refused_read_mark_says_why",
			Do: call(func(ctx context.Context, a *whatsapp.Adapter, account channel.Account) error {
				return a.MarkRead(ctx, account, channel.Address{}, "wamid.R")
			}),
			Requests: []channeltest.Request{{Path: "42/messages", JSON: `{"messaging_product":"whatsapp","status":"read","message_id":"wamid.R"}`}},
			Answers:  map[string]string{"42/messages": `{"error":{"code":190,"message":"expired"}}`},
			WantErr:  "mark read",
		},
	})
}

func TestSend_refuses_what_WhatsApp_cannot_take_without_asking(t *testing.T) {
	image := channeltest.Media("image/png", "a.png", channeltest.PNG)
	large, huge := *image, *image
	large.SizeBytes, huge.SizeBytes = 5<<20+1, 100<<20+1
	empty := *image
	empty.SizeBytes = 0
	as := func(kind conversation.Kind, text string, file *channel.OutgoingMedia) func(*channel.Outgoing) {
		return func(o *channel.Outgoing) { o.Kind, o.Text, o.Media = kind, text, file }
	}
	channeltest.Refusals(t, sending, map[string]channeltest.Refused{
		"no_recipient":  {Change: func(o *channel.Outgoing) { o.To = channel.Address{} }, Reason: channel.ReasonUnknownPerson},
		"long_own_id":   {Change: func(o *channel.Outgoing) { o.ClientRef = strings.Repeat("x", 513) }, Reason: channel.ReasonRefusedContent},
		"empty_text":    {Change: func(o *channel.Outgoing) { o.Text = " \n" }, Reason: channel.ReasonTextEmpty},
		"text_too_long": {Change: func(o *channel.Outgoing) { o.Text = strings.Repeat("é", 4097) }, Reason: channel.ReasonTextTooLong, Limit: 4096},
		"text_and_file": {Change: as(conversation.KindText, "Olá", image), Reason: channel.ReasonRefusedContent},
		"unknown_kind":  {Change: func(o *channel.Outgoing) { o.Kind = conversation.KindOrder }, Reason: channel.ReasonUnsupportedKind},
		"no_file":       {Change: as(conversation.KindImage, "", nil), Reason: channel.ReasonFileMissing},
		"empty_file":    {Change: as(conversation.KindImage, "", &empty), Reason: channel.ReasonFileMissing},
		"caption_on_audio": {
			Change: as(conversation.KindAudio, "Olá", channeltest.Media("audio/ogg", "a.ogg", channeltest.Ogg)), Reason: channel.ReasonNoCaption,
		},
		"caption_too_long": {Change: as(conversation.KindImage, strings.Repeat("é", 1025), image), Reason: channel.ReasonCaptionTooLong, Limit: 1024},
		"a_picture_as_a_video": {
			Change: as(conversation.KindVideo, "", image), Reason: channel.ReasonFileType, As: conversation.KindImage,
		},
		"a_gif_as_a_photo_goes_as_a_document": {
			Change: as(conversation.KindImage, "", channeltest.Media("image/png", "a.png", channeltest.GIF)), Reason: channel.ReasonFileType, As: conversation.KindDocument,
		},
		"a_webp_as_a_photo_goes_as_a_document": {
			Change: as(conversation.KindImage, "", channeltest.Media("image/webp", "a.webp", channeltest.WebP)), Reason: channel.ReasonFileType, As: conversation.KindDocument,
		},
		"too_large_for_a_photo_goes_as_a_document": {
			Change: as(conversation.KindImage, "", &large), Reason: channel.ReasonFileTooLarge, Limit: 5 << 20, As: conversation.KindDocument,
		},
		"too_large_for_anything": {Change: as(conversation.KindDocument, "", &huge), Reason: channel.ReasonFileTooLarge, Limit: 100 << 20},
		"reaction_to_nothing":    {Change: func(o *channel.Outgoing) { o.Kind, o.Text, o.Emoji = conversation.KindReaction, "", "👍" }, Reason: channel.ReasonRefusedContent},
		"reaction_with_words": {Change: func(o *channel.Outgoing) {
			o.Kind, o.Text, o.TargetID, o.Emoji = conversation.KindReaction, "", "wamid.T", "very nice"
		}, Reason: channel.ReasonRefusedContent},
		"place_beyond_the_poles": {Change: func(o *channel.Outgoing) {
			o.Kind, o.Text, o.Location = conversation.KindLocation, "", &channel.Location{Latitude: 91}
		}, Reason: channel.ReasonRefusedContent},
		"place_with_text": {Change: func(o *channel.Outgoing) { o.Kind, o.Location = conversation.KindLocation, &channel.Location{} }, Reason: channel.ReasonNoCaption},
		"card_without_a_name": {Change: func(o *channel.Outgoing) {
			o.Kind, o.Text, o.Contacts = conversation.KindContacts, "", []channel.Card{{Phones: []string{"1"}}}
		}, Reason: channel.ReasonRefusedContent},
		"no_template": {Change: func(o *channel.Outgoing) { o.Kind, o.Text = conversation.KindTemplate, "" }, Reason: channel.ReasonTemplateMissing},
	})
}

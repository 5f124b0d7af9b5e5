package messenger_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

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

func TestSend_transport(t *testing.T) { channeltest.Transport(t, sending) }

func TestSend_upload(t *testing.T) {
	channeltest.Upload(t, sending, media(conversation.KindImage, channeltest.Media("image/png", "a.png", channeltest.PNG)))
}

// with is the message of the tests, changed.
func with(change func(*channel.Outgoing)) channel.Outgoing {
	message := sending.Message
	change(&message)
	return message
}

func media(kind conversation.Kind, file *channel.OutgoingMedia) channel.Outgoing {
	return with(func(o *channel.Outgoing) { o.Kind, o.Text, o.Media = kind, "", file })
}

var accepted = channel.Outcome{
	Verdict: channel.VerdictAccepted, ProviderID: "accepted-id", Canonical: channel.Address{UserID: "7310000000000101"},
}

const to = `"recipient":{"id":"7310000000000101"}`

func message(more string) []channeltest.Request {
	return []channeltest.Request{{Path: "42/messages", JSON: `{` + to + `,` + more + `}`}}
}

func uploaded(kind, mime, fileName string) []channeltest.Request {
	return []channeltest.Request{
		{Path: "42/message_attachments", Form: []string{
			`name=message` + "\r\n\r\n" + `{attachment:{type:` + kind + `,payload:{is_reusable:true}}}`, "name=filedata", fileName, "Content-Type: " + mime + "\r\n",
		}},
		{Path: "42/messages", JSON: `{` + to + `,"messaging_type":"RESPONSE","message":{"metadata":"ref-1","attachment":{"type":"` + kind + `","payload":{"attachment_id":"media-id"}}}}`},
	}
}

func TestSend_requests(t *testing.T) {
	row := func(name string, message channel.Outgoing, requests []channeltest.Request) channeltest.Exchange {
		return channeltest.Exchange{Name: name, Do: channeltest.Send(message), Requests: requests, Want: accepted}
	}
	reacted := accepted
	reacted.ProviderID = ""
	react := func(emoji string) channel.Outgoing {
		return with(func(o *channel.Outgoing) {
			o.Kind, o.Text, o.TargetID, o.Emoji, o.HumanAgent = conversation.KindReaction, "", "m_T", emoji, true
		})
	}
	answered := map[string]string{"42/messages": `{"recipient_id":"7310000000000101"}`}
	channeltest.Exchanges(t, sending, []channeltest.Exchange{
		row("text_is_a_response_with_our_id_as_metadata", sending.Message, message(`"messaging_type":"RESPONSE","message":{"text":"Olá","metadata":"ref-1"}`)),
		row("quoted_reply", with(func(o *channel.Outgoing) { o.ReplyTo = "m_Q" }),
			message(`"messaging_type":"RESPONSE","message":{"text":"Olá","metadata":"ref-1"},"reply_to":{"mid":"m_Q"}`)),
		row("human_agent_only_when_asked", with(func(o *channel.Outgoing) { o.HumanAgent = true }),
			message(`"messaging_type":"MESSAGE_TAG","tag":"HUMAN_AGENT","message":{"text":"Olá","metadata":"ref-1"}`)),
		row("image", media(conversation.KindImage, channeltest.Media("image/png", "a.png", channeltest.PNG)), uploaded("image", "image/png", "a.png")),
		row("animated_picture", media(conversation.KindImage, channeltest.Media("", "a.gif", channeltest.GIF)), uploaded("image", "image/gif", "a.gif")),
		row("video", media(conversation.KindVideo, channeltest.Media("video/mp4", "a.mp4", channeltest.MP4)), uploaded("video", "video/mp4", "a.mp4")),
		row("audio", media(conversation.KindAudio, channeltest.Media("audio/ogg", "a.ogg", channeltest.Ogg)), uploaded("audio", "audio/ogg", "a.ogg")),
		row("file", media(conversation.KindDocument, channeltest.Media("application/pdf", "a.pdf", channeltest.PDF)), uploaded("file", "application/pdf", "a.pdf")),
		{
			Name: "reaction_stands_alone_and_gets_no_id", Do: channeltest.Send(react("❤️")), Want: reacted, Answers: answered,
			Requests: message(`"sender_action":"react","payload":{"message_id":"m_T","reaction":"❤️"}`),
		},
		{
			Name: "reaction_taken_back", Do: channeltest.Send(react("")), Want: reacted, Answers: answered,
			Requests: message(`"sender_action":"unreact","payload":{"message_id":"m_T"}`),
		},
		{
			Name: "a_reaction_answered_with_nothing_is_not_confirmed", Do: channeltest.Send(react("👍")), Answers: map[string]string{"42/messages": `{}`},
			Requests: message(`"sender_action":"react","payload":{"message_id":"m_T","reaction":"👍"}`),
			Want: channel.Outcome{Verdict: channel.VerdictUnknown, Failure: channel.Failure{
				Class: channel.ClassUnconfirmed, Reason: channel.ReasonUnconfirmed,
			}},
		},
	})
}

func TestCalls_that_are_no_sends(t *testing.T) {
	who := sending.Message.To
	call := func(do func(context.Context, *messenger.Adapter, channel.Account) error) func(context.Context, channel.Adapter, channel.Account) (channel.Outcome, error) {
		return func(ctx context.Context, a channel.Adapter, account channel.Account) (channel.Outcome, error) {
			return channel.Outcome{}, do(ctx, a.(*messenger.Adapter), account)
		}
	}
	profile := func(want channel.Profile, wantErr error) func(context.Context, *messenger.Adapter, channel.Account) error {
		return func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
			got, err := a.Profile(ctx, account, who)
			if got != want || !errors.Is(err, wantErr) {
				t.Errorf("profile is %+v, %v", got, err)
			}
			return nil
		}
	}
	asked := []channeltest.Request{{
		Method: http.MethodGet, Path: "7310000000000101", Query: map[string]string{"fields": "first_name,last_name,profile_pic"},
	}}
	channeltest.Exchanges(t, sending, []channeltest.Exchange{
		{
			Name: "read_mark", Requests: message(`"sender_action":"mark_seen"`),
			Do: call(func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
				return a.MarkRead(ctx, account, who, "m_X")
			}),
		},
		{
			Name: "typing", Requests: message(`"sender_action":"typing_on"`),
			Do: call(func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
				return a.Typing(ctx, account, who, "m_X")
			}),
		},
		{
			Name: "probe_reads_the_account_and_writes_nothing", Answers: map[string]string{"42": `{"id":"42"}`},
			Do: call(func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
				return a.Probe(ctx, account)
			}),
			Requests: []channeltest.Request{{Method: http.MethodGet, Path: "42", Query: map[string]string{"fields": "id"}}},
		},
		{
			Name: "probe_with_an_expired_token", Answers: map[string]string{"42": `{"error":{"code":190,"message":"expired"}}`},
			Do: call(func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
				return a.Probe(ctx, account)
			}),
			Requests: []channeltest.Request{{Method: http.MethodGet, Path: "42", Query: map[string]string{"fields": "id"}}}, WantErr: "expired",
		},
		{
			Name: "typing_ended", Requests: message(`"sender_action":"typing_off"`),
			Do: call(func(ctx context.Context, a *messenger.Adapter, account channel.Account) error {
				return a.TypingEnded(ctx, account, who)
			}),
		},
		{
			Name: "profile_with_picture", Requests: asked,
			Answers: map[string]string{"7310000000000101": `{"id":"1","first_name":"Beatriz","last_name":"Nunes","profile_pic":"https://cdn.example/p.jpg?oe=1"}`},
			Do:      call(profile(channel.Profile{Name: "Beatriz Nunes", PictureURL: "https://cdn.example/p.jpg?oe=1"}, nil)),
		},
		{
			Name: "picture_that_is_no_address", Requests: asked, Answers: map[string]string{"7310000000000101": `{"first_name":"Beatriz","profile_pic":"javascript:x"}`},
			Do: call(profile(channel.Profile{Name: "Beatriz"}, nil)),
		},
		{Name: "empty_profile", Requests: asked, Answers: map[string]string{"7310000000000101": `{}`}, Do: call(profile(channel.Profile{}, channel.ErrNoProfile))},
		{
			Name: "refused_profile", Requests: asked, Answers: map[string]string{"7310000000000101": `{"error":{"code":100,"error_subcode":2018218}}`},
			Do: call(profile(channel.Profile{}, channel.ErrNoProfile)),
		},
	})
}

func TestSend_refuses_what_Messenger_cannot_take_without_asking(t *testing.T) {
	image := channeltest.Media("image/png", "a.png", channeltest.PNG)
	large := *image
	large.SizeBytes = 25<<20 + 1
	as := func(kind conversation.Kind, text string, file *channel.OutgoingMedia) func(*channel.Outgoing) {
		return func(o *channel.Outgoing) { o.Kind, o.Text, o.Media = kind, text, file }
	}
	channeltest.Refusals(t, sending, map[string]channeltest.Refused{
		"no_recipient":     {Change: func(o *channel.Outgoing) { o.To = channel.Address{Phone: "447700900273"} }, Reason: channel.ReasonUnknownPerson},
		"empty_text":       {Change: func(o *channel.Outgoing) { o.Text = "" }, Reason: channel.ReasonTextEmpty},
		"text_too_long":    {Change: func(o *channel.Outgoing) { o.Text = strings.Repeat("é", 2001) }, Reason: channel.ReasonTextTooLong, Limit: 2000},
		"caption":          {Change: as(conversation.KindImage, "Olá", image), Reason: channel.ReasonNoCaption},
		"text_with_a_file": {Change: as(conversation.KindText, "Olá", image), Reason: channel.ReasonRefusedContent},
		"template":         {Change: func(o *channel.Outgoing) { o.Kind = conversation.KindTemplate }, Reason: channel.ReasonUnsupportedKind},
		"sticker":          {Change: as(conversation.KindSticker, "", image), Reason: channel.ReasonUnsupportedKind},
		"too_large":        {Change: as(conversation.KindImage, "", &large), Reason: channel.ReasonFileTooLarge, Limit: 25 << 20},
		"wrong_type":       {Change: as(conversation.KindVideo, "", image), Reason: channel.ReasonFileType, As: conversation.KindImage},
		"long_client_ref":  {Change: func(o *channel.Outgoing) { o.ClientRef = strings.Repeat("x", 1000) }, Reason: channel.ReasonRefusedContent},
		"a_place_can_go_as_text": {
			Change: func(o *channel.Outgoing) {
				o.Kind, o.Text, o.Location = conversation.KindLocation, "", &channel.Location{Latitude: 41}
			},
			Reason: channel.ReasonUnsupportedKind, As: conversation.KindText,
		},
		"a_contact_card_can_go_as_text": {
			Change: func(o *channel.Outgoing) {
				o.Kind, o.Text, o.Contacts = conversation.KindContacts, "", []channel.Card{{Name: "Ana"}}
			},
			Reason: channel.ReasonUnsupportedKind, As: conversation.KindText,
		},
		"a_nameless_card_cannot": {
			Change: func(o *channel.Outgoing) {
				o.Kind, o.Text, o.Contacts = conversation.KindContacts, "", []channel.Card{{}}
			}, Reason: channel.ReasonUnsupportedKind,
		},
	})
}

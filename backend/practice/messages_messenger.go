package practice

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
)

// Limits of Messenger messages. Sources: Meta docs, "Send API", 2026-04-22; "Human agent", 2026-09-28.
const (
	messengerWindow  = 24 * time.Hour
	humanAgentWindow = 7 * 24 * time.Hour
	maxMessengerText = 2000
	maxMetadata      = 1000
	messengerTyping  = 20 * time.Second
	attachmentLife   = 90 * 24 * time.Hour

	pageInboxAppID = "263902037430900" // Meta's own inbox
)

// messengerSend is the body of POST /{page}/messages.
type messengerSend struct {
	Recipient struct {
		ID string `json:"id"`
	} `json:"recipient"`
	MessagingType string `json:"messaging_type"`
	Tag           string `json:"tag"`
	SenderAction  string `json:"sender_action"`
	Payload       struct {
		MessageID string `json:"message_id"`
		Reaction  string `json:"reaction"`
	} `json:"payload"`
	Message *struct {
		Text         string               `json:"text"`
		Metadata     string               `json:"metadata"`
		Attachment   *messengerAttachment `json:"attachment"`
		QuickReplies []struct {
			Type    string `json:"content_type"`
			Title   string `json:"title"`
			Payload string `json:"payload"`
		} `json:"quick_replies"`
	} `json:"message"`
	ReplyTo *struct {
		MID string `json:"mid"`
	} `json:"reply_to"`
}

type messengerAttachment struct {
	Type    string `json:"type"`
	Payload struct {
		AttachmentID string `json:"attachment_id"`
		URL          string `json:"url"`
		TemplateType string `json:"template_type"`
		Text         string `json:"text"`
		Buttons      []messengerButton
		Elements     []struct {
			Title    string `json:"title"`
			Subtitle string `json:"subtitle"`
			Buttons  []messengerButton
		} `json:"elements"`
	} `json:"payload"`
}

type messengerButton struct {
	Type    string `json:"type"`
	Title   string `json:"title"`
	Payload string `json:"payload"`
	URL     string `json:"url"`
}

func (m *Meta) postMessenger(c call) {
	var send messengerSend
	if !c.decode(&send) {
		return
	}
	if send.Recipient.ID == "" {
		c.fail(parameterError("The parameter recipient is required"))
		return
	}
	if send.SenderAction != "" {
		m.postSenderAction(c, send)
		return
	}
	out, problem := m.composeMessenger(c, send)
	if problem == nil {
		problem, _ = m.failSend(errMessengerRate, false)
	}
	if problem == nil {
		problem = m.acceptMessenger(c.account, send, out)
	}
	if problem != nil {
		c.fail(*problem)
		return
	}
	answer := object{"recipient_id": send.Recipient.ID, "message_id": out.ID}
	if out.MediaID != "" {
		answer["attachment_id"] = out.MediaID
	}
	m.answerSend(c, answer)
}

// composeMessenger checks a message the way Meta does before it looks for the recipient.
func (m *Meta) composeMessenger(c call, send messengerSend) (*message, *graphError) {
	wrong := func(text string) (*message, *graphError) {
		e := parameterError(text)
		return nil, &e
	}
	switch {
	case send.Message == nil:
		return wrong("The parameter message is required")
	case send.Message.Text != "" && send.Message.Attachment != nil:
		return wrong("Message cannot contain both text and attachment")
	case send.Message.Text == "" && send.Message.Attachment == nil:
		return wrong("Empty text")
	case utf8.RuneCountInString(send.Message.Text) > maxMessengerText:
		return wrong(fmt.Sprintf("Length of param message[text] must be less than or equal to %d", maxMessengerText))
	case utf8.RuneCountInString(send.Message.Metadata) >= maxMetadata:
		return wrong(fmt.Sprintf("Length of param message[metadata] must be less than %d", maxMetadata))
	}
	switch send.MessagingType {
	case "RESPONSE", "UPDATE":
	case "MESSAGE_TAG":
		if send.Tag != "HUMAN_AGENT" {
			return wrong("Param tag must be one of {HUMAN_AGENT}")
		}
	default:
		return wrong("Param messaging_type must be one of {RESPONSE, UPDATE, MESSAGE_TAG}")
	}
	out := &message{Kind: "text", Text: send.Message.Text, ClientRef: send.Message.Metadata}
	if send.ReplyTo != nil {
		out.ReplyTo = send.ReplyTo.MID
	}
	for _, reply := range send.Message.QuickReplies {
		out.Choices = append(out.Choices, choice{ID: reply.Payload, Title: reply.Title, Of: "quick_reply"})
	}
	if len(out.Choices) > 13 {
		return wrong("Too many quick replies; the maximum is 13")
	}
	if attachment := send.Message.Attachment; attachment != nil {
		return m.composeAttachment(c, out, attachment)
	}
	return out, nil
}

// composeAttachment finds the file of a message, or makes a template's words and buttons of it.
func (m *Meta) composeAttachment(c call, out *message, in *messengerAttachment) (*message, *graphError) {
	switch in.Type {
	case "image", "video", "audio", "file":
	case "template":
		out.Text = in.Payload.Text
		buttons := in.Payload.Buttons
		for _, element := range in.Payload.Elements {
			out.Text = strings.TrimSpace(out.Text + "\n" + element.Title + "\n" + element.Subtitle)
			buttons = append(buttons, element.Buttons...)
		}
		for _, b := range buttons {
			pressed := choice{ID: b.Payload, Title: b.Title, Of: "postback"}
			if b.Type != "postback" {
				pressed = choice{Title: b.Title, Description: b.URL}
			}
			out.Choices = append(out.Choices, pressed)
		}
		return out, nil
	default:
		e := parameterError("Param message[attachment][type] must be one of {audio, file, image, template, video}")
		return nil, &e
	}
	m.mu.Lock()
	file := m.media[in.Payload.AttachmentID]
	m.mu.Unlock()
	if in.Payload.URL != "" {
		var err error
		if file, err = m.fetchLink(c.r.Context(), c.account, in.Payload.URL); err != nil {
			m.log.Info("A linked file could not be fetched", "error", err)
			return nil, &errFetch
		}
	}
	if file == nil || file.Channel != conversation.ChannelMessenger || file.AccountID != c.account.ID || m.clock.NowMs() >= file.CreatedMs+attachmentLife.Milliseconds() {
		return nil, &errNotOurs
	}
	out.Kind, out.MediaID, out.MIME, out.FileName = whatsAppWord(in.Type), file.ID, file.MIME, file.FileName
	return out, nil
}

// whatsAppWord is the word by which a thread calls a kind of attachment, and messengerWord is Messenger's.
func whatsAppWord(kind string) string {
	if kind == "file" {
		return "document"
	}
	return kind
}

func messengerWord(kind string) string {
	if kind == "document" {
		return "file"
	}
	return kind
}

func (m *Meta) acceptMessenger(account *Account, send messengerSend, out *message) *graphError {
	m.mu.Lock()
	defer m.mu.Unlock()
	to := m.findMessenger(account.ID, send.Recipient.ID)
	nowMs := m.clock.NowMs()
	length := messengerWindow
	if send.Tag == "HUMAN_AGENT" {
		length = humanAgentWindow
	}
	switch {
	case to == nil:
		return &errNobody
	case to.Blocked:
		return &errBlocked
	case !to.windowOpen(nowMs, length):
		return &errMessengerWindow
	}
	out.ID, out.AtMs, out.State = newMessageID(account.Channel), nowMs, "accepted"
	m.sent(account, to, out)
	return nil
}

// findMessenger finds a person by PSID. m.mu is held.
func (m *Meta) findMessenger(pageID, psid string) *contact {
	for _, c := range m.contacts {
		if c.AccountID == pageID && c.UserID == psid {
			return c
		}
	}
	return nil
}

// postSenderAction marks the thread seen, shows typing or reacts. Such a call carries nothing else.
func (m *Meta) postSenderAction(c call, send messengerSend) {
	if send.Message != nil {
		c.fail(errSender)
		return
	}
	m.mu.Lock()
	problem := m.act(m.findMessenger(c.account.ID, send.Recipient.ID), send)
	m.mu.Unlock()
	m.nudge()
	if problem != nil {
		c.fail(*problem)
		return
	}
	c.answer(object{"recipient_id": send.Recipient.ID})
}

// act carries out a sender action. m.mu is held.
func (m *Meta) act(who *contact, send messengerSend) *graphError {
	if who == nil {
		return &errNobody
	}
	switch send.SenderAction {
	case "mark_seen":
		for _, message := range who.Messages {
			message.Seen = message.Seen || message.FromContact
		}
		m.changed = true
	case "typing_on":
		who.typingUntilMs = m.clock.NowMs() + messengerTyping.Milliseconds()
	case "typing_off":
		who.typingUntilMs = 0
	case "react", "unreact":
		target := who.message(send.Payload.MessageID)
		if target == nil || (send.SenderAction == "react") == (send.Payload.Reaction == "") {
			e := parameterError("The parameter payload[message_id] or payload[reaction] is not valid")
			return &e
		}
		who.Messages = append(who.Messages, &message{
			ID: newMessageID(who.Channel), Kind: "reaction", TargetID: target.ID, Emoji: send.Payload.Reaction, AtMs: m.nextMs(who), State: "read",
		})
		m.changed = true
	default:
		e := parameterError("Param sender_action must be one of {mark_seen, typing_on, typing_off, react, unreact}")
		return &e
	}
	return nil
}

// messengerBody wraps events of a thread into the envelope of a webhook. A contact's own events have the
// contact as sender, echoes have the Page.
func messengerBody(a *Account, c *contact, byPage bool, atMs int64, event object) object {
	sender, recipient := object{"id": c.UserID}, object{"id": a.ID}
	if byPage {
		sender, recipient = recipient, sender
	}
	event["sender"], event["recipient"], event["timestamp"] = sender, recipient, atMs
	return object{"object": "page", "entry": []object{{"id": a.ID, "time": atMs, "messaging": []object{event}}}}
}

// messengerMessage is the webhook of what the contact did.
func (m *Meta) messengerMessage(a *Account, c *contact, in *message) object {
	body := func(event object) object { return messengerBody(a, c, false, in.AtMs, event) }
	switch {
	case in.Kind == "reaction":
		reaction := object{"mid": in.TargetID, "action": "unreact"}
		if in.Emoji != "" {
			reaction = object{"mid": in.TargetID, "action": "react", "reaction": "other", "emoji": in.Emoji}
		}
		return body(object{"reaction": reaction})
	case in.Kind == "edit":
		return body(object{"message_edit": object{"mid": in.TargetID, "text": in.Text, "num_edit": in.Edits}})
	case in.Kind == "revoke":
		return body(object{"message": object{"mid": in.TargetID, "is_deleted": true}})
	case in.Answer != nil && in.Answer.Of == "postback":
		return body(object{"postback": object{"mid": in.ID, "title": in.Answer.Title, "payload": in.Answer.ID}})
	case in.Kind == "system":
		return body(object{in.RawKind: object{
			"ref": "practice", "source": "SHORTLINK", "type": "OPEN_THREAD", "status": "linked",
			"new_owner_app_id": pageInboxAppID, "previous_owner_app_id": pageInboxAppID,
		}})
	}
	content := m.messengerContent(in)
	if in.Answer != nil {
		content["quick_reply"] = object{"payload": in.Answer.ID}
	}
	if in.Ad != nil {
		content["referral"] = object{"source": "ADS", "type": "OPEN_THREAD", "ad_id": in.Ad.ID, "ref": "practice", "ads_context_data": object{"ad_title": in.Ad.Headline}}
	}
	return body(object{"message": content})
}

// messengerEcho is the webhook by which the Page learns what was sent in its name.
func (m *Meta) messengerEcho(a *Account, c *contact, out *message) object {
	content := m.messengerContent(out)
	content["is_echo"], content["app_id"] = true, json.Number(appID)
	if out.ClientRef != "" {
		content["metadata"] = out.ClientRef
	}
	return messengerBody(a, c, true, out.AtMs, object{"message": content})
}

func (m *Meta) messengerContent(of *message) object {
	content := object{"mid": of.ID}
	if of.Text != "" {
		content["text"] = of.Text
	}
	if of.ReplyTo != "" {
		content["reply_to"] = object{"mid": of.ReplyTo}
	}
	switch {
	case of.Place != nil:
		content["attachments"] = []object{{"type": "location", "title": of.Place.Name, "payload": object{
			"coordinates": object{"lat": of.Place.Latitude, "long": of.Place.Longitude},
		}}}
	case of.MediaID != "":
		payload := object{"url": m.messengerMediaURL(m.media[of.MediaID])}
		if of.StickerID != "" {
			payload["sticker_id"] = json.Number(of.StickerID)
		}
		content["attachments"] = []object{{"type": messengerWord(of.Kind), "payload": payload}}
	case of.Kind == "unsupported":
		content["attachments"] = []object{{"type": of.RawKind, "payload": object{}}}
	case of.Card != nil:
		content["text"] = strings.TrimSpace(of.Card.Name + " " + of.Card.Phone) // Messenger has no cards
	}
	return content
}

func messengerDelivery(a *Account, c *contact, out *message, atMs int64) object {
	// "before the watermark": one millisecond after the message covers it.
	return messengerBody(a, c, false, atMs, object{"delivery": object{"mids": []string{out.ID}, "watermark": max(atMs, out.AtMs+1)}})
}

func messengerRead(a *Account, c *contact, atMs int64) object {
	return messengerBody(a, c, false, atMs, object{"read": object{"watermark": atMs}})
}

// attachmentForm is the field "message" of an upload.
type attachmentForm struct {
	Attachment struct {
		Type string `json:"type"`
	} `json:"attachment"`
}

func readAttachmentForm(text string) (attachmentForm, error) {
	var form attachmentForm
	err := json.NewDecoder(bytes.NewReader([]byte(text))).Decode(&form)
	return form, err
}

package practice

import (
	"bytes"
	"encoding/json"
	"fmt"
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
)

// messengerSend is the body of POST /{page}/messages.
type messengerSend struct {
	Recipient struct {
		ID string `json:"id"`
	} `json:"recipient"`
	MessagingType string `json:"messaging_type"`
	Tag           string `json:"tag"`
	SenderAction  string `json:"sender_action"`
	Message       *struct {
		Text       string `json:"text"`
		Metadata   string `json:"metadata"`
		Attachment *struct {
			Type    string `json:"type"`
			Payload struct {
				AttachmentID string `json:"attachment_id"`
			} `json:"payload"`
		} `json:"attachment"`
	} `json:"message"`
	ReplyTo *struct {
		MID string `json:"mid"`
	} `json:"reply_to"`
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
	out, problem := m.composeMessenger(send)
	if problem == nil {
		problem = m.failSend(errMessengerRate)
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
func (m *Meta) composeMessenger(send messengerSend) (*message, *graphError) {
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
	if attachment := send.Message.Attachment; attachment != nil {
		m.mu.Lock()
		file := m.media[attachment.Payload.AttachmentID]
		m.mu.Unlock()
		if file == nil || file.Channel != conversation.ChannelMessenger {
			return nil, &errNotOurs
		}
		out.Kind, out.MediaID, out.MIME, out.FileName = whatsAppWord(attachment.Type), file.ID, file.MIME, file.FileName
	}
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

// postSenderAction marks the thread seen or shows typing. Such a call carries nothing else.
func (m *Meta) postSenderAction(c call, send messengerSend) {
	if send.Message != nil {
		c.fail(errSender)
		return
	}
	m.mu.Lock()
	contact := m.findMessenger(c.account.ID, send.Recipient.ID)
	known := send.SenderAction == "mark_seen" || send.SenderAction == "typing_on" || send.SenderAction == "typing_off"
	if contact != nil && send.SenderAction == "mark_seen" {
		for _, message := range contact.Messages {
			message.Seen = message.Seen || message.FromContact
		}
		m.changed = true
	}
	m.mu.Unlock()
	m.nudge()
	switch {
	case !known:
		c.fail(parameterError("Param sender_action must be one of {mark_seen, typing_on, typing_off}"))
	case contact == nil:
		c.fail(errNobody)
	default:
		c.answer(object{"recipient_id": send.Recipient.ID})
	}
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

// messengerMessage is the webhook of a message that the contact wrote.
func (m *Meta) messengerMessage(a *Account, c *contact, in *message) object {
	if in.Kind == "reaction" {
		reaction := object{"mid": in.TargetID, "action": "unreact"}
		if in.Emoji != "" {
			reaction = object{"mid": in.TargetID, "action": "react", "reaction": "other", "emoji": in.Emoji}
		}
		return messengerBody(a, c, false, in.AtMs, object{"reaction": reaction})
	}
	return messengerBody(a, c, false, in.AtMs, object{"message": m.messengerContent(in)})
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
		content["attachments"] = []object{{"type": messengerWord(of.Kind), "payload": object{"url": m.messengerMediaURL(m.media[of.MediaID])}}}
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

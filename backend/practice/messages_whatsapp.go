package practice

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
)

// Limits of WhatsApp messages. Source: Meta docs, "Messages", 2026-09.
const (
	whatsAppWindow       = 24 * time.Hour
	whatsAppTyping       = 25 * time.Second
	maxWhatsAppText      = 4096
	maxCaption           = 1024
	maxCallbackDataRunes = 512
)

var bsuidForm = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

// whatsAppSend is the body of POST /{phone_number_id}/messages, also of a read mark.
type whatsAppSend struct {
	MessagingProduct string          `json:"messaging_product"`
	RecipientType    string          `json:"recipient_type"`
	To               string          `json:"to"`
	Recipient        string          `json:"recipient"`
	Type             string          `json:"type"`
	Status           string          `json:"status"`
	MessageID        string          `json:"message_id"`
	TypingIndicator  *typingRequest  `json:"typing_indicator"`
	Context          *contextRequest `json:"context"`
	CallbackData     string          `json:"biz_opaque_callback_data"`
	Text             *struct {
		Body string `json:"body"`
	} `json:"text"`
	Image    *mediaRequest `json:"image"`
	Video    *mediaRequest `json:"video"`
	Audio    *mediaRequest `json:"audio"`
	Document *mediaRequest `json:"document"`
	Sticker  *mediaRequest `json:"sticker"`
	Location *place        `json:"location"`
	Reaction *struct {
		MessageID string `json:"message_id"`
		Emoji     string `json:"emoji"`
	} `json:"reaction"`
	Contacts    []outgoingCard   `json:"contacts"`
	Interactive *interactive     `json:"interactive"`
	Template    *templateRequest `json:"template"`
}

type outgoingCard struct {
	Name struct {
		FormattedName string `json:"formatted_name"`
		FirstName     string `json:"first_name"`
		LastName      string `json:"last_name"`
	} `json:"name"`
	Phones []struct {
		Phone string `json:"phone"`
	} `json:"phones"`
}

type typingRequest struct {
	Type string `json:"type"`
}

type contextRequest struct {
	MessageID string `json:"message_id"`
}

type mediaRequest struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Caption  string `json:"caption"`
	Filename string `json:"filename"`
}

func (m *Meta) postMessages(c call) {
	account := m.owned(c, c.r.PathValue("id"))
	if account == nil {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	c.account = account
	if account.Channel == conversation.ChannelMessenger {
		m.postMessenger(c)
		return
	}
	var send whatsAppSend
	if !c.decode(&send) {
		return
	}
	if send.MessagingProduct != "whatsapp" {
		c.fail(parameterError("The parameter messaging_product is required."))
		return
	}
	if send.Status != "" {
		m.postReadMark(c, send)
		return
	}
	message, problem := m.composeWhatsApp(c, account, send)
	var late *graphError
	if problem == nil {
		failure, isLate := m.failSend(errWhatsAppRate, true)
		if isLate {
			late = failure
		} else {
			problem = failure
		}
	}
	if problem != nil {
		c.fail(*problem)
		return
	}
	answer, problem := m.acceptWhatsApp(account, send, message, late)
	if problem != nil {
		c.fail(*problem)
		return
	}
	m.answerSend(c, answer)
}

// composeWhatsApp checks a message the way Meta does before it looks for the recipient.
func (m *Meta) composeWhatsApp(c call, account *Account, send whatsAppSend) (*message, *graphError) {
	wrong := func(format string, args ...any) (*message, *graphError) {
		e := parameterError(fmt.Sprintf(format, args...))
		return nil, &e
	}
	if send.To == "" && send.Recipient == "" {
		return wrong("The parameter to is required.")
	}
	if send.RecipientType != "" && send.RecipientType != "individual" {
		return wrong("Param recipient_type must be one of {individual}.")
	}
	if utf8.RuneCountInString(send.CallbackData) > maxCallbackDataRunes {
		return wrong("Param biz_opaque_callback_data must be at most %d characters long.", maxCallbackDataRunes)
	}
	kind := send.Type
	if kind == "" {
		kind = "text"
	}
	out := &message{Kind: kind, ClientRef: send.CallbackData}
	if send.Context != nil && kind != "reaction" {
		out.ReplyTo = send.Context.MessageID
	}
	switch {
	case kind == "text" && send.Text != nil && send.Text.Body != "":
		out.Text = send.Text.Body
		if utf8.RuneCountInString(out.Text) > maxWhatsAppText {
			return wrong("Param text['body'] must be at most %d characters long.", maxWhatsAppText)
		}
	case kind == "location" && send.Location != nil:
		out.Place = send.Location
	case kind == "reaction" && send.Reaction != nil && send.Reaction.MessageID != "":
		out.TargetID, out.Emoji = send.Reaction.MessageID, send.Reaction.Emoji
	case kind == "contacts" && len(send.Contacts) > 0:
		first := send.Contacts[0]
		if first.Name.FormattedName == "" || first.Name.FirstName+first.Name.LastName == "" {
			return wrong("Param contacts[0]['name'] requires formatted_name and at least one other name field.")
		}
		out.Card = &card{Name: first.Name.FormattedName}
		if len(first.Phones) > 0 {
			out.Card.Phone = first.Phones[0].Phone
		}
	case kind == "interactive" && send.Interactive != nil:
		return composeInteractive(out, *send.Interactive)
	case kind == "template" && send.Template != nil:
		return m.composeTemplate(c, account, out, *send.Template)
	case send.mediaOf(kind) != nil:
		return m.composeMedia(c, account, out, *send.mediaOf(kind))
	default:
		return wrong("The parameter %.40s is required.", kind)
	}
	return out, nil
}

func (s whatsAppSend) mediaOf(kind string) *mediaRequest {
	return map[string]*mediaRequest{
		"image": s.Image, "video": s.Video, "audio": s.Audio, "document": s.Document, "sticker": s.Sticker,
	}[kind]
}

// findFile is the file of a message: uploaded before, or fetched from a link.
func (m *Meta) findFile(c call, account *Account, kind string, request mediaRequest) (*media, *graphError) {
	if request.ID == "" && request.Link != "" {
		file, err := m.fetchLink(c.r.Context(), account, request.Link)
		if err != nil {
			m.log.Info("A linked file could not be fetched", "error", err)
			return nil, &errMediaUpload
		}
		return file, nil
	}
	m.mu.Lock()
	file := m.media[request.ID]
	m.mu.Unlock()
	if file == nil || file.Channel != conversation.ChannelWhatsApp || file.AccountID != account.ID || !file.alive(m.clock.NowMs()) {
		e := parameterError("Param " + kind + "['id'] is not a valid whatsapp business account media attachment ID")
		return nil, &e
	}
	return file, nil
}

func (m *Meta) composeMedia(c call, account *Account, out *message, request mediaRequest) (*message, *graphError) {
	file, problem := m.findFile(c, account, out.Kind, request)
	if problem != nil {
		return nil, problem
	}
	caption := out.Kind == "image" || out.Kind == "video" || out.Kind == "document"
	if request.Caption != "" && !caption {
		e := parameterError("Unexpected key \"caption\" on param \"" + out.Kind + "\".")
		return nil, &e
	}
	if utf8.RuneCountInString(request.Caption) > maxCaption {
		e := parameterError(fmt.Sprintf("Param %s['caption'] must be at most %d characters long.", out.Kind, maxCaption))
		return nil, &e
	}
	out.MediaID, out.MIME, out.Text = file.ID, file.MIME, request.Caption
	if out.FileName = request.Filename; out.FileName == "" && out.Kind == "document" {
		out.FileName = file.FileName
	}
	return out, nil
}

// acceptWhatsApp finds the recipient, checks window and pair rate, and puts the message into the thread.
// late is an error by which it will fail after it was accepted, nil for none.
func (m *Meta) acceptWhatsApp(account *Account, send whatsAppSend, out *message, late *graphError) (object, *graphError) {
	m.mu.Lock()
	defer m.mu.Unlock()
	nowMs := m.clock.NowMs()
	out.ID, out.AtMs, out.State = newMessageID(account.Channel), nowMs, "accepted"
	input, phone := send.To, wholeNumber(send.To)
	if input == "" {
		input = send.Recipient
	}
	echo := object{"input": input}
	answer := object{
		"messaging_product": "whatsapp",
		"contacts":          []object{echo},
		"messages":          []object{{"id": out.ID}},
	}
	if out.Kind == "template" {
		answer["messages"] = []object{{"id": out.ID, "message_status": "accepted"}}
	}
	if bsuidForm.MatchString(send.To) {
		m.log.Info("A user id in the field \"to\" was answered with an id, and dropped", "channel", account.Channel)
		return answer, nil
	}
	to := m.findWhatsApp(account.ID, phone, send.Recipient)
	if to == nil {
		if phone != "" {
			echo["wa_id"] = phone
		}
		m.failLater(account, "nobody-"+input, out, errUndeliverable)
		return answer, nil
	}
	if to.Phone != "" {
		echo["wa_id"] = to.Phone
	}
	echo["user_id"] = to.UserID
	if out.Kind != "template" && !to.windowOpen(nowMs, whatsAppWindow) {
		if !m.faults.RefuseLate {
			return nil, &errWhatsAppWindow
		}
		m.failLater(account, to.ID, out, errWhatsAppWindow)
		return answer, nil
	}
	if !m.faults.NoPairRate && !to.spendPair(nowMs) {
		return nil, &errPairRate
	}
	if late != nil {
		m.failLater(account, to.ID, out, *late)
		return answer, nil
	}
	if out.Kind == "reaction" && to.message(out.TargetID) == nil {
		m.failLater(account, to.ID, out, graphError{Code: 131009, Message: "Parameter value is not valid", Details: "The message to react to does not exist."})
		return answer, nil
	}
	m.sent(account, to, out)
	return answer, nil
}

// wholeNumber returns the digits of a number. Without "+" Meta puts the business's own country in front.
func wholeNumber(to string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, to)
	if digits != "" && !strings.HasPrefix(strings.TrimSpace(to), "+") {
		return ownCountry + digits
	}
	return digits
}

// findWhatsApp finds a person by number or, without one, by user id. m.mu is held.
func (m *Meta) findWhatsApp(accountID, phone, userID string) *contact {
	for _, c := range m.contacts {
		if c.AccountID != accountID {
			continue
		}
		if (phone != "" && c.Phone == phone) || (phone == "" && userID != "" && c.UserID == userID) {
			return c
		}
	}
	return nil
}

// postReadMark marks a contact's message, and all before it, as read.
func (m *Meta) postReadMark(c call, send whatsAppSend) {
	if send.Status != "read" || send.MessageID == "" {
		c.fail(parameterError("The parameter message_id is required."))
		return
	}
	m.mu.Lock()
	found := false
	for _, contact := range m.contacts {
		if contact.AccountID == c.account.ID && contact.message(send.MessageID) != nil {
			contact.seenUntil(send.MessageID)
			if send.TypingIndicator != nil {
				contact.typingUntilMs = m.clock.NowMs() + whatsAppTyping.Milliseconds()
			}
			m.changed, found = true, true
		}
	}
	m.mu.Unlock()
	if !found {
		c.fail(parameterError("Invalid parameter: message_id does not belong to this phone number."))
		return
	}
	m.nudge()
	c.answer(object{"success": true})
}

func (c *contact) seenUntil(id string) {
	for _, message := range c.Messages {
		message.Seen = message.Seen || message.FromContact
		if message.ID == id {
			return
		}
	}
}

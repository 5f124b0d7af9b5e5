package practice

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"parley/backend/conversation"
)

// newContact is a contact whom a person adds on the phone page.
type newContact struct {
	Channel   conversation.Channel `json:"channel"`   // whatsapp or messenger; "" is whatsapp
	AccountID string               `json:"accountId"` // whom they write to; "" is the channel's first account
	Name      string               `json:"name"`      // "" shows none to the business
	LastName  string               `json:"lastName"`  // Messenger only
	Phone     string               `json:"phone"`     // WhatsApp: digits with country code; "" with a username, or a made-up one
	Username  string               `json:"username"`  // WhatsApp: hides the number
	Language  string               `json:"language"`
}

func (m *Meta) addContact(w http.ResponseWriter, r *http.Request) {
	var body newContact
	if !decodePhone(w, r, &body) {
		return
	}
	m.mu.Lock()
	added, problem := m.contactFrom(body)
	if problem == "" {
		m.contacts = append(m.contacts, added)
		m.changed = true
	}
	m.mu.Unlock()
	if problem != "" {
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	m.nudge()
	answerJSON(w, http.StatusOK, object{"id": added.ID, "userId": added.UserID, "phone": added.Phone})
}

// contactFrom makes a contact, or says what is wrong. m.mu is held.
func (m *Meta) contactFrom(body newContact) (*contact, string) {
	if body.Channel == "" {
		body.Channel = conversation.ChannelWhatsApp
	}
	if body.AccountID == "" {
		for i := range m.accounts {
			if m.accounts[i].Channel == body.Channel {
				body.AccountID = m.accounts[i].ID
				break
			}
		}
	}
	account := m.account(body.AccountID)
	if account == nil || account.Channel != body.Channel {
		return nil, "There is no such account on this channel."
	}
	id := newNumberID()
	made := &contact{
		ID: "added-" + id, Channel: body.Channel, AccountID: account.ID, Name: strings.TrimSpace(body.Name), Language: body.Language, Added: true,
	}
	if body.Channel == conversation.ChannelMessenger {
		made.UserID, made.LastName = id, strings.TrimSpace(body.LastName)
		return made, ""
	}
	made.UserID, made.Username = newUserID(), strings.TrimSpace(body.Username)
	if made.Phone = digitsOf(body.Phone); made.Phone == "" && made.Username == "" {
		made.Phone = m.freeNumber()
	}
	if made.Phone != "" && m.findWhatsApp(account.ID, made.Phone, "") != nil {
		return nil, "Somebody has this number already."
	}
	return made, ""
}

// newUserID makes a business-scoped user id.
func newUserID() string { return "GB." + newNumberID() }

// freeNumber is a number of Ofcom's range for fiction that nobody has here, or one beyond it when all are taken.
// m.mu is held.
func (m *Meta) freeNumber() string {
	taken := map[string]bool{}
	for _, c := range m.contacts {
		taken[c.Phone] = true
	}
	for last := 100; last < 1000; last++ {
		if phone := fmt.Sprintf("447700900%03d", last); !taken[phone] {
			return phone
		}
	}
	return "44770" + newNumberID()[:7]
}

// changeNumber gives a person another number, as if they had changed it in the app: WhatsApp makes their user id
// anew, says so in the thread (system) and tells the business both ids (user_id_update).
func (m *Meta) changeNumber(w http.ResponseWriter, r *http.Request, c *contact) {
	var body struct {
		Phone string `json:"phone"` // "" is a made-up one
	}
	if !decodePhone(w, r, &body) {
		return
	}
	m.mu.Lock()
	phone, problem := digitsOf(body.Phone), ""
	if phone == "" {
		phone = m.freeNumber()
	}
	switch {
	case c.Channel != conversation.ChannelWhatsApp:
		problem = "Only WhatsApp has numbers."
	case m.findWhatsApp(c.AccountID, phone, "") != nil:
		problem = "Somebody has this number already."
	default:
		m.renumber(c, phone)
	}
	userID := c.UserID
	m.mu.Unlock()
	if problem != "" {
		http.Error(w, problem, http.StatusBadRequest)
		return
	}
	m.touched()
	answerJSON(w, http.StatusOK, object{"phone": phone, "userId": userID})
}

func (m *Meta) renumber(c *contact, phone string) {
	account, oldPhone, oldID, newID := m.account(c.AccountID), c.Phone, c.UserID, newUserID()
	text := strings.TrimSpace(c.Name + " changed from " + oldPhone + " to " + phone)
	line := &message{ID: newMessageID(c.Channel), FromContact: true, Kind: "system", Text: text, RawKind: "user_changed_number", AtMs: m.nextMs(c)}
	c.Messages = append(c.Messages, line)
	wire := object{
		"id": line.ID, "timestamp": fmt.Sprint(line.AtMs / 1000), "type": "system", "from_user_id": oldID,
		"system": object{"body": text, "type": "user_changed_number", "wa_id": phone, "user_id": newID},
	}
	if oldPhone != "" {
		wire["from"] = oldPhone
	}
	m.post(c.ID, account, whatsAppBody(account, object{"messages": []object{wire}}))
	c.Phone = phone
	m.rotate(c, newID)
}

// rotateUserID makes a person's BSUID anew without a new number.
func (m *Meta) rotateUserID(w http.ResponseWriter, _ *http.Request, c *contact) {
	if c.Channel != conversation.ChannelWhatsApp {
		http.Error(w, "Only WhatsApp makes user ids anew.", http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.rotate(c, newUserID())
	id := c.UserID
	m.mu.Unlock()
	m.touched()
	answerJSON(w, http.StatusOK, object{"userId": id})
}

// rotate gives a contact another BSUID and tells the business. m.mu is held.
func (m *Meta) rotate(c *contact, newID string) {
	account := m.account(c.AccountID)
	update := object{"timestamp": fmt.Sprint(m.clock.NowMs() / 1000), "user_id": object{"previous": c.UserID, "current": newID}}
	if c.Phone != "" {
		update["wa_id"] = c.Phone
	}
	c.UserID = newID
	m.post(c.ID, account, numberBody(account, "user_id_update", object{"user_id_update": []object{update}}))
}

// sendWebhook posts any webhook body of the business's app, signed: for what the phone has no button for. The lane
// is "raw", so it waits for nobody.
func (m *Meta) sendWebhook(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Channel conversation.Channel `json:"channel"`
		Body    json.RawMessage      `json:"body"`
	}
	if !decodePhone(w, r, &body) {
		return
	}
	var content object
	account := m.account(bookingsID)
	if body.Channel == conversation.ChannelMessenger {
		account = m.account(pageID)
	}
	if json.Unmarshal(body.Body, &content) != nil || (body.Channel != account.Channel) {
		http.Error(w, "Send channel (whatsapp or messenger) and body, the webhook's JSON object.", http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.postRaw("raw", account, body.Body)
	m.mu.Unlock()
	answerJSON(w, http.StatusOK, object{"ok": true})
}

// startOver forgets all threads and what was changed about people and templates. The clock stays: it never goes
// back. Webhooks that wait for the hub are dropped.
func (m *Meta) startOver(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	m.contacts, m.templates, m.faults = seedContacts(), seedTemplates(), Faults{}
	for _, l := range m.lanes {
		l.Pending = nil
	}
	m.agenda = agenda{count: m.agenda.count}
	if m.started {
		m.startPersonas()
	}
	m.mu.Unlock()
	m.touched()
	answerJSON(w, http.StatusOK, object{"ok": true})
}

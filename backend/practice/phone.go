package practice

import (
	"embed"
	"encoding/json"
	"io/fs"
	"mime"
	"net"
	"net/http"
	"net/url"
	"time"

	"parley/backend/conversation"
)

//go:embed phone
var phoneFiles embed.FS

// maxPhoneBytes is the longest request of the control API: a file of 25 MiB as base64.
const maxPhoneBytes = 36 << 20

// phone serves the page on which a person plays a contact, and the control API behind it (README.md):
//
//	GET  /phone/                                page
//	GET  /phone/api/contacts                    {nowMs, offsetMs, quiet, faults, contacts:[…]}
//	POST /phone/api/contacts                    newContact
//	GET  /phone/api/contacts/{id}/messages      {messages:[…]}
//	POST /phone/api/contacts/{id}/messages      phoneWrite: text, image, file, voice, location, reaction …
//	POST /phone/api/contacts/{id}/read          everything the business wrote is read
//	POST /phone/api/contacts/{id}/block         {blocked}
//	POST /phone/api/contacts/{id}/number        {phone}: the contact changes their number
//	POST /phone/api/contacts/{id}/user-id       {}: their BSUID is made anew
//	GET  /phone/api/media/{id}                  bytes
//	POST /phone/api/clock                       {advanceMs}
//	GET, POST /phone/api/faults                 Faults; a POST replaces all
//	POST /phone/api/quiet                       {quiet}
//	GET, POST /phone/api/templates              {templates:[…]}; {name, language, status, reason}
//	POST /phone/api/webhook                     {channel, body}: any webhook, signed
//	POST /phone/api/reset                       {}: start over
//
// There is no sign-in: it is for programs and people on this computer, and refuses what a web page of
// somebody else sends.
func (m *Meta) phone() http.Handler {
	mux := http.NewServeMux()
	files, err := fs.Sub(phoneFiles, "phone")
	if err != nil {
		panic("practice phone is not embedded: " + err.Error())
	}
	mux.Handle("GET /phone/", http.StripPrefix("/phone/", http.FileServerFS(files)))
	mux.HandleFunc("GET /phone/api/contacts", m.listContacts)
	mux.HandleFunc("GET /phone/api/contacts/{id}/messages", m.withContact(m.listMessages))
	mux.HandleFunc("POST /phone/api/contacts/{id}/messages", m.withContact(m.writeMessage))
	mux.HandleFunc("POST /phone/api/contacts/{id}/read", m.withContact(m.readThread))
	mux.HandleFunc("POST /phone/api/contacts/{id}/block", m.withContact(m.blockBusiness))
	mux.HandleFunc("POST /phone/api/contacts", m.addContact)
	mux.HandleFunc("POST /phone/api/contacts/{id}/number", m.withContact(m.changeNumber))
	mux.HandleFunc("POST /phone/api/contacts/{id}/user-id", m.withContact(m.rotateUserID))
	mux.HandleFunc("GET /phone/api/templates", m.listTemplates)
	mux.HandleFunc("POST /phone/api/templates", m.setTemplate)
	mux.HandleFunc("POST /phone/api/webhook", m.sendWebhook)
	mux.HandleFunc("POST /phone/api/reset", m.startOver)
	mux.HandleFunc("GET /phone/api/media/{id}", m.showMedia)
	mux.HandleFunc("POST /phone/api/clock", m.moveClock)
	mux.HandleFunc("GET /phone/api/faults", func(w http.ResponseWriter, _ *http.Request) { answerJSON(w, http.StatusOK, m.Faults()) })
	mux.HandleFunc("POST /phone/api/faults", m.setFaults)
	mux.HandleFunc("POST /phone/api/quiet", m.setQuiet)
	return onlyLocal(mux)
}

// onlyLocal refuses requests that reached this computer under another name (DNS rebinding) or that a page
// of another origin makes.
func onlyLocal(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; media-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-store")
		if !loopback(r.Host) || !sameOrigin(r) {
			http.Error(w, "The practice phone can only be used from this computer.", http.StatusForbidden)
			return
		}
		if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); r.Method == http.MethodPost && kind != "application/json" {
			http.Error(w, "Send JSON, with Content-Type application/json.", http.StatusUnsupportedMediaType)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func loopback(hostport string) bool {
	host := hostport
	if h, _, err := net.SplitHostPort(hostport); err == nil {
		host = h
	}
	ip := net.ParseIP(host)
	return host == "localhost" || host == "[::1]" || (ip != nil && ip.IsLoopback())
}

// sameOrigin reports whether a request comes from the phone's own page or from no page at all.
func sameOrigin(r *http.Request) bool {
	switch r.Header.Get("Sec-Fetch-Site") {
	case "cross-site", "same-site":
		// Opening the page itself from somewhere else is harmless.
		return r.Method == http.MethodGet && r.Header.Get("Sec-Fetch-Mode") == "navigate"
	}
	origin := r.Header.Get("Origin")
	if origin == "" {
		return true
	}
	u, err := url.Parse(origin)
	return err == nil && u.Host == r.Host && (u.Scheme == "http" || u.Scheme == "https")
}

func (m *Meta) withContact(handle func(http.ResponseWriter, *http.Request, *contact)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		m.mu.Lock() // contacts can be added
		c := m.contact(r.PathValue("id"))
		m.mu.Unlock()
		if c == nil {
			http.Error(w, "There is no such contact.", http.StatusNotFound)
			return
		}
		handle(w, r, c)
	}
}

// phoneContact is a contact in the control API.
type phoneContact struct {
	ID            string               `json:"id"`
	Channel       conversation.Channel `json:"channel"`
	AccountID     string               `json:"accountId"`
	Touchpoint    string               `json:"touchpoint"`
	Name          string               `json:"name"`
	Username      string               `json:"username,omitempty"`
	Phone         string               `json:"phone,omitempty"`
	UserID        string               `json:"userId"`
	Language      string               `json:"language"`
	Blocked       bool                 `json:"blocked"`
	Unread        int                  `json:"unread"` // of the business's messages
	LastText      string               `json:"lastText"`
	LastMs        int64                `json:"lastMs"`
	WindowUntilMs int64                `json:"windowUntilMs"` // 0: never open
	Undelivered   int                  `json:"undelivered"`   // webhooks about them that wait for the hub
	Typing        bool                 `json:"typing"`        // they see that the business is writing
	LastKind      string               `json:"lastKind,omitempty"`
}

func (m *Meta) listContacts(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	list := make([]phoneContact, 0, len(m.contacts))
	for _, c := range m.contacts {
		list = append(list, m.phoneContact(c))
	}
	answer := object{
		"nowMs": m.clock.NowMs(), "offsetMs": m.clock.Offset().Milliseconds(), "quiet": m.quiet,
		"faults": m.faults.copy(), "contacts": list,
	}
	m.mu.Unlock()
	answerJSON(w, http.StatusOK, answer)
}

func (m *Meta) phoneContact(c *contact) phoneContact {
	p := phoneContact{
		ID: c.ID, Channel: c.Channel, AccountID: c.AccountID, Touchpoint: m.account(c.AccountID).Name, Name: c.fullName(),
		Username: c.Username, Phone: c.Phone, UserID: c.UserID, Language: c.Language, Blocked: c.Blocked,
	}
	if n := len(c.Messages); n > 0 {
		last := c.Messages[n-1]
		p.LastMs, p.LastText, p.LastKind = last.AtMs, last.Text, last.Kind
		if p.LastText == "" {
			p.LastText = last.Kind
		}
	}
	p.Typing = c.typingUntilMs > m.clock.NowMs()
	for _, message := range c.Messages {
		if !message.FromContact && message.State != "read" && message.State != "failed" {
			p.Unread++
		}
	}
	if c.LastInMs != 0 {
		length := whatsAppWindow
		if c.Channel == conversation.ChannelMessenger {
			length = humanAgentWindow
		}
		p.WindowUntilMs = c.LastInMs + length.Milliseconds()
	}
	if l := m.lanes[c.ID]; l != nil {
		p.Undelivered = len(l.Pending)
	}
	return p
}

func (m *Meta) listMessages(w http.ResponseWriter, _ *http.Request, c *contact) {
	m.mu.Lock()
	list := make([]message, 0, len(c.Messages))
	for _, message := range c.Messages {
		list = append(list, *message)
	}
	m.mu.Unlock()
	answerJSON(w, http.StatusOK, object{"messages": list})
}

func (m *Meta) readThread(w http.ResponseWriter, _ *http.Request, c *contact) {
	m.mu.Lock()
	m.read(c)
	m.mu.Unlock()
	m.nudge()
	answerJSON(w, http.StatusOK, object{"ok": true})
}

func (m *Meta) blockBusiness(w http.ResponseWriter, r *http.Request, c *contact) {
	var body struct {
		Blocked bool `json:"blocked"`
	}
	if !decodePhone(w, r, &body) {
		return
	}
	m.mu.Lock()
	c.Blocked = body.Blocked
	m.mu.Unlock()
	m.touched()
	answerJSON(w, http.StatusOK, object{"ok": true})
}

func (m *Meta) moveClock(w http.ResponseWriter, r *http.Request) {
	var body struct {
		AdvanceMs int64 `json:"advanceMs"`
	}
	if !decodePhone(w, r, &body) {
		return
	}
	const longest = 366 * 24 * time.Hour
	if body.AdvanceMs <= 0 || body.AdvanceMs > longest.Milliseconds() {
		http.Error(w, "advanceMs has to be between 1 ms and a year; the clock only goes forward.", http.StatusBadRequest)
		return
	}
	m.clock.Advance(time.Duration(body.AdvanceMs) * time.Millisecond)
	answerJSON(w, http.StatusOK, object{"nowMs": m.clock.NowMs()})
}

func (m *Meta) setFaults(w http.ResponseWriter, r *http.Request) {
	var faults Faults
	if !decodePhone(w, r, &faults) {
		return
	}
	m.SetFaults(faults)
	answerJSON(w, http.StatusOK, m.Faults())
}

func (m *Meta) setQuiet(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Quiet bool `json:"quiet"`
	}
	if !decodePhone(w, r, &body) {
		return
	}
	m.mu.Lock()
	m.quiet = body.Quiet
	m.mu.Unlock()
	answerJSON(w, http.StatusOK, object{"quiet": body.Quiet})
}

func (m *Meta) showMedia(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	file := m.media[r.PathValue("id")]
	m.mu.Unlock()
	if file == nil {
		http.NotFound(w, r)
		return
	}
	m.serveMedia(w, r, file)
}

func decodePhone(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxPhoneBytes))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		http.Error(w, "The request cannot be read: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

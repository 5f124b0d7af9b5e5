// Package practice is a simulated Meta: the Graph API of WhatsApp and Messenger with contacts who write by
// themselves or are played by a person, a clock that can be moved and faults that can be switched on. It is
// written from Meta's documentation and knows nothing of the hub or the desk: they reach it over HTTP with
// the code that reaches the real one, and get signed webhooks from it.
//
//	POST {webhook} ◀── signed webhooks ── lanes, one for each contact ◀─┐
//	/vNN.0/…       ── Graph API ──▶ thread of a contact ── agenda ──────┘  statuses, echoes, personas
//	/media/…       ── bytes ──▶
//	/phone/…       ── the page on which a person plays a contact, and its JSON API
//
// Everything that Meta would remember is saved in one file (Options.StateFile), also the webhooks that were
// not delivered yet: after a restart Meta still knows them.
package practice

import (
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"

	"parley/backend/channel"
	"parley/backend/conversation"
)

// Options are what a practice Meta is made with. The zero value works: in memory, silent log, lively contacts.
type Options struct {
	// StateFile is where everything is kept; media lie beside it in a folder of the same name plus ".media".
	// "" keeps all in memory.
	StateFile string
	// Logger gets what happens, without names or text; nil logs nothing.
	Logger *slog.Logger
	// Quiet keeps contacts from writing, answering and reading by themselves.
	Quiet bool
	// Seed makes the choices of the contacts (when, which line) repeatable; 0 is different each time.
	Seed uint64
	// HTTPClient delivers webhooks; nil is a client of its own.
	HTTPClient *http.Client
}

// Account is one WhatsApp number or Page of the invented business.
type Account struct {
	Channel     conversation.Channel
	Name        string // the touchpoint's friendly name
	ID          string // phone_number_id or Page id
	Number      string // "+44 7700 900014"; the Page's name on Messenger
	BusinessID  string // WhatsApp Business Account id; "" on Messenger
	Token       channel.Secret
	AppSecret   channel.Secret
	VerifyToken channel.Secret
}

// Meta is the simulation. Its methods may be called at the same time.
type Meta struct {
	options  Options
	log      *slog.Logger
	http     *http.Client
	clock    *Clock
	accounts []Account // never changes
	handler  http.Handler
	wake     chan struct{} // there is something new for Serve

	mu        sync.Mutex
	baseURL   string
	targets   map[conversation.Channel]string // where webhooks go; "" is not connected
	contacts  []*contact
	templates []*template
	media     map[string]*media
	faults    Faults
	quiet     bool
	lanes     map[string]*lane
	agenda    agenda
	random    *rand.Rand
	changed   bool // since the state was saved
	started   bool // contacts have begun to write
}

// New makes a practice Meta, from its state file if there is one. Nothing happens by itself before Serve.
func New(options Options) (*Meta, error) {
	m := &Meta{
		options:   options,
		log:       options.Logger,
		http:      options.HTTPClient,
		clock:     &Clock{},
		accounts:  seedAccounts(),
		contacts:  seedContacts(),
		templates: seedTemplates(),
		wake:      make(chan struct{}, 1),
		baseURL:   "http://127.0.0.1",
		targets:   map[conversation.Channel]string{},
		media:     map[string]*media{},
		lanes:     map[string]*lane{},
		quiet:     options.Quiet,
		random:    newRandom(options.Seed),
	}
	if m.log == nil {
		m.log = slog.New(slog.DiscardHandler)
	}
	if m.http == nil {
		m.http = &http.Client{}
	}
	if err := m.load(); err != nil {
		return nil, err
	}
	m.clock.OnChange(m.touched)
	m.handler = m.routes()
	m.resumeStatuses()
	return m, nil
}

func newRandom(seed uint64) *rand.Rand {
	if seed == 0 {
		seed = rand.Uint64()
	}
	return rand.New(rand.NewPCG(seed, 0x5eed))
}

// Handler serves the Graph API, the bytes of media and the practice phone.
func (m *Meta) Handler() http.Handler { return m.handler }

// Accounts returns the business's numbers and Pages, always the same ones.
func (m *Meta) Accounts() []Account { return append([]Account(nil), m.accounts...) }

// Clock is Meta's clock. The hub of a practice workspace goes by it too.
func (m *Meta) Clock() *Clock { return m.clock }

// Connect says where webhooks are posted to. What was not delivered before comes now.
func (m *Meta) Connect(whatsappURL, messengerURL string) {
	m.mu.Lock()
	m.targets[conversation.ChannelWhatsApp] = whatsappURL
	m.targets[conversation.ChannelMessenger] = messengerURL
	m.mu.Unlock()
	m.nudge()
}

// SetBaseURL says where the handler is reached, without a slash at the end, so that addresses of media lead there.
func (m *Meta) SetBaseURL(url string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.baseURL = url
}

func (m *Meta) account(id string) *Account {
	for i := range m.accounts {
		if m.accounts[i].ID == id {
			return &m.accounts[i]
		}
	}
	return nil
}

func (m *Meta) contact(id string) *contact {
	for _, c := range m.contacts {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// nudge wakes Serve.
func (m *Meta) nudge() {
	select {
	case m.wake <- struct{}{}:
	default:
	}
}

// touched notes that there is something to save.
func (m *Meta) touched() {
	m.mu.Lock()
	m.changed = true
	m.mu.Unlock()
	m.nudge()
}

// Package embedded is the hub that runs inside the application, with the practice workspace: the same hub, channels
// and Graph code as in production, talking over loopback HTTP to a simulated Meta. It needs no account and no network.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/server"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	"parley/backend/practice"

	"golang.org/x/sync/errgroup"
)

// metaHost stands for practice Meta in what is stored: its port is another one at each start. RFC 6761 keeps the
// name from ever meaning another machine.
const metaHost = "practice-meta.localhost"

// agentEmail is the one agent of the embedded hub, who is signed in without a password.
const agentEmail = "you@practice.invalid"

// Options say where an embedded hub keeps things. Folder is needed.
type Options struct {
	Folder string
	Log    *slog.Logger
	Quiet  bool // practice contacts do not write by themselves
}

// Hub is an open embedded hub. It answers once Serve is running.
type Hub struct {
	hub     *hub.Hub
	meta    *practice.Meta
	webhook net.Listener // where practice Meta delivers webhooks
	graph   net.Listener // where practice Meta answers
	agent   db.Agent
}

// Open opens the hub in its folder, making the practice workspace at the first start.
func Open(ctx context.Context, options Options) (*Hub, error) {
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	meta, err := practice.New(practice.Options{
		StateFile: filepath.Join(options.Folder, "practice.json"), Logger: options.Log.With("part", "practice"), Quiet: options.Quiet,
	})
	if err != nil {
		return nil, fmt.Errorf("open practice: %w", err)
	}
	e := &Hub{meta: meta}
	if e.webhook, err = loopback(); err != nil {
		return nil, err
	}
	if e.graph, err = loopback(); err != nil {
		return nil, errors.Join(err, e.webhook.Close())
	}
	client := &http.Client{Timeout: 2 * time.Minute, Transport: e.transport()}
	config := hub.InFolder(options.Folder)
	config.Adapters = []channel.Adapter{whatsapp.New(client), messenger.New(client)}
	config.Now, config.Log, config.Alone = meta.Clock().Now, options.Log, true
	if e.hub, err = hub.New(ctx, config); err != nil {
		return nil, errors.Join(fmt.Errorf("open hub: %w", err), e.webhook.Close(), e.graph.Close())
	}
	if err := e.furnish(ctx); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	base := "http://" + e.webhook.Addr().String()
	meta.Connect(base+server.WhatsAppPath, base+server.MessengerPath)
	meta.SetBaseURL("http://" + metaHost)
	meta.Clock().OnChange(e.hub.ClockMoved)
	return e, nil
}

func loopback() (net.Listener, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on this computer: %w", err)
	}
	return l, nil
}

// transport reaches practice Meta under its stored name, and everybody else as usual.
func (e *Hub) transport() *http.Transport {
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	return &http.Transport{
		Proxy: nil, MaxIdleConnsPerHost: 8, IdleConnTimeout: time.Minute, TLSHandshakeTimeout: 10 * time.Second,
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if host, _, err := net.SplitHostPort(address); err == nil && host == metaHost {
				address = e.graph.Addr().String()
			}
			return dialer.DialContext(ctx, network, address)
		},
	}
}

// furnish makes the practice workspace, its agent and its touchpoints, unless they are there.
func (e *Hub) furnish(ctx context.Context) error {
	s := e.hub.Store
	workspace, err := admin.Only(ctx, s)
	workspaceID := workspace.ID
	if errors.Is(err, admin.ErrNone) {
		workspaceID, err = admin.Create(ctx, s, admin.Workspace{
			Name: "Ondaverde", Practice: true, QueueName: "Bookings", Dispositions: practiceDispositions,
		})
	}
	if err != nil {
		return fmt.Errorf("make practice workspace: %w", err)
	}
	if e.agent, err = s.Read().AgentByEmail(ctx, agentEmail); err != nil {
		if e.agent, err = admin.AddAgent(ctx, s, workspaceID, admin.Agent{Email: agentEmail, Name: "Inês Castro", Role: "admin"}); err != nil {
			return fmt.Errorf("make practice agent: %w", err)
		}
	}
	if err := e.furnishTeam(ctx, workspaceID); err != nil {
		return err
	}
	for _, account := range e.meta.Accounts() {
		rule := e.hub.Directory.Adapter(account.Channel).Window()
		_, err := admin.AddTouchpoint(ctx, s, e.hub.Sealer, workspaceID, rule, admin.Touchpoint{
			Channel: account.Channel, Name: account.Name, Identification: account.Number, AccountID: account.ID,
			BusinessID: account.BusinessID, GraphURL: "http://" + metaHost,
			Secrets: touchpoint.Secrets{
				Token: account.Token.Reveal(), AppSecret: account.AppSecret.Reveal(), VerifyToken: account.VerifyToken.Reveal(),
			},
		})
		if err != nil && !errors.Is(err, admin.ErrAccountUsed) {
			return fmt.Errorf("connect practice touchpoint: %w", err)
		}
	}
	return e.hub.Directory.Reload(ctx)
}

// furnishTeam makes the colleagues and queues that a conversation can be transferred to, unless they are there.
func (e *Hub) furnishTeam(ctx context.Context, workspaceID string) error {
	s := e.hub.Store
	for _, colleague := range practiceTeam {
		_, err := admin.AddAgent(ctx, s, workspaceID, colleague)
		if err != nil && !errors.Is(err, admin.ErrEmailTaken) {
			return fmt.Errorf("make practice colleague: %w", err)
		}
	}
	queues, err := s.Read().Queues(ctx, workspaceID)
	if err != nil {
		return fmt.Errorf("make practice queues: %w", err)
	}
	if len(queues) > 1 {
		return nil
	}
	for _, reply := range practiceQuickReplies {
		if err := admin.AddQuickReply(ctx, s, workspaceID, reply); err != nil {
			return fmt.Errorf("make practice quick replies: %w", err)
		}
	}
	for _, name := range practiceQueues {
		if _, err := admin.AddQueue(ctx, s, workspaceID, name); err != nil {
			return fmt.Errorf("make practice queue: %w", err)
		}
	}
	return nil
}

// Nobody can sign in as a practice colleague: they have no password.
var practiceTeam = []admin.Agent{
	{Email: "rui@practice.invalid", Name: "Rui Teixeira", Role: "agent"},
	{Email: "sofia@practice.invalid", Name: "Sofia Almeida", Role: "supervisor"},
	{Email: "tomas@practice.invalid", Name: "Tomás Brandão", Role: "agent"},
}

var practiceQuickReplies = []admin.QuickReply{
	{Shortcut: "hello", Title: "Greeting", Language: "en", Text: "Hello {{contact.first_name}}, this is {{agent.first_name}} from Ondaverde. How can I help?"},
	{Shortcut: "hello", Title: "Saudação", Language: "pt", Text: "Olá {{contact.first_name}}, fala {{agent.first_name}} da Ondaverde. Em que posso ajudar?"},
	{Shortcut: "hello", Title: "Saludo", Language: "es", Text: "Hola, {{contact.first_name}}. Soy {{agent.first_name}}, de Ondaverde. ¿En qué puedo ayudar?"},
	{Shortcut: "booking", Title: "Ask for the booking number", Language: "en", Text: "Could you send me your booking number? It begins with OV."},
	{Shortcut: "dates", Title: "Confirm new dates", Language: "en", Text: "I have moved your booking to {{from}} until {{to}}. You will find the new confirmation in your email."},
	{Shortcut: "transfer", Title: "Transfer times", Language: "en", Text: "The transfer leaves at {{time}} from {{place}}. The driver waits for 20 minutes."},
	{Shortcut: "wait", Title: "One moment", Language: "en", Text: "One moment, please. I am looking into it."},
	{Shortcut: "bye", Title: "Goodbye", Language: "en", Text: "Thank you for writing, {{contact.first_name}}. Have a good journey!"},
}

var practiceQueues = []string{"Complaints", "Tours"}

var practiceDispositions = []admin.Label{
	{Name: "Booking change", Finer: []admin.Label{
		{Name: "Dates", Finer: []admin.Label{{Name: "Moved earlier"}, {Name: "Moved later"}, {Name: "Cancelled"}, {Name: "Not possible"}}},
		{Name: "Passengers", Finer: []admin.Label{{Name: "Added"}, {Name: "Removed"}, {Name: "Name corrected"}}},
		{Name: "Extras and tours", Finer: []admin.Label{{Name: "Tour added"}, {Name: "Transfer added"}, {Name: "Customer decided not to"}}},
	}},
	{Name: "New booking", Finer: []admin.Label{{Name: "Confirmed"}, {Name: "Offer sent"}}},
	{Name: "Complaint", Finer: []admin.Label{{Name: "Refund"}, {Name: "Voucher"}, {Name: "Apology accepted"}, {Name: "Passed to manager"}, {Name: "Not justified"}}},
	{Name: "Question answered"},
}

// Handler answers the desk's calls. It is called in memory.
func (e *Hub) Handler() http.Handler { return e.hub.Handler() }

// SignIn makes a session for the embedded hub's one agent.
func (e *Hub) SignIn(ctx context.Context) (token string, err error) {
	return e.hub.Access.Open(ctx, e.agent, "This computer", "practice")
}

// SignInAs makes a session for one of the practice colleagues, for tests and demonstrations with several people. Nobody
// can sign in as them from outside: they have no password.
func (e *Hub) SignInAs(ctx context.Context, email string) (token string, err error) {
	colleague, err := e.hub.Store.Read().AgentByEmail(ctx, email)
	if err != nil {
		return "", fmt.Errorf("find colleague: %w", err)
	}
	return e.hub.Access.Open(ctx, colleague, "This computer", "practice")
}

// Serve works until ctx ends.
func (e *Hub) Serve(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	for listener, handler := range map[net.Listener]http.Handler{e.webhook: e.hub.Handler(), e.graph: e.meta.Handler()} {
		web := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
		group.Go(func() error {
			if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				return err
			}
			return nil
		})
		group.Go(func() error {
			<-ctx.Done()
			return web.Close()
		})
	}
	group.Go(func() error { return e.hub.Serve(ctx) })
	group.Go(func() error { return e.meta.Serve(ctx) })
	err := group.Wait()
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// Close closes the hub's database. Serve has returned, or was never called.
func (e *Hub) Close() error {
	return errors.Join(e.hub.Close(), ignoreClosed(e.webhook.Close()), ignoreClosed(e.graph.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

// PhoneURL is the practice phone's page, on this computer only.
func (e *Hub) PhoneURL() string { return "http://" + e.graph.Addr().String() + "/phone/" }

// OffsetMs is how far the practice clock was moved.
func (e *Hub) OffsetMs() int64 { return e.meta.Clock().Offset().Milliseconds() }

// Advance moves the practice clock.
func (e *Hub) Advance(ms int64) { e.meta.Clock().Advance(time.Duration(ms) * time.Millisecond) }

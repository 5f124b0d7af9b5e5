// Package hubtest furnishes a store for tests: a workspace with a queue, dispositions, agents and one touchpoint a
// channel, and a clock that the test moves.
package hubtest

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/channel"
	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Accounts and secrets of the touchpoints.
const (
	Number      = "109000000000014"
	Page        = "205000000000001"
	Business    = "308000000000001"
	AppSecret   = channel.Secret("app-secret")
	VerifyToken = "verify"
)

// Workspace is a furnished workspace.
type Workspace struct {
	ID        string
	Store     *store.Store
	Sealer    *seal.Sealer
	Directory *touchpoint.Directory
	WhatsApp  db.Touchpoint // 24 hours, wrap-up
	Messenger db.Touchpoint // 7 days, no wrap-up
	Agents    []access.Actor

	clock atomic.Int64
}

// Channels are the real adapters. They reach nobody.
func Channels() []channel.Adapter {
	return []channel.Adapter{whatsapp.New(nil), messenger.New(nil)}
}

// Start is where the clock begins: 9 October 2025.
const Start = int64(1_760_000_000_000)

// New furnishes an empty store. adapters stand for the two channels.
func New(t testing.TB, s *store.Store, agents int, adapters ...channel.Adapter) *Workspace {
	t.Helper()
	sealer, err := seal.Load(filepath.Join(t.TempDir(), "hub.key"), true)
	check(t, err)
	w := &Workspace{Store: s, Sealer: sealer, Directory: touchpoint.NewDirectory(s, sealer, adapters...)}
	w.clock.Store(Start)
	w.ID, err = admin.Create(t.Context(), s, admin.Workspace{Name: "Ondaverde", Dispositions: []admin.Label{
		{Name: "Booking", Finer: []admin.Label{{Name: "Changed"}, {Name: "Cancelled"}}}, {Name: "Question"},
	}})
	check(t, err)
	for i := range agents {
		a, err := admin.AddAgent(t.Context(), s, w.ID, admin.Agent{Email: "agent" + string(rune('a'+i/26)) + string(rune('a'+i%26)) + "@ondaverde.example", Role: "agent"})
		check(t, err)
		w.Agents = append(w.Agents, access.Actor{WorkspaceID: w.ID, AgentID: a.ID, Role: a.Role})
	}
	for _, account := range []struct {
		row     *db.Touchpoint
		channel conversation.Channel
		id      string
	}{{&w.WhatsApp, conversation.ChannelWhatsApp, Number}, {&w.Messenger, conversation.ChannelMessenger, Page}} {
		adapter := w.Directory.Adapter(account.channel)
		if adapter == nil {
			continue
		}
		*account.row, err = admin.AddTouchpoint(t.Context(), s, sealer, w.ID, adapter.Window(), admin.Touchpoint{
			Channel: account.channel, Name: string(account.channel), AccountID: account.id, BusinessID: Business,
			Secrets: touchpoint.Secrets{Token: "token", AppSecret: AppSecret.Reveal(), VerifyToken: VerifyToken},
		})
		check(t, err)
	}
	check(t, w.Directory.Reload(t.Context()))
	return w
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// Now is the workspace's clock.
func (w *Workspace) Now() time.Time { return time.UnixMilli(w.clock.Load()) }

// NowMs is Now in Unix milliseconds.
func (w *Workspace) NowMs() int64 { return w.clock.Load() }

// Advance moves the clock.
func (w *Workspace) Advance(d time.Duration) { w.clock.Add(d.Milliseconds()) }

// Conversation is one conversation of a new contact on WhatsApp, with a message of now and an open window.
// change may alter it before it is stored.
func (w *Workspace) Conversation(t testing.TB, change func(*db.Conversation)) db.Conversation {
	t.Helper()
	now := w.NowMs()
	contact := db.Contact{WorkspaceID: w.ID, ID: conversation.NewID(), Name: "Zoë", Version: 1, CreatedMs: now}
	c := db.Conversation{
		WorkspaceID: w.ID, ID: conversation.NewID(), ContactID: contact.ID, TouchpointID: w.WhatsApp.ID, QueueID: w.WhatsApp.QueueID,
		Status: string(conversation.StatusQueued), OpenedMs: now, LastMessageMs: now, Preview: "hello", LastKind: "text",
		LastDirection: "in", Unread: 1, WaitingSinceMs: now, LastInboundMs: now, WindowUntilMs: now + w.WhatsApp.WindowMs,
		WindowReason: string(conversation.WindowMessage), LastNo: 1, Version: 1,
	}
	message := db.Message{
		WorkspaceID: w.ID, ID: conversation.NewID(), ConversationID: c.ID, TouchpointID: c.TouchpointID, ContactID: contact.ID, No: 1,
		Direction: "in", Kind: "text", SentMs: now, CreatedMs: now, Content: `{"kind":"text","text":"hello"}`, ProviderID: "wamid." + c.ID, Version: 1,
	}
	c.LastMessageID, c.LastInboundID = message.ID, message.ID
	if change != nil {
		change(&c)
	}
	_, err := w.Store.InTx(t.Context(), w.ID, func(tx *store.Tx) error {
		tx.Changed(store.TypeContact, contact.ID)
		tx.Changed(store.TypeConversation, c.ID)
		tx.Changed(store.TypeMessage, message.ID)
		return tx.Write(t.Context(), store.Rows{
			Contacts: []db.Contact{contact}, PutConversations: []db.Conversation{c}, Messages: []db.Message{message},
			Identities: []db.ContactIdentity{{WorkspaceID: w.ID, Channel: "whatsapp", Kind: "user", Value: "PT." + contact.ID, ContactID: contact.ID}},
		})
	})
	check(t, err)
	return c
}

// InQueue is a queued conversation of another queue than the first one.
func (w *Workspace) InQueue(t testing.TB, queueID string) db.Conversation {
	t.Helper()
	return w.Conversation(t, func(c *db.Conversation) { c.QueueID = queueID })
}

// Queue is a new queue, and who works in it: everybody when nobody is named.
func (w *Workspace) Queue(t testing.TB, name string, agents ...access.Actor) string {
	t.Helper()
	queue, err := admin.AddQueue(t.Context(), w.Store, w.ID, name)
	check(t, err)
	w.SetQueueAgents(t, queue.ID, agents...)
	return queue.ID
}

// SetQueueAgents says who works in a queue.
func (w *Workspace) SetQueueAgents(t testing.TB, queueID string, agents ...access.Actor) {
	t.Helper()
	emails := make([]string, len(agents))
	for i, actor := range agents {
		row, err := w.Store.Read().Agent(t.Context(), db.AgentParams{WorkspaceID: w.ID, ID: actor.AgentID})
		check(t, err)
		emails[i] = row.Email
	}
	check(t, admin.SetQueueAgents(t.Context(), w.Store, w.ID, queueID, emails))
}

// Reread is a conversation as it is stored now.
func (w *Workspace) Reread(t testing.TB, id string) db.Conversation {
	t.Helper()
	row, err := w.Store.Read().Conversation(t.Context(), db.ConversationParams{WorkspaceID: w.ID, ID: id})
	check(t, err)
	return row
}

// Message is a message as it is stored now.
func (w *Workspace) Message(t testing.TB, id string) db.Message {
	t.Helper()
	row, err := w.Store.Read().Message(t.Context(), db.MessageParams{WorkspaceID: w.ID, ID: id})
	check(t, err)
	return row
}

// Thread is all lines of a conversation, oldest first.
func (w *Workspace) Thread(t testing.TB, id string) []db.Message {
	t.Helper()
	rows, err := w.Store.Read().MessagesBefore(t.Context(), db.MessagesBeforeParams{WorkspaceID: w.ID, ConversationID: id, BeforeNo: 1 << 62, N: 10_000})
	check(t, err)
	for i, j := 0, len(rows)-1; i < j; i, j = i+1, j-1 {
		rows[i], rows[j] = rows[j], rows[i]
	}
	return rows
}

// Elsewhere is the same workspace seen by another hub process, with a connection of its own to the database.
func (w *Workspace) Elsewhere(t testing.TB, s *store.Store) *Workspace {
	t.Helper()
	other := &Workspace{ID: w.ID, Store: s, Sealer: w.Sealer, WhatsApp: w.WhatsApp, Messenger: w.Messenger, Agents: w.Agents}
	other.clock.Store(w.clock.Load())
	other.Directory = touchpoint.NewDirectory(s, w.Sealer, w.Directory.Adapter(conversation.ChannelWhatsApp), w.Directory.Adapter(conversation.ChannelMessenger))
	check(t, other.Directory.Reload(t.Context()))
	return other
}

// Package admin sets a hub up: its workspace, people and touchpoints. It serves the command line and the embedded
// practice workspace.
package admin

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// Errors that a person can do something about.
var (
	ErrExists = errors.New("this hub has a workspace already")
	ErrNone   = errors.New("this hub has no workspace yet; run parley-hub init first")
)

// Label is a disposition with its finer ones.
type Label struct {
	Name  string
	Finer []Label
}

// Workspace describes a new workspace.
type Workspace struct {
	Name         string
	Practice     bool
	QueueName    string
	Dispositions []Label
}

// StandardDispositions are what a workspace begins with.
var StandardDispositions = []Label{
	{Name: "Resolved", Finer: []Label{{Name: "Answered"}, {Name: "Fixed"}, {Name: "Sent to another team"}}},
	{Name: "Follow-up needed", Finer: []Label{{Name: "Waiting for customer"}, {Name: "Waiting for us"}}},
	{Name: "No answer from customer"},
	{Name: "Wrong contact or spam"},
}

// Create makes the hub's workspace with one queue. ErrExists: there is one.
func Create(ctx context.Context, s *store.Store, w Workspace) (id string, err error) {
	w.Name = strings.TrimSpace(conversation.CleanText(w.Name))
	if w.Name == "" {
		return "", errors.New("a workspace needs a name")
	}
	if w.QueueName == "" {
		w.QueueName = "Inbox"
	}
	existing, err := s.Read().Workspaces(ctx)
	if err != nil {
		return "", fmt.Errorf("look for workspaces: %w", err)
	}
	if len(existing) > 0 {
		return "", ErrExists
	}
	id = conversation.NewID()
	_, err = s.InTx(ctx, id, func(tx *store.Tx) error {
		if err := tx.InsertWorkspace(ctx, db.InsertWorkspaceParams{
			ID: id, Name: w.Name, Practice: w.Practice, Version: 1, CreatedMs: time.Now().UnixMilli(),
		}); err != nil {
			return err
		}
		if err := tx.InsertWorkspaceSeq(ctx, db.InsertWorkspaceSeqParams{WorkspaceID: id, Epoch: NewEpoch()}); err != nil {
			return err
		}
		tx.Changed(store.TypeWorkspace, id)
		setID := conversation.NewID()
		queue := db.InsertQueueParams{WorkspaceID: id, ID: conversation.NewID(), Name: w.QueueName, DispositionSetID: setID, Version: 1}
		if err := tx.InsertQueue(ctx, queue); err != nil {
			return err
		}
		tx.Changed(store.TypeQueue, queue.ID)
		return addLabels(ctx, tx, setID, "", w.Dispositions)
	})
	if err != nil {
		return "", fmt.Errorf("create workspace: %w", err)
	}
	return id, nil
}

// NewEpoch makes an epoch of the feed.
func NewEpoch() string {
	raw := make([]byte, 8)
	_, _ = rand.Read(raw) // never fails (Go 1.24 crypto/rand)
	return hex.EncodeToString(raw)
}

func addLabels(ctx context.Context, tx *store.Tx, setID, parentID string, labels []Label) error {
	for position, label := range labels {
		row := db.InsertDispositionParams{
			WorkspaceID: tx.WorkspaceID, ID: conversation.NewID(), SetID: setID, ParentID: parentID, Name: label.Name,
			Position: int64(position), Version: 1,
		}
		if err := tx.InsertDisposition(ctx, row); err != nil {
			return err
		}
		tx.Changed(store.TypeDisposition, row.ID)
		if err := addLabels(ctx, tx, setID, row.ID, label.Finer); err != nil {
			return err
		}
	}
	return nil
}

// QuickReply describes a new quick reply of everybody.
type QuickReply struct{ Shortcut, Title, Text, Language string }

// AddQuickReply adds a quick reply of everybody, unless its shortcut stands for one in that language.
func AddQuickReply(ctx context.Context, s *store.Store, workspaceID string, q QuickReply) error {
	row := db.PutQuickReplyParams{
		WorkspaceID: workspaceID, ID: conversation.NewID(), Shortcut: q.Shortcut, Title: q.Title, Text: q.Text, Language: q.Language, Version: 1,
	}
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		_, err := tx.QuickReplyByShortcut(ctx, db.QuickReplyByShortcutParams{WorkspaceID: workspaceID, Shortcut: q.Shortcut, Language: q.Language})
		if !store.NotFound(err) {
			return err
		}
		tx.Changed(store.TypeQuickReply, row.ID)
		return tx.PutQuickReply(ctx, row)
	})
	if err != nil {
		return fmt.Errorf("add quick reply: %w", err)
	}
	return nil
}

// Only returns the hub's workspace. ErrNone: init has not been run.
func Only(ctx context.Context, s *store.Store) (db.Workspace, error) {
	rows, err := s.Read().Workspaces(ctx)
	if err != nil {
		return db.Workspace{}, fmt.Errorf("look for workspaces: %w", err)
	}
	if len(rows) == 0 {
		return db.Workspace{}, ErrNone
	}
	return rows[0], nil
}

// Agent describes a new person.
type Agent struct {
	Email, Name, Role string
	Password          string       // empty for an account that signs in by other means
	By                access.Actor // who adds them; zero is the command line
}

// AddAgent adds a person to a workspace, and to queues that have people.
func AddAgent(ctx context.Context, s *store.Store, workspaceID string, a Agent, queueIDs ...string) (db.Agent, error) {
	email := access.CleanEmail(a.Email)
	if address, err := mail.ParseAddress(email); err != nil || address.Address != email {
		return db.Agent{}, fmt.Errorf("%q: %w", a.Email, ErrEmail)
	}
	if !validRole(a.Role) {
		return db.Agent{}, fmt.Errorf("%q: %w", a.Role, ErrRole)
	}
	if strings.TrimSpace(a.Name) == "" {
		a.Name, _, _ = strings.Cut(email, "@")
	}
	hash := ""
	if a.Password != "" {
		made, err := access.HashPassword(ctx, a.Password)
		if err != nil {
			return db.Agent{}, err
		}
		hash = made
	}
	if _, err := s.Read().AgentByEmail(ctx, email); err == nil {
		return db.Agent{}, ErrEmailTaken
	}
	row := db.Agent{
		WorkspaceID: workspaceID, ID: conversation.NewID(), Email: email, Name: strings.TrimSpace(conversation.CleanText(a.Name)),
		Role: a.Role, PasswordHash: hash, Version: 1, CreatedMs: time.Now().UnixMilli(),
		Status: string(conversation.PresenceAvailable), Capacity: conversation.DefaultCapacity,
	}
	_, err := s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		tx.Changed(store.TypeAgent, row.ID)
		if err := tx.InsertAgent(ctx, db.InsertAgentParams(row)); err != nil {
			return err
		}
		if err := note(ctx, tx, a.By, audit.Entry{Action: audit.AgentAdded, SubjectID: row.ID, Detail: row.Role}); err != nil {
			return err
		}
		return setQueues(ctx, tx, a.By, row.ID, queueIDs)
	})
	if err != nil {
		return db.Agent{}, fmt.Errorf("add agent: %w", err)
	}
	return row, nil
}

// Touchpoint describes a new number or Page.
type Touchpoint struct {
	Channel        conversation.Channel
	Name           string
	Identification string // the number, or the Page's name; empty takes Name
	AccountID      string // phone_number_id or Page id
	BusinessID     string // WhatsApp Business Account id
	Secrets        touchpoint.Secrets
	GraphURL       string       // "" is Meta's own
	GraphVersion   string       // "" is the default
	QueueID        string       // where its conversations wait; "" is the first queue
	By             access.Actor // who adds it; zero is the command line
}

// AddTouchpoint connects a number or Page.
func AddTouchpoint(ctx context.Context, s *store.Store, sealer *seal.Sealer, workspaceID string, rule channel.WindowRule, t Touchpoint) (db.Touchpoint, error) {
	if err := t.check(); err != nil {
		return db.Touchpoint{}, err
	}
	queues, err := s.Read().Queues(ctx, workspaceID)
	if err != nil || len(queues) == 0 {
		return db.Touchpoint{}, fmt.Errorf("add touchpoint: find queue: %w", errors.Join(err, ErrNone))
	}
	all, err := s.Read().AllTouchpoints(ctx)
	if err != nil {
		return db.Touchpoint{}, fmt.Errorf("add touchpoint: %w", err)
	}
	for _, other := range all {
		if other.Channel == string(t.Channel) && other.AccountID == t.AccountID {
			return db.Touchpoint{}, ErrAccountUsed
		}
	}
	if t.Identification == "" {
		t.Identification = t.Name
	}
	if t.QueueID == "" {
		t.QueueID = queues[0].ID
	}
	row := db.Touchpoint{
		WorkspaceID: workspaceID, ID: conversation.NewID(), Channel: string(t.Channel), Name: t.Name,
		Identification: t.Identification, AccountID: t.AccountID, BusinessID: t.BusinessID, QueueID: t.QueueID,
		GraphURL: t.GraphURL, GraphVersion: t.GraphVersion, WindowMs: rule.Length.Milliseconds(),
		StandardWindowMs: rule.Standard.Milliseconds(), WrapUp: rule.WrapUp, Version: 1, CreatedMs: time.Now().UnixMilli(),
		Weight: conversation.DefaultWeight,
	}
	if err := touchpoint.SealSecrets(sealer, &row, t.Secrets); err != nil {
		return db.Touchpoint{}, err
	}
	_, err = s.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		tx.Changed(store.TypeTouchpoint, row.ID)
		if err := tx.InsertTouchpoint(ctx, db.InsertTouchpointParams(row)); err != nil {
			return err
		}
		return note(ctx, tx, t.By, audit.Entry{Action: audit.TouchpointAdded, SubjectID: row.ID, Detail: row.Channel + " " + row.Name})
	})
	if err != nil {
		return db.Touchpoint{}, fmt.Errorf("add touchpoint: %w", err)
	}
	return row, nil
}

func (t Touchpoint) check() error {
	switch {
	case strings.TrimSpace(t.Name) == "":
		return errors.New("a touchpoint needs a name (--name)")
	case t.AccountID == "":
		return errors.New("a touchpoint needs Meta's id (--phone-number-id or --page-id)")
	case t.Secrets.Token == "":
		return errors.New("a touchpoint needs a token (--token-file)")
	case t.Secrets.AppSecret == "":
		return errors.New("a touchpoint needs the app secret (--app-secret-file), or its webhooks cannot be trusted")
	case t.Secrets.VerifyToken == "":
		return errors.New("a touchpoint needs a verify token (--verify-token-file), or Meta cannot subscribe")
	}
	if t.GraphURL != "" {
		u, err := url.Parse(t.GraphURL)
		if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			return fmt.Errorf("%q is not a web address (--graph-url)", t.GraphURL)
		}
	}
	return nil
}

// Count is how many messages the hub's workspace has.
func Count(ctx context.Context, s *store.Store) (int64, error) {
	workspace, err := Only(ctx, s)
	if err != nil {
		return 0, err
	}
	return s.Read().CountMessages(ctx, workspace.ID)
}

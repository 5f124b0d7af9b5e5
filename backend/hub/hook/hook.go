// Package hook tells other people's programs what changes: outgoing webhooks, for a CRM or an archive.
//
// A hook looks through the feed (follow.go) and keeps what it has to tell as rows, one an entity: whoever was away hears of
// each once, in its present state. What belongs to a conversation goes in a lane (see package lane), one after the other,
// until it is taken: so nothing is lost by a restart or a dead hub, and something may come twice, with the same id. A hook
// that fails rests as a whole; one that has failed for GivesUp is switched off with a sentence, and keeps what it did not tell.
//
// The form is that of Standard Webhooks (standardwebhooks.com), so that receivers find a library for it.
package hook

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/lane"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// What a hook may know. Without Messages conversations come without their preview.
const (
	Conversations = "conversations"
	Messages      = "messages"
	Contacts      = "contacts"
	Notes         = "notes"
)

// Everything is all that a hook can be told.
var Everything = []string{Conversations, Messages, Contacts, Notes}

// What can be wrong with a hook, or with what is said of one.
var (
	ErrNoHook  = errors.New("there is no webhook of this name")
	ErrName    = errors.New("a webhook needs a name of at most 80 characters")
	ErrTaken   = errors.New("a webhook of this name exists already")
	ErrAddress = errors.New("the address is not one that can be told anything")
	ErrTells   = errors.New("say what it is told: " + strings.Join(Everything, ", "))
	ErrChanged = errors.New("somebody else has changed this webhook meanwhile")
)

// Settings are what is said of a hook.
type Settings struct {
	Name    string   // unique
	Address string   // https://…; with Private http://… as well
	Private bool     // the address may be one that is not public
	Tells   []string // of Everything
	Queues  []string // ids; none is all, those to come too
}

// SettingsOf are a hook's.
func SettingsOf(h db.Hook) Settings {
	s := Settings{Name: h.Name, Address: h.Address, Private: h.Private, Tells: strings.Split(h.Tells, ",")}
	if h.Queues != "" {
		s.Queues = strings.Split(h.Queues, ",")
	}
	return s
}

// Same reports whether others say the same.
func (s Settings) Same(o Settings) bool {
	return s.Name == o.Name && s.Address == o.Address && s.Private == o.Private && slices.Equal(s.Tells, o.Tells) && slices.Equal(s.Queues, o.Queues)
}

func (s Settings) check() error {
	u, err := url.Parse(s.Address)
	switch {
	case strings.TrimSpace(s.Name) == "" || utf8.RuneCountInString(s.Name) > 80:
		return ErrName
	case err != nil || u.Host == "" || u.Scheme != "https" && (u.Scheme != "http" || !s.Private):
		return fmt.Errorf("%w: %q is not an https:// address", ErrAddress, s.Address)
	case u.User != nil || u.Fragment != "":
		return fmt.Errorf("%w: it must not hold a password or a #fragment", ErrAddress)
	case len(s.Address) > 2000:
		return fmt.Errorf("%w: it is too long", ErrAddress)
	case len(s.Tells) == 0:
		return ErrTells
	}
	for _, one := range s.Tells {
		if !slices.Contains(Everything, one) {
			return fmt.Errorf("%w; %q is nothing that can be told", ErrTells, one)
		}
	}
	return nil
}

// Book keeps the hooks. Its methods may run at the same time.
type Book struct {
	Store  *store.Store
	Sealer *seal.Sealer
	Now    func() time.Time
}

// secretPrefix says what a secret is for, as Standard Webhooks has it.
const secretPrefix = "whsec_"

func (b *Book) newSecret(id string) (secret, sealed string, err error) {
	raw := make([]byte, 32)
	if _, err := rand.Read(raw); err != nil {
		return "", "", fmt.Errorf("make secret: %w", err)
	}
	secret = secretPrefix + base64.StdEncoding.EncodeToString(raw)
	sealed, err = b.Sealer.Seal(secret, purpose(id))
	return secret, sealed, err
}

func purpose(id string) string { return "hook/" + id + "/secret" }

// Add makes a hook, which is told what changes from now on, and returns its id and its secret, which is shown this once.
func (b *Book) Add(ctx context.Context, by access.Actor, s Settings) (id, secret string, err error) {
	if err := s.check(); err != nil {
		return "", "", err
	}
	id = conversation.NewID()
	secret, sealed, err := b.newSecret(id)
	if err != nil {
		return "", "", err
	}
	nowMs := b.Now().UnixMilli()
	_, err = b.Store.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) error {
		head, err := tx.Head(ctx, by.WorkspaceID)
		if err != nil {
			return err
		}
		if err := unique(ctx, tx, id, s.Name); err != nil {
			return err
		}
		if err := tx.InsertHook(ctx, db.InsertHookParams{
			WorkspaceID: by.WorkspaceID, ID: id, Name: s.Name, Address: s.Address, Private: s.Private, Tells: strings.Join(s.Tells, ","),
			Queues: strings.Join(s.Queues, ","), SecretSealed: sealed, Seq: head.Seq, CreatedMs: nowMs,
		}); err != nil {
			return err
		}
		return b.audit(ctx, tx, audit.HookAdded, id, s.Name, by)
	})
	if err != nil {
		return "", "", fmt.Errorf("add webhook: %w", err)
	}
	return id, secret, nil
}

// unique refuses a name that another hook has. Two at once are told apart by the table.
func unique(ctx context.Context, tx *store.Tx, id, name string) error {
	all, err := tx.Hooks(ctx, tx.WorkspaceID)
	if err == nil && slices.ContainsFunc(all, func(h db.Hook) bool { return h.ID != id && h.Name == name }) {
		err = ErrTaken
	}
	return err
}

// Change gives a hook other settings. ErrChanged: they are not what was seen. Of conversations that it may not know any more it
// is told with their next change that they left.
func (b *Book) Change(ctx context.Context, by access.Actor, id string, seen, s Settings) error {
	if err := s.check(); err != nil {
		return err
	}
	_, err := b.Store.InTx(ctx, by.WorkspaceID, func(tx *store.Tx) error {
		h, err := tx.Hook(ctx, db.HookParams{WorkspaceID: by.WorkspaceID, ID: id})
		switch {
		case store.NotFound(err):
			return ErrNoHook
		case err != nil:
			return err
		case !SettingsOf(h).Same(seen):
			return ErrChanged
		}
		if err := unique(ctx, tx, id, s.Name); err != nil {
			return err
		}
		if len(s.Queues) > 0 && !slices.Equal(s.Queues, seen.Queues) {
			if err := tx.PutKnownOfQueues(ctx, db.PutKnownOfQueuesParams{WorkspaceID: by.WorkspaceID, HookID: id}); err != nil {
				return err
			}
		}
		if _, err := tx.ChangeHook(ctx, db.ChangeHookParams{
			WorkspaceID: by.WorkspaceID, ID: id, Name: s.Name, Address: s.Address, Private: s.Private, Tells: strings.Join(s.Tells, ","),
			Queues: strings.Join(s.Queues, ","),
		}); err != nil {
			return err
		}
		return b.audit(ctx, tx, audit.HookChanged, id, s.Name, by)
	})
	if err != nil {
		return fmt.Errorf("change webhook: %w", err)
	}
	return nil
}

// Find returns the hook of a name. ErrNoHook: there is none.
func (b *Book) Find(ctx context.Context, workspaceID, name string) (db.Hook, error) {
	all, err := b.List(ctx, workspaceID)
	if err != nil {
		return db.Hook{}, err
	}
	for _, h := range all {
		if h.Name == name {
			return h, nil
		}
	}
	return db.Hook{}, ErrNoHook
}

// List returns the hooks of a workspace by name.
func (b *Book) List(ctx context.Context, workspaceID string) ([]db.Hook, error) {
	all, err := b.Store.Read().Hooks(ctx, workspaceID)
	if err != nil {
		return nil, fmt.Errorf("list webhooks: %w", err)
	}
	return all, nil
}

// Rotate gives a hook another secret, and returns it. The one before signs as well for overlap.
func (b *Book) Rotate(ctx context.Context, by access.Actor, h db.Hook, overlap time.Duration) (secret string, err error) {
	secret, sealed, err := b.newSecret(h.ID)
	if err != nil {
		return "", err
	}
	until := b.Now().Add(overlap).UnixMilli()
	_, err = b.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.RotateHookSecret(ctx, db.RotateHookSecretParams{
			WorkspaceID: h.WorkspaceID, ID: h.ID, FormerUntilMs: until, SecretSealed: sealed,
		}); err != nil {
			return err
		}
		return b.audit(ctx, tx, audit.HookChanged, h.ID, "another secret", by)
	})
	if err != nil {
		return "", fmt.Errorf("rotate webhook's secret: %w", err)
	}
	return secret, nil
}

// ByHand is why a hook is off that somebody has switched off.
const ByHand = "Somebody has switched it off."

// Off switches a hook off. What it has not been told is kept.
func (b *Book) Off(ctx context.Context, h db.Hook, why string, by access.Actor) error {
	_, err := b.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error { return b.off(ctx, tx, h, why, by) })
	if err != nil {
		return fmt.Errorf("switch webhook off: %w", err)
	}
	return nil
}

func (b *Book) off(ctx context.Context, tx *store.Tx, h db.Hook, why string, by access.Actor) error {
	n, err := tx.SwitchHookOff(ctx, db.SwitchHookOffParams{WorkspaceID: h.WorkspaceID, ID: h.ID, Reason: why, NowMs: b.Now().UnixMilli()})
	if err != nil || n == 0 {
		return err
	}
	return b.audit(ctx, tx, audit.HookOff, h.ID, why, by)
}

// On switches a hook on again: it is told first what waits, then what has changed meanwhile, each in its present state.
func (b *Book) On(ctx context.Context, h db.Hook, by access.Actor) error {
	_, err := b.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.SwitchHookOn(ctx, db.SwitchHookOnParams{WorkspaceID: h.WorkspaceID, ID: h.ID}); err != nil {
			return err
		}
		if err := tx.ForgetHookTries(ctx, db.ForgetHookTriesParams{WorkspaceID: h.WorkspaceID, HookID: h.ID}); err != nil {
			return err
		}
		if err := b.wakeAll(ctx, tx, h); err != nil {
			return err
		}
		return b.audit(ctx, tx, audit.HookOn, h.ID, h.Name, by)
	})
	if err != nil {
		return fmt.Errorf("switch webhook on: %w", err)
	}
	return nil
}

// TryNow has a hook that rests after a failure told again at once.
func (b *Book) TryNow(ctx context.Context, h db.Hook) error {
	_, err := b.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		if n, err := tx.EndHookRest(ctx, db.EndHookRestParams{WorkspaceID: h.WorkspaceID, ID: h.ID}); err != nil || n == 0 {
			return err
		}
		return b.wakeAll(ctx, tx, h)
	})
	if err != nil {
		return fmt.Errorf("try webhook: %w", err)
	}
	return nil
}

// wakeAll makes everything due that a hook has not been told.
func (b *Book) wakeAll(ctx context.Context, tx *store.Tx, h db.Hook) error {
	lanes, err := tx.LanesOfHook(ctx, db.LanesOfHookParams{WorkspaceID: h.WorkspaceID, HookID: h.ID})
	if err != nil {
		return err
	}
	for _, one := range lanes {
		nowMs := b.Now().UnixMilli()
		if err := wake(ctx, tx, h.ID, one, nowMs); err != nil {
			return err
		}
		if err := tx.HastenLane(ctx, db.HastenLaneParams{WorkspaceID: h.WorkspaceID, Kind: LaneTell, Key: h.ID + "/" + one, NowMs: nowMs}); err != nil {
			return err
		}
	}
	return nil
}

// Remove forgets a hook, what it has not been told and what it was.
func (b *Book) Remove(ctx context.Context, by access.Actor, h db.Hook) error {
	_, err := b.Store.InTx(ctx, h.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.DeleteHook(ctx, db.DeleteHookParams{WorkspaceID: h.WorkspaceID, ID: h.ID}); err != nil {
			return err
		}
		if err := tx.DeleteHookNews(ctx, db.DeleteHookNewsParams{WorkspaceID: h.WorkspaceID, HookID: h.ID}); err != nil {
			return err
		}
		if err := tx.DropKnownOfHook(ctx, db.DropKnownOfHookParams{WorkspaceID: h.WorkspaceID, HookID: h.ID}); err != nil {
			return err
		}
		if err := tx.DeleteHookAttempts(ctx, db.DeleteHookAttemptsParams{WorkspaceID: h.WorkspaceID, HookID: h.ID}); err != nil {
			return err
		}
		return b.audit(ctx, tx, audit.HookRemoved, h.ID, h.Name, by)
	})
	if err != nil {
		return fmt.Errorf("remove webhook: %w", err)
	}
	return nil
}

// Attempts lists what a hook was told lately, the latest first, at most n.
func (b *Book) Attempts(ctx context.Context, h db.Hook, n int) ([]db.HookAttempt, error) {
	rows, err := b.Store.Read().HookAttempts(ctx, db.HookAttemptsParams{WorkspaceID: h.WorkspaceID, HookID: h.ID, N: int64(n)})
	if err != nil {
		return nil, fmt.Errorf("read attempts of webhook: %w", err)
	}
	return rows, nil
}

// audit writes down what was done, and by whom; nobody is the command line, or the hub itself.
func (b *Book) audit(ctx context.Context, tx *store.Tx, action audit.Action, id, detail string, by access.Actor) error {
	return audit.Write(ctx, tx, b.Now().UnixMilli(), audit.Entry{
		ActorID: by.AgentID, SessionID: by.SessionID, Address: access.Address(ctx), Action: action, SubjectID: id, Detail: detail,
	})
}

// LaneTell is the kind of the lanes in which hooks are told. Their key is the hook and the lane of its news.
const LaneTell = "hook"

func wake(ctx context.Context, tx *store.Tx, hookID, of string, nowMs int64) error {
	return tx.WakeLane(ctx, db.WakeLaneParams{WorkspaceID: tx.WorkspaceID, Kind: LaneTell, Key: hookID + "/" + of, NextMs: nowMs})
}

// has reports whether a list in a row holds something.
func has(list, what string) bool { return slices.Contains(strings.Split(list, ","), what) }

var _ lane.Handler = (*Teller)(nil).Handle

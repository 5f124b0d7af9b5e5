package delivery

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/lane"
	"parley/backend/hub/ledger"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
	"parley/backend/hub/trace"
)

// LaneSend is the kind of the lanes that send. Their key is LaneKey.
const LaneSend = "send"

// LaneKey names the lane of a contact on a touchpoint.
func LaneKey(touchpointID, contactID string) string { return touchpointID + "/" + contactID }

// Wake has the messages of a conversation delivered once the transaction that adds them is over.
func Wake(ctx context.Context, tx *store.Tx, c db.Conversation, nowMs int64) error {
	err := tx.WakeLane(ctx, db.WakeLaneParams{
		WorkspaceID: c.WorkspaceID, Kind: LaneSend, Key: LaneKey(c.TouchpointID, c.ContactID), TouchpointID: c.TouchpointID, NextMs: nowMs,
	})
	if err != nil {
		return fmt.Errorf("wake lane: %w", err)
	}
	return nil
}

// sendTimeout is how long one request may take, uploads included. It is well inside a lease.
const sendTimeout = 45 * time.Second

// Blobs opens the bytes of a file. ctx ends reading too.
type Blobs interface {
	Open(ctx context.Context, sha256 string) (io.ReadSeekCloser, error)
}

// Sender sends the messages of lanes.
type Sender struct {
	Store     *store.Store
	Directory *touchpoint.Directory
	Blobs     Blobs
	Now       func() time.Time
	Log       *slog.Logger
	Metrics   *Metrics
	Tracer    *trace.Tracer // nil is none
}

// Handle is the lane.Handler of LaneSend.
func (s *Sender) Handle(ctx context.Context, l db.Lane) (lane.Result, error) {
	touchpointID, contactID, _ := strings.Cut(l.Key, "/")
	for {
		head, err := s.Store.Read().NextUnsent(ctx, db.NextUnsentParams{
			WorkspaceID: l.WorkspaceID, TouchpointID: touchpointID, ContactID: contactID,
		})
		if store.NotFound(err) {
			return lane.Done, nil
		}
		if err != nil {
			return lane.Result{}, fmt.Errorf("find next message: %w", err)
		}
		if rest, err := s.paused(ctx, l); err != nil || rest > 0 {
			return lane.Wait(rest), err
		}
		result, goOn, err := s.one(ctx, l, head)
		if err != nil || !goOn {
			return result, err
		}
		if l.Attempts > 0 { // they were of that message; the next begins at 0
			return lane.Result{Again: true}, nil
		}
		kept, err := lane.Renew(ctx, s.Store, l, s.Now())
		if err != nil || !kept {
			return lane.Result{Again: true}, err
		}
	}
}

// paused is how long the touchpoint's sends still have to wait. Of the lanes that find its rest over one goes on, to see
// whether it was repaired; the others wait for what becomes of that.
func (s *Sender) paused(ctx context.Context, l db.Lane) (time.Duration, error) {
	row, err := s.Store.Read().Touchpoint(ctx, db.TouchpointParams{WorkspaceID: l.WorkspaceID, ID: l.TouchpointID})
	if err != nil {
		return 0, fmt.Errorf("read touchpoint: %w", err)
	}
	if row.PausedReason == "" {
		return 0, nil
	}
	nowMs := s.Now().UnixMilli()
	if rest := row.PausedUntilMs - nowMs; rest > 0 {
		return time.Duration(rest) * time.Millisecond, nil
	}
	mine, err := claimProbe(ctx, s.Store, l.WorkspaceID, l.TouchpointID, nowMs)
	if err != nil {
		return 0, err
	}
	if !mine {
		return probeEvery, nil
	}
	return 0, nil
}

// one handles the head of a lane. goOn says that the next message may follow at once.
func (s *Sender) one(ctx context.Context, l db.Lane, m db.Message) (result lane.Result, goOn bool, err error) {
	ctx, span := s.Tracer.Start(ctx, trace.Inside, "deliver")
	defer func() { span.End(err) }()
	span.Link(trace.Command, m.ID)
	span.ID("message", m.ID)
	span.ID("conversation", m.ConversationID)
	span.ID("touchpoint", m.TouchpointID)
	span.Kind("kind", m.Kind)
	span.Count("attempts", l.Attempts)
	if m.State == string(conversation.DeliverySending) { // its worker died after this was committed
		return lane.Result{}, true, s.enter(ctx, m, ledger.Report{
			State: conversation.DeliveryUnconfirmed, AtMs: s.Now().UnixMilli(), HubTime: true, Failure: &channel.Failure{Class: channel.ClassUnconfirmed},
		})
	}
	requestCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), sendTimeout) // a shutdown must not make it unknown
	defer cancel()
	out, t, refused, err := s.prepare(requestCtx, m)
	if err != nil {
		return lane.Result{}, false, err
	}
	if refused != nil {
		s.Metrics.sends.WithLabelValues("refused").Inc()
		return lane.Result{}, true, s.enter(ctx, m, ledger.Report{
			State: conversation.DeliveryFailed, AtMs: s.Now().UnixMilli(), HubTime: true, Failure: refused,
		})
	}
	mine, wait, err := s.begin(ctx, l, m, t)
	if err != nil {
		return lane.Result{}, false, err
	}
	if wait.rest > 0 {
		return lane.Wait(wait.rest), false, s.wait(ctx, m, wait)
	}
	if !mine {
		return lane.Result{Again: true}, false, nil
	}
	outcome := s.ask(requestCtx, t, out)
	return s.record(context.WithoutCancel(ctx), l, m, outcome)
}

// ask hands a message to Meta.
func (s *Sender) ask(ctx context.Context, t *touchpoint.Touchpoint, out channel.Outgoing) channel.Outcome {
	ctx, span := s.Tracer.Start(ctx, trace.Client, "graph send")
	defer span.End(nil)
	span.Kind("channel", t.Channel)
	outcome := t.Adapter.Send(ctx, t.Account, out)
	if outcome.Verdict != channel.VerdictAccepted {
		span.Count("code", int64(outcome.Failure.Code))
		span.Fail(cmp.Or(string(outcome.Failure.Class), string(channel.ClassUnconfirmed)))
	}
	return outcome
}

// prepare puts together what will be sent, or says why it will not be.
func (s *Sender) prepare(ctx context.Context, m db.Message) (channel.Outgoing, *touchpoint.Touchpoint, *channel.Failure, error) {
	t, ok := s.Directory.ByID(m.WorkspaceID, m.TouchpointID)
	if !ok {
		return channel.Outgoing{}, nil, nil, fmt.Errorf("touchpoint %s is not known to this hub", m.TouchpointID)
	}
	q := s.Store.Read()
	c, err := q.Conversation(ctx, db.ConversationParams{WorkspaceID: m.WorkspaceID, ID: m.ConversationID})
	if err != nil {
		return channel.Outgoing{}, nil, nil, fmt.Errorf("read conversation: %w", err)
	}
	nowMs := s.Now().UnixMilli()
	if conversation.Kind(m.Kind) != conversation.KindTemplate && !(conversation.Window{UntilMs: c.WindowUntilMs}).Open(nowMs) {
		return channel.Outgoing{}, t, channel.Refusal(channel.ReasonWindow, "the session window has closed"), nil
	}
	var content channel.Content
	if err := json.Unmarshal([]byte(m.Content), &content); err != nil {
		return channel.Outgoing{}, nil, nil, fmt.Errorf("read content: %w", err)
	}
	to, err := s.address(ctx, m, t)
	if err != nil {
		return channel.Outgoing{}, nil, nil, err
	}
	out := channel.Outgoing{
		ClientRef: ledger.Ref(m), To: to, Kind: content.Kind, Text: content.Text, ReplyTo: content.ReplyTo,
		TargetID: content.TargetID, Emoji: content.Emoji, Location: content.Location, Contacts: content.Contacts,
		HumanAgent: m.AgentID != "" && t.NeedsHumanAgent(c.LastInboundMs, nowMs),
	}
	if m.MediaID != "" {
		if out.Media, err = s.media(ctx, m); err != nil {
			return channel.Outgoing{}, nil, nil, err
		}
	}
	if content.Template != nil {
		if err := s.template(ctx, t, *content.Template, &out); err != nil {
			return channel.Outgoing{}, nil, nil, err
		}
	}
	return out, t, nil, nil
}

// media is a message's file. Its bytes can be read until ctx ends.
func (s *Sender) media(ctx context.Context, m db.Message) (*channel.OutgoingMedia, error) {
	file, err := s.Store.Read().Media(ctx, db.MediaParams{WorkspaceID: m.WorkspaceID, ID: m.MediaID})
	if err != nil {
		return nil, fmt.Errorf("read media: %w", err)
	}
	return &channel.OutgoingMedia{
		MIME: file.MIME, FileName: file.FileName, SizeBytes: file.SizeBytes, Voice: file.Voice,
		Open: func() (io.ReadCloser, error) { return s.Blobs.Open(ctx, file.SHA256) },
	}, nil
}

// template fills in a template as it is listed now: it may have been paused since the agent chose it.
func (s *Sender) template(ctx context.Context, t *touchpoint.Touchpoint, sent channel.SentTemplate, out *channel.Outgoing) error {
	filled := &channel.OutgoingTemplate{
		Name: sent.Name, Language: sent.Language, Header: sent.HeaderValues, Body: sent.BodyValues, Buttons: sent.ButtonValues,
		Media: out.Media, Location: out.Location,
	}
	out.Template, out.Media, out.Location, out.Text = filled, nil, nil, ""
	row, err := s.Store.Read().TemplateByName(ctx, db.TemplateByNameParams{
		WorkspaceID: t.WorkspaceID, AccountID: t.BusinessID, Name: sent.Name, Language: sent.Language,
	})
	if store.NotFound(err) {
		return nil // Meta will say
	}
	if err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	filled.Of = &channel.Template{}
	if err := json.Unmarshal([]byte(row.Content), filled.Of); err != nil {
		return fmt.Errorf("read template: %w", err)
	}
	return nil
}

func (s *Sender) address(ctx context.Context, m db.Message, t *touchpoint.Touchpoint) (channel.Address, error) {
	known, err := s.Store.Read().Identities(ctx, db.IdentitiesParams{WorkspaceID: m.WorkspaceID, ContactID: m.ContactID})
	if err != nil {
		return channel.Address{}, fmt.Errorf("read identities: %w", err)
	}
	return t.Address(known), nil
}

// begin commits that the request is about to leave. False: the lane or the message is not this worker's any more.
// Nothing is committed when one of Meta's rates makes it wait.
func (s *Sender) begin(ctx context.Context, l db.Lane, m db.Message, t *touchpoint.Touchpoint) (mine bool, wait waiting, err error) {
	_, err = s.Store.InTx(ctx, l.WorkspaceID, func(tx *store.Tx) error {
		row, err := tx.MarkSending(ctx, db.MarkSendingParams{WorkspaceID: l.WorkspaceID, ID: m.ID, LaneKey: l.Key, Worker: l.LeaseBy})
		if store.NotFound(err) {
			mine = false
			return nil
		}
		if err != nil {
			return fmt.Errorf("mark sending: %w", err)
		}
		mine = true
		if wait, err = takePlace(ctx, tx, t, l.Key, s.Now().UnixMilli()); err != nil {
			return err
		}
		if wait.rest > 0 {
			return errWait
		}
		tx.Changed(store.TypeMessage, row.ID)
		return nil
	})
	if errors.Is(err, errWait) {
		return true, wait, nil
	}
	return mine, waiting{}, err
}

// enter writes a report about a message.
func (s *Sender) enter(ctx context.Context, m db.Message, r ledger.Report) error {
	return s.about(ctx, m, func(tx *store.Tx) error { return enter(ctx, tx, m, r) })
}

// errErased says that a message's contact was erased while it was under way: there is nothing to write any more.
var errErased = errors.New("the message was erased")

// about writes what became of a message, unless it was erased.
func (s *Sender) about(ctx context.Context, m db.Message, do func(*store.Tx) error) error {
	_, err := s.Store.InTx(ctx, m.WorkspaceID, do)
	if errors.Is(err, errErased) {
		return nil
	}
	return err
}

func enter(ctx context.Context, tx *store.Tx, m db.Message, r ledger.Report) error {
	conversations, err := tx.LockConversations(ctx, []string{m.ConversationID})
	if err != nil {
		return fmt.Errorf("lock conversation: %w", err)
	}
	messages, err := tx.LoadMessages(ctx, nil, []string{m.ID})
	if err != nil {
		return fmt.Errorf("lock message: %w", err)
	}
	if len(conversations) == 0 || len(messages) == 0 {
		return errErased
	}
	rows := store.Rows{}
	changed, conv := ledger.Enter(&messages[0], &conversations[0], r)
	if changed {
		rows.PutMessages = messages
		tx.Changed(store.TypeMessage, m.ID)
	}
	if conv {
		rows.PutConversations = conversations
		tx.Changed(store.TypeConversation, m.ConversationID)
	}
	return tx.Write(ctx, rows)
}

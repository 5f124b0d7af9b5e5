package cache

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"google.golang.org/protobuf/proto"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// OutboxState says what is known of a command.
type OutboxState string

// States of a command; a refusal or the feed's arrival removes the row.
const (
	OutboxWaiting  OutboxState = "waiting"  // no answer yet
	OutboxAnswered OutboxState = "answered" // carried out; the feed has not brought its effect yet
)

// OutboxRow is a command on its way.
type OutboxRow struct {
	Position       int64
	Lane           string // commands of one lane go out in order
	ConversationID string // "" when it is about no conversation
	Kind           string // "assign", "send_message" and so on
	State          OutboxState
	Command        *hubv1.Command
	AttachmentID   string // the file to upload before
	CreatedMs      int64  // by the hub's clock
	AppliedSeq     int64  // of answered commands
	NotBeforeMs    int64  // until when it rests and can be taken back, by the hub's clock; 0 for not at all
}

const outboxColumns = "position, lane, conversation_id, kind, state, command, attachment_id, created_ms, applied_seq, not_before_ms"

func scanOutbox(rows *sql.Rows) (OutboxRow, error) {
	var row OutboxRow
	var command []byte
	err := rows.Scan(&row.Position, &row.Lane, &row.ConversationID, &row.Kind, &row.State, &command,
		&row.AttachmentID, &row.CreatedMs, &row.AppliedSeq, &row.NotBeforeMs)
	if err != nil {
		return row, err
	}
	row.Command, err = decode[hubv1.Command](command)
	return row, err
}

// Outbox lists all commands in the order in which they were made.
func (r Reader) Outbox(ctx context.Context) ([]OutboxRow, error) {
	return list(ctx, r.q, "read outbox", scanOutbox, "SELECT "+outboxColumns+" FROM outbox ORDER BY position")
}

// OutboxLane lists the waiting commands of a lane in order.
func (r Reader) OutboxLane(ctx context.Context, lane string) ([]OutboxRow, error) {
	return list(ctx, r.q, "read outbox lane", scanOutbox,
		"SELECT "+outboxColumns+" FROM outbox WHERE state = 'waiting' AND lane = ? ORDER BY position", lane)
}

// OutboxWaiting counts commands without an answer, and the messages among them.
func (r Reader) OutboxWaiting(ctx context.Context) (commands, messages int, err error) {
	_, err = find(ctx, r.q, "count outbox", `
		SELECT count(*), coalesce(sum(kind = 'send_message'), 0) FROM outbox WHERE state = 'waiting'`, nil, &commands, &messages)
	return commands, messages, err
}

// AddOutbox appends a command. Use within Cache.UpdateDurably. ErrErased: there is nobody any more whom it is about.
func (tx *Tx) AddOutbox(ctx context.Context, row OutboxRow) error {
	if erased, err := tx.Erased(ctx, row.ConversationID); err != nil || erased {
		return errors.Join(err, ErrErased)
	}
	command, err := proto.Marshal(row.Command)
	if err != nil {
		return fmt.Errorf("write command: %w", err)
	}
	_, err = tx.exec(ctx, "write command", `
		INSERT INTO outbox (id, lane, conversation_id, kind, state, command, attachment_id, created_ms, applied_seq, not_before_ms)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		row.Command.Id, row.Lane, row.ConversationID, row.Kind, row.State, command, row.AttachmentID, row.CreatedMs,
		row.AppliedSeq, row.NotBeforeMs)
	return err
}

// SetOutboxCommand replaces the command of a row, once its file has been uploaded.
func (tx *Tx) SetOutboxCommand(ctx context.Context, command *hubv1.Command) error {
	data, err := proto.Marshal(command)
	if err != nil {
		return fmt.Errorf("write command: %w", err)
	}
	_, err = tx.exec(ctx, "write command", "UPDATE outbox SET command = ? WHERE id = ?", data, command.Id)
	return err
}

// AnswerOutbox records that a command was carried out. The row stays as overlay until DropApplied.
func (tx *Tx) AnswerOutbox(ctx context.Context, id string, appliedSeq int64) error {
	_, err := tx.exec(ctx, "record answer",
		"UPDATE outbox SET state = 'answered', applied_seq = ? WHERE id = ? AND state = 'waiting'", appliedSeq, id)
	return err
}

// ReleaseOutbox ends the rest of the commands of a lane.
func (tx *Tx) ReleaseOutbox(ctx context.Context, lane string) error {
	_, err := tx.exec(ctx, "end rest", "UPDATE outbox SET not_before_ms = 0 WHERE lane = ? AND state = 'waiting'", lane)
	return err
}

// TakeBackOutbox removes the resting commands of a kind from a lane, unless their rest has ended by nowMs. taken is false
// when there is none any more.
func (tx *Tx) TakeBackOutbox(ctx context.Context, lane, kind string, nowMs int64) (taken bool, err error) {
	result, err := tx.exec(ctx, "take command back",
		"DELETE FROM outbox WHERE lane = ? AND kind = ? AND state = 'waiting' AND not_before_ms > ?", lane, kind, nowMs)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

// DeleteOutbox removes a command.
func (tx *Tx) DeleteOutbox(ctx context.Context, id string) error {
	_, err := tx.exec(ctx, "delete command", "DELETE FROM outbox WHERE id = ?", id)
	return err
}

// DropApplied removes answered commands whose effect the feed has brought, and returns them.
func (tx *Tx) DropApplied(ctx context.Context) ([]OutboxRow, error) {
	cursor, err := tx.Cursor(ctx)
	if err != nil || cursor == nil {
		return nil, err
	}
	dropped, err := list(ctx, tx.q, "list applied commands", scanOutbox,
		"SELECT "+outboxColumns+" FROM outbox WHERE state = 'answered' AND applied_seq <= ?", cursor.Seq)
	if err != nil || len(dropped) == 0 {
		return nil, err
	}
	_, err = tx.exec(ctx, "drop applied commands", "DELETE FROM outbox WHERE state = 'answered' AND applied_seq <= ?", cursor.Seq)
	return dropped, err
}

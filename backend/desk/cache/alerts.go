package cache

import (
	"context"
	"database/sql"
	"fmt"

	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Alert is a decision about what to tell the agent. It holds no text, name or number.
type Alert struct {
	ID        int64
	AtMs      int64
	Key       string // the conversation's id, or what the alert is about instead
	MessageID string // "" when it is about no message
	Kind      string
	Verdict   string
	Reason    string
	Delivery  string // how the system took it; "" when it was not asked, or has not answered
}

// AddAlert keeps a decision and returns its id.
func (tx *Tx) AddAlert(ctx context.Context, a Alert) (int64, error) {
	result, err := tx.exec(ctx, "keep alert", "INSERT INTO alert (at_ms, key, message_id, kind, verdict, reason) VALUES (?, ?, ?, ?, ?, ?)",
		a.AtMs, a.Key, a.MessageID, a.Kind, a.Verdict, a.Reason)
	if err != nil {
		return 0, err
	}
	id, err := result.LastInsertId()
	if err != nil {
		return 0, fmt.Errorf("keep alert: %w", err)
	}
	return id, nil
}

// SetAlertDelivery notes how the system took an alert.
func (tx *Tx) SetAlertDelivery(ctx context.Context, id int64, delivery string) error {
	_, err := tx.exec(ctx, "note alert's delivery", "UPDATE alert SET delivery = ? WHERE id = ?", delivery, id)
	return err
}

// DropAlerts forgets decisions that were made before a time.
func (tx *Tx) DropAlerts(ctx context.Context, beforeMs int64) error {
	_, err := tx.exec(ctx, "drop old alerts", "DELETE FROM alert WHERE at_ms < ?", beforeMs)
	return err
}

// Alerts lists up to limit decisions under a key, latest first.
func (r Reader) Alerts(ctx context.Context, key string, limit int) ([]Alert, error) {
	return list(ctx, r.q, "list alerts", func(rows *sql.Rows) (a Alert, err error) {
		err = rows.Scan(&a.ID, &a.AtMs, &a.Key, &a.MessageID, &a.Kind, &a.Verdict, &a.Reason, &a.Delivery)
		return a, err
	}, "SELECT id, at_ms, key, message_id, kind, verdict, reason, delivery FROM alert WHERE key = ? ORDER BY id DESC LIMIT ?", key, limit)
}

// LatestOut lists up to limit messages of ours in a conversation, the one that came last first.
func (r Reader) LatestOut(ctx context.Context, conversationID string, limit int) ([]*hubv1.Message, error) {
	return list(ctx, r.q, "list latest messages", scanMessage,
		"SELECT data FROM message WHERE conversation_id = ? AND direction = 'out' ORDER BY no DESC LIMIT ?", conversationID, limit)
}

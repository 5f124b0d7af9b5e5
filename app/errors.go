package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"

	"parley/backend/desk"
	"parley/backend/desk/cache"
	"parley/backend/desk/hubclient"
	"parley/backend/desk/signin"
	"parley/backend/desk/trust"
)

// Failure is an error as the page gets it. The page has words for each code; Message is for logs and the curious.
type Failure struct {
	Code    string         `json:"code"`
	Message string         `json:"message"`
	Details map[string]any `json:"details,omitempty"`
}

func (f *Failure) Error() string { return f.Code + ": " + f.Message }

// failureOf is the one mapping from errors to what the page gets. What it does not know is "internal": such a message
// is for the log, not for a person.
func failureOf(err error) *Failure {
	var failure *Failure
	var long *desk.TextTooLongError
	var attachment *desk.AttachmentError
	var problem *signin.Problem
	var refused *hubclient.Problem
	var stranger *trust.Stranger
	switch {
	case errors.As(err, &failure):
		return failure
	case errors.As(err, &long):
		return &Failure{Code: "text_too_long", Message: err.Error(), Details: map[string]any{
			"runes": long.Runes, "most": long.Most, "parts": long.Parts,
		}}
	case errors.As(err, &attachment):
		return &Failure{Code: "attachment", Message: err.Error(), Details: map[string]any{
			"attachmentId": attachment.AttachmentID, "refusal": string(attachment.Refusal), "limitBytes": attachment.LimitBytes,
		}}
	case errors.As(err, &problem):
		return &Failure{Code: string(problem.Code), Message: err.Error(), Details: map[string]any{"waitMs": problem.Wait.Milliseconds()}}
	case errors.As(err, &stranger):
		return &Failure{Code: "stranger", Message: err.Error()}
	case errors.As(err, &refused):
		return &Failure{Code: refused.Code, Message: err.Error()}
	case errors.Is(err, desk.ErrEmptyMessage):
		return &Failure{Code: "empty", Message: err.Error()}
	case errors.Is(err, desk.ErrInvalid):
		return &Failure{Code: "invalid", Message: err.Error()}
	case errors.Is(err, desk.ErrUnfilled):
		return &Failure{Code: "unfilled", Message: err.Error()}
	case errors.Is(err, desk.ErrUnsupported):
		return &Failure{Code: "unsupported", Message: err.Error()}
	case errors.Is(err, desk.ErrErased):
		return &Failure{Code: "erased", Message: err.Error()}
	case errors.Is(err, hubclient.ErrDenied):
		return &Failure{Code: "forbidden", Message: err.Error()}
	case errors.Is(err, desk.ErrNotFound):
		return &Failure{Code: "not_found", Message: err.Error()}
	case errors.Is(err, hubclient.ErrSignedOut):
		return &Failure{Code: "signed_out", Message: err.Error()}
	case errors.Is(err, desk.ErrNotHere), errors.Is(err, hubclient.ErrUnreachable):
		return &Failure{Code: "offline", Message: err.Error()}
	case errors.Is(err, desk.ErrAccessEnded):
		return &Failure{Code: "access_ended", Message: err.Error()}
	case errors.Is(err, cache.ErrNewer):
		return &Failure{Code: "newer", Message: err.Error()}
	case errors.Is(err, context.Canceled):
		return &Failure{Code: "cancelled", Message: err.Error()}
	default:
		return &Failure{Code: "internal", Message: err.Error()}
	}
}

// formatError hands an error of a bound method to Wails, as JSON: the page gets whatever it is as the text of an Error (Wails
// 2.16.0), and of an object only "[object Object]" would be left.
func formatError(err error) any {
	text, err := json.Marshal(failureOf(err))
	if err != nil {
		return err.Error()
	}
	return string(text)
}

// guard runs what a bound method does. A panic becomes an error: Wails leaves the page's promise pending for ever otherwise.
func guard[T any](a *App, act string, run func(ctx context.Context) (T, error)) (result T, err error) {
	defer func() {
		if value := recover(); value != nil {
			a.log.Error("Bound method panicked", "act", act, "panic", fmt.Sprint(value), "stack", string(debug.Stack()))
			err = &Failure{Code: "internal", Message: act}
		}
	}()
	if result, err = run(a.work); err != nil {
		failure := failureOf(err)
		level := slog.LevelInfo
		if failure.Code == "internal" {
			level = slog.LevelError
		}
		a.log.Log(context.Background(), level, "Bound method failed", "act", act, "error", err)
		return result, failure
	}
	return result, nil
}

// guarded is guard for methods without a result.
func guarded(a *App, act string, run func(ctx context.Context) error) error {
	_, err := guard(a, act, func(ctx context.Context) (struct{}, error) { return struct{}{}, run(ctx) })
	return err
}

// answer is guard for what is done with the open workspace, which stays open meanwhile. Its context ends when the workspace is
// to close.
func answer[T any](a *App, act string, run func(ctx context.Context) (T, error)) (T, error) {
	return guard(a, act, func(context.Context) (result T, err error) {
		a.gate.RLock()
		defer a.gate.RUnlock()
		if err := a.permit(act); err != nil {
			return result, err
		}
		return run(a.context())
	})
}

// anywhere are the acts that need no workspace.
var anywhere = map[string]bool{
	"load workspace": true, "resume events": true, "take navigation": true, "page ready": true, "open link": true, "copy text": true,
	"read settings": true, "change settings": true, "read start at sign-in": true, "change start at sign-in": true,
	"change language": true, "read notification health": true, "test notification": true, "note focus": true, "read practice": true,
}

// always are the acts that show nothing of contacts: they work also when the hub was not reached for too long.
var always = map[string]bool{
	"read connection": true, "refresh": true, "save draft": true, "move practice clock": true, "open practice phone": true,
	"count unsent": true, "list sessions": true, "end session": true, "change password": true,
}

// permit says why an act may not be done now.
func (a *App) permit(act string) error {
	if anywhere[act] {
		return nil
	}
	d := a.desk()
	if d == nil {
		return errNoWorkspace
	}
	if always[act] {
		return nil
	}
	ended, err := d.AccessEnded(a.context())
	if err == nil && ended {
		err = desk.ErrAccessEnded
	}
	return err
}

// do is answer for methods without a result.
func do(a *App, act string, run func(ctx context.Context) error) error {
	_, err := answer(a, act, func(ctx context.Context) (struct{}, error) { return struct{}{}, run(ctx) })
	return err
}

// Package webdriver is a small client of the W3C WebDriver protocol: what the window test needs to use a page as a
// person does. It finds by role and name, presses keys and the pointer, waits for a named condition, and never sleeps to
// let something happen. It knows nothing of Parley.
package webdriver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is a refusal of the driver. Code is the protocol's word, like "stale element reference".
type Error struct {
	Code    string `json:"error"`
	Message string `json:"message"`
}

func (e *Error) Error() string {
	message, _, _ := strings.Cut(e.Message, "\n")
	return e.Code + ": " + message
}

// passing reports whether a refusal can end by itself, because the page is still changing.
func passing(err error) bool {
	var refusal *Error
	if !errors.As(err, &refusal) {
		return false
	}
	switch refusal.Code {
	case "stale element reference", "element click intercepted", "element not interactable", "no such element", "move target out of bounds":
		return true
	}
	return false
}

// Session is one driven window. Its methods are for one goroutine at a time.
type Session struct {
	driver string // address of the driver, with the session's path once there is one
	client *http.Client
}

// scriptLimit is how long a script may take: longer than any wait of a test.
const scriptLimit = 60 * time.Second

// Connect has the driver at an address start binary and returns the session with its window.
func Connect(ctx context.Context, driver, binary string) (*Session, error) {
	s := &Session{driver: driver, client: &http.Client{Timeout: 2 * time.Minute}}
	capabilities := map[string]any{"capabilities": map[string]any{"alwaysMatch": map[string]any{
		"webkitgtk:browserOptions": map[string]any{"binary": binary, "args": []string{}},
		"timeouts":                 map[string]any{"script": scriptLimit.Milliseconds(), "implicit": 0},
	}}}
	var answer struct {
		SessionID string `json:"sessionId"`
	}
	if err := s.call(ctx, http.MethodPost, "/session", capabilities, &answer); err != nil {
		return nil, fmt.Errorf("begin session: %w", err)
	}
	s.driver += "/session/" + answer.SessionID
	return s, nil
}

// Close ends the session and with it the program that Connect started.
func (s *Session) Close(ctx context.Context) error {
	return s.call(ctx, http.MethodDelete, "", nil, nil)
}

// Run runs a function's body in the page and puts what it returns into into, which may be nil.
func (s *Session) Run(ctx context.Context, body string, into any, arguments ...any) error {
	return s.call(ctx, http.MethodPost, "/execute/sync", script(body, arguments), into)
}

// Await is Run for a body that returns a promise; a rejection is an error with the reason's text.
func (s *Session) Await(ctx context.Context, body string, into any, arguments ...any) error {
	var answer struct {
		Value json.RawMessage `json:"value"`
		Error string          `json:"error"`
	}
	wrapped := `const done = arguments[arguments.length - 1];
		const text = (cause) => cause?.message ?? (typeof cause === 'string' ? cause : JSON.stringify(cause));
		Promise.resolve((function () {` + body + `}).apply(null, arguments))
			.then((value) => done({ value }), (cause) => done({ error: text(cause) || 'rejected' }));`
	if err := s.call(ctx, http.MethodPost, "/execute/async", script(wrapped, arguments), &answer); err != nil {
		return err
	}
	if answer.Error != "" {
		return errors.New(answer.Error)
	}
	if into == nil || len(answer.Value) == 0 {
		return nil
	}
	return json.Unmarshal(answer.Value, into)
}

func script(body string, arguments []any) map[string]any {
	if arguments == nil {
		arguments = []any{}
	}
	return map[string]any{"script": body, "args": arguments}
}

func (s *Session) call(ctx context.Context, method, path string, in, into any) error {
	var body bytes.Buffer
	if in == nil {
		in = struct{}{} // the protocol wants an object even where nothing is said
	}
	if method == http.MethodPost {
		if err := json.NewEncoder(&body).Encode(in); err != nil {
			return err
		}
	}
	request, err := http.NewRequestWithContext(ctx, method, s.driver+path, &body)
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := s.client.Do(request)
	if err != nil {
		return fmt.Errorf("reach driver: %w", err)
	}
	defer response.Body.Close()
	var answer struct {
		Value json.RawMessage `json:"value"`
	}
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return fmt.Errorf("read driver's answer: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		refusal := new(Error)
		if err := json.Unmarshal(answer.Value, refusal); err != nil {
			return fmt.Errorf("driver answers %s", response.Status)
		}
		return refusal
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(answer.Value, into)
}

package graph

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"parley/backend/channel"
	"parley/backend/conversation"
)

// Error is an error object of Meta's. Code is what counts; titles, HTTP status and even subcodes are not
// stable (Meta docs, "Error codes", 2026-09-11).
//
//	{"error":{"message":"(#131047) Re-engagement message","code":131047,"error_data":{"details":"…"}}}
type Error struct {
	Status    int // HTTP status
	Code      int
	Subcode   int
	Message   string
	Details   string // error_data.details, or error_data itself when it is plain text
	Transient bool
	TraceID   string
	Regain    time.Duration // how long Meta asks us to wait, 0 when it does not say
}

func (e *Error) Error() string {
	return fmt.Sprintf("Meta answered with error %d/%d (HTTP %d): %s", e.Code, e.Subcode, e.Status, e.Detail())
}

// Detail is the most helpful thing that Meta said about it.
func (e *Error) Detail() string {
	if e.Details != "" {
		return e.Details
	}
	return e.Message
}

// WireError is an error object as it stands in answers and webhooks. Webhooks put title in addition to message.
type WireError struct {
	Code      Number          `json:"code"`
	Subcode   Number          `json:"error_subcode"`
	Title     string          `json:"title"`
	Message   string          `json:"message"`
	ErrorData json.RawMessage `json:"error_data"`
	Transient bool            `json:"is_transient"`
	TraceID   string          `json:"fbtrace_id"`
}

// Details returns error_data.details, or error_data itself when Meta sent plain text there.
func (w WireError) Details() string {
	var text string
	if json.Unmarshal(w.ErrorData, &text) == nil {
		return text
	}
	var object struct {
		Details string `json:"details"`
	}
	_ = json.Unmarshal(w.ErrorData, &object)
	return object.Details
}

// Text is the most helpful thing that the error object says.
func (w WireError) Text() string {
	for _, text := range []string{w.Details(), w.Message, w.Title} {
		if text != "" {
			return conversation.CleanText(text)
		}
	}
	return ""
}

// parseError returns the error that an answer holds, nil when it holds none.
func parseError(status int, header http.Header, answer []byte) *Error {
	var envelope struct {
		Error *WireError `json:"error"`
	}
	if json.Unmarshal(answer, &envelope) != nil || envelope.Error == nil {
		return nil
	}
	wire := envelope.Error
	return &Error{
		Status:    status,
		Code:      int(wire.Code),
		Subcode:   int(wire.Subcode),
		Message:   conversation.CleanText(wire.Message),
		Details:   conversation.CleanText(wire.Details()),
		Transient: wire.Transient,
		TraceID:   wire.TraceID,
		Regain:    regainAfter(header),
	}
}

// Number is an integer that Meta sends as a number in some places and as text in others.
type Number int64

// UnmarshalJSON reads 131047, "131047" and 131047.0; absent, null and "" are 0.
func (n *Number) UnmarshalJSON(raw []byte) error {
	text := strings.TrimSpace(string(bytes.Trim(raw, `"`)))
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	if whole, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = Number(whole)
		return nil
	}
	broken, err := strconv.ParseFloat(text, 64)
	if err != nil || broken != broken || broken < -1e15 || broken > 1e15 {
		return fmt.Errorf("%.40q is no number", text)
	}
	*n = Number(broken)
	return nil
}

// Rule is one row of a channel's error table: what becomes of the send, and why in words (channel.Explain).
type Rule struct {
	Code    int
	Last    int // last code of a range that begins with Code; 0 for a single code
	Subcode int // 0 fits every subcode
	Reason  channel.Reason
	Verdict channel.Verdict
	Scope   channel.Scope // with VerdictRetry
	After   time.Duration // with VerdictRetry; 0 leaves it to Meta's headers and to the caller
}

// Table says what Meta's codes mean on a channel. The first row that fits decides, so rows with a subcode
// stand before the row of their code.
type Table []Rule

// Find returns the row for a code, nil when the table has none.
func (t Table) Find(code, subcode int) *Rule {
	for i := range t {
		row := &t[i]
		inRange := code == row.Code || (row.Last != 0 && code >= row.Code && code <= row.Last)
		if inRange && (row.Subcode == 0 || row.Subcode == subcode) {
			return row
		}
	}
	return nil
}

// Failure names what an error object of a webhook means.
func (t Table) Failure(wire WireError) channel.Failure {
	return t.failure(int(wire.Code), int(wire.Subcode), wire.Text())
}

func (t Table) failure(code, subcode int, detail string) channel.Failure {
	reason := channel.ReasonUnknown
	if row := t.Find(code, subcode); row != nil {
		reason = row.Reason
	}
	return channel.Failure{Class: reason.Class(), Reason: reason, Code: code, Subcode: subcode, Detail: detail}
}

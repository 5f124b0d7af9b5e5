package practice

import (
	"net/http"
	"time"
)

// Faults are the troubles that can be switched on. The zero value is a healthy Meta.
type Faults struct {
	SlowMs       int64 `json:"slowMs"`       // every Graph call takes this much longer
	LostReply    bool  `json:"lostReply"`    // sends are carried out, then the connection drops instead of an answer
	Duplicate    bool  `json:"duplicate"`    // every webhook comes twice
	Shuffle      bool  `json:"shuffle"`      // webhooks about a contact come in any order
	ExpiredToken bool  `json:"expiredToken"` // 190
	RateLimit    bool  `json:"rateLimit"`    // 130429, 613 on Messenger
	// FailNext answers the next sends with an error; it counts itself down.
	FailNext *FailNext `json:"failNext,omitempty"`
	// RefuseLate accepts what the session window forbids, and refuses it by a failed status. WhatsApp only;
	// Meta does either or both.
	RefuseLate bool `json:"refuseLate"`
}

// FailNext is an error for the next sends.
type FailNext struct {
	Code    int `json:"code"`
	Subcode int `json:"subcode,omitempty"`
	Status  int `json:"status,omitempty"` // HTTP status; 0 is 400
	Times   int `json:"times,omitempty"`  // 0 is once
}

const longestSlow = 10 * time.Minute

func (f Faults) slow() time.Duration {
	return min(time.Duration(min(f.SlowMs, longestSlow.Milliseconds()))*time.Millisecond, longestSlow)
}

// Faults returns the faults that are on.
func (m *Meta) Faults() Faults {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.faults.copy()
}

// SetFaults replaces all faults.
func (m *Meta) SetFaults(faults Faults) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.faults = faults.copy()
}

func (f Faults) copy() Faults {
	if f.FailNext != nil {
		next := *f.FailNext
		f.FailNext = &next
	}
	return f
}

// failSend returns the error that a send meets because of a fault, nil for none.
func (m *Meta) failSend(rate graphError) *graphError {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.faults.RateLimit {
		return &rate
	}
	next := m.faults.FailNext
	if next == nil || next.Code == 0 {
		return nil
	}
	failure := graphError{Status: next.Status, Type: "OAuthException", Code: next.Code, Subcode: next.Subcode, Message: "Practice fault"}
	if failure.Status < 400 || failure.Status > 599 {
		failure.Status = http.StatusBadRequest
	}
	if next.Times--; next.Times <= 0 {
		m.faults.FailNext = nil
	}
	return &failure
}

// answerSend answers a send that was carried out, or drops the connection when the reply is to be lost.
func (m *Meta) answerSend(c call, value any) {
	m.mu.Lock()
	lost := m.faults.LostReply
	m.mu.Unlock()
	if !lost {
		c.answer(value)
		return
	}
	conn, _, err := http.NewResponseController(c.w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and servers without a connection: net/http ends the request without an answer
	}
	_ = conn.Close()
}

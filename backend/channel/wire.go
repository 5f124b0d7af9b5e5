package channel

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// millisFrom is the smallest number that is read as milliseconds: as seconds it would be in the year 33658.
const millisFrom = 1_000_000_000_000

// latestMs is 1 January 2100. A later timestamp is damage, and would hold a session window open for ever.
const latestMs = 4_102_444_800_000

// Timestamp is a moment as Meta sends it: seconds or milliseconds, as text or as a number, differently on
// each channel and not always as documented.
type Timestamp int64

// UnmarshalJSON reads "1749416383", 1749416383 and 1749416383000. Absent, null and "" are 0.
func (t *Timestamp) UnmarshalJSON(raw []byte) error {
	text := strings.Trim(string(raw), `"`)
	if text == "" || text == "null" {
		*t = 0
		return nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("%.40q is no timestamp", text)
	}
	*t = Timestamp(number)
	return nil
}

// Ms returns the moment in Unix milliseconds, or an error when there is none or it cannot be true.
func (t Timestamp) Ms() (int64, error) {
	ms := int64(t)
	if ms > 0 && ms < millisFrom {
		ms *= 1000
	}
	if ms <= 0 || ms > latestMs {
		return 0, errors.New("it has no usable timestamp")
	}
	return ms, nil
}

// Reject records a part of a body that could not be understood.
func (b *Batch) Reject(accountID, reason string, raw json.RawMessage) {
	b.Rejected = append(b.Rejected, Rejected{AccountID: accountID, Reason: reason, Raw: raw})
}

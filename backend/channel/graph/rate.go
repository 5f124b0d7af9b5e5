package graph

import (
	"encoding/json"
	"net/http"
	"strconv"
	"time"
)

// regainAfter is how long Meta asks us to wait, 0 when it does not say. X-Business-Use-Case-Usage counts
// minutes and holds a list for each business:
//
//	{"1234":[{"type":"whatsapp","call_count":100,"estimated_time_to_regain_access":3}]}
//
// Source: Meta docs, "Rate limits: Business use case rate limits", 2026-09-11.
func regainAfter(header http.Header) time.Duration {
	var longest time.Duration
	if seconds, err := strconv.Atoi(header.Get("Retry-After")); err == nil && seconds > 0 {
		longest = bounded(int64(seconds), time.Second)
	}
	var usage map[string][]struct {
		Minutes float64 `json:"estimated_time_to_regain_access"`
	}
	if json.Unmarshal([]byte(header.Get("X-Business-Use-Case-Usage")), &usage) != nil {
		return longest
	}
	for _, uses := range usage {
		for _, use := range uses {
			if use.Minutes > 0 {
				longest = max(longest, bounded(int64(min(use.Minutes, 1e6)), time.Minute))
			}
		}
	}
	return longest
}

// bounded is count units, at most a day: a header never stops a touchpoint for longer than that.
func bounded(count int64, unit time.Duration) time.Duration {
	const day = 24 * time.Hour
	if count > int64(day/unit) {
		return day
	}
	return time.Duration(count) * unit
}

package graph

import (
	"net/http"
	"testing"
	"time"
)

func TestRegainAfter_is_the_longest_wait_that_Meta_names(t *testing.T) {
	for name, c := range map[string]struct {
		header map[string]string
		want   time.Duration
	}{
		"nothing":        {nil, 0},
		"retry_after":    {map[string]string{"Retry-After": "30"}, 30 * time.Second},
		"usage_minutes":  {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":3},{"estimated_time_to_regain_access":7}]}`}, 7 * time.Minute},
		"not_json":       {map[string]string{"X-Business-Use-Case-Usage": `soon`}, 0},
		"absurd":         {map[string]string{"X-Business-Use-Case-Usage": `{"1":[{"estimated_time_to_regain_access":1e300}]}`}, 24 * time.Hour},
		"absurd_seconds": {map[string]string{"Retry-After": "9223372036854775807"}, 24 * time.Hour},
		"negative":       {map[string]string{"Retry-After": "-5"}, 0},
	} {
		header := http.Header{}
		for key, value := range c.header {
			header.Set(key, value)
		}
		if got := regainAfter(header); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

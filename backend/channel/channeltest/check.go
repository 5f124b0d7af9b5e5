package channeltest

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"parley/backend/channel"
)

// CheckCase is what a check finds when Meta answers as usual but for one path.
type CheckCase struct {
	Name, Path, Answer string
	Want               []string // "step result finding: detail"
}

// Checks runs a channel's check against answers as Meta gives them, by path. An answer with an error object has status 400.
func Checks[A channel.Checker](t *testing.T, adapter func(*http.Client) A, account channel.Account, usual map[string]string, cases []CheckCase) {
	for _, c := range cases {
		t.Run(c.Name, func(t *testing.T) {
			answers := maps.Clone(usual)
			if c.Path != "" {
				answers[c.Path] = c.Answer
			}
			meta := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				_, path, _ := strings.Cut(r.URL.Path[1:], "/")
				answer, known := answers["/"+path]
				if r.Method != http.MethodGet || r.Header.Get("Authorization") != "Bearer t" || r.URL.Query().Get("appsecret_proof") == "" || !known {
					t.Errorf("a check asks %s %s", r.Method, r.URL)
				}
				if strings.HasPrefix(answer, `{"error"`) {
					w.WriteHeader(http.StatusBadRequest)
				}
				_, _ = w.Write([]byte(answer))
			}))
			defer meta.Close()
			account.BaseURL = meta.URL
			var got []string
			for _, check := range adapter(meta.Client()).Check(t.Context(), account) {
				line := fmt.Sprintf("%s %s %s", check.Step, check.Result, check.Reason)
				if line = strings.TrimSpace(line); check.Detail != "" {
					line += ": " + check.Detail
				}
				got = append(got, line)
			}
			if !slices.Equal(got, c.Want) {
				t.Errorf("found\n%q, not\n%q", got, c.Want)
			}
		})
	}
}

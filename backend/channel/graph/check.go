package graph

import (
	"context"
	"errors"
	"net/url"
	"strings"
	"time"

	"parley/backend/channel"
)

// expirySoon is how long before its end a token is spoken of.
const expirySoon = 14 * 24 * time.Hour

// TokenInfo is what Meta tells of a token. AppID is "" when Meta tells nothing.
type TokenInfo struct {
	AppID  string
	Scopes []string
}

// CheckToken looks at an account's token, and at whether the app secret belongs to it. When more is worth looking at, ok is
// true.
func (c *Client) CheckToken(ctx context.Context, account channel.Account, wanted []string) (info TokenInfo, checks []channel.Check, ok bool) {
	var answer struct {
		Data struct {
			AppID     string   `json:"app_id"`
			IsValid   bool     `json:"is_valid"`
			ExpiresAt int64    `json:"expires_at"` // seconds; 0 is never
			Scopes    []string `json:"scopes"`
		} `json:"data"`
	}
	token := channel.Check{Step: channel.StepToken}
	err := c.Get(ctx, account, Path{"debug_token"}, url.Values{"input_token": {account.Token.Reveal()}}, &answer)
	if err != nil {
		token.Result, token.Reason, token.Detail = explain(err)
		return info, []channel.Check{token}, false
	}
	data := answer.Data
	expires := time.Unix(data.ExpiresAt, 0)
	switch {
	case !data.IsValid:
		token.Result, token.Reason = channel.Bad, channel.FoundInvalid
		return info, []channel.Check{token}, false
	case data.ExpiresAt > 0 && time.Until(expires) < expirySoon:
		token.Result, token.Reason, token.Detail = channel.Warning, channel.FoundExpires, expires.UTC().Format(time.RFC3339)
	default:
		token.Result = channel.Good
	}
	rights := channel.Check{Step: channel.StepPermissions, Result: channel.Good}
	if rights.Detail = channel.Lacking(wanted, data.Scopes); rights.Detail != "" {
		rights.Result, rights.Reason = channel.Bad, channel.FoundMissing
	}
	return TokenInfo{AppID: data.AppID, Scopes: data.Scopes}, []channel.Check{token, rights}, true
}

// CheckOf is how a step stands that Meta answered with err.
func CheckOf(step channel.Step, err error) channel.Check {
	check := channel.Check{Step: step, Result: channel.Good}
	if err != nil {
		check.Result, check.Reason, check.Detail = explain(err)
	}
	return check
}

// explain says what an error of Meta's means for a step. Source: Meta docs, "Handling errors" and "Securing Graph API calls",
// 2026-09.
func explain(err error) (channel.Result, channel.Finding, string) {
	var refused *Error
	if !errors.As(err, &refused) {
		return channel.Unknown, channel.FoundUnreachable, ""
	}
	switch {
	case refused.Code == 190 && (refused.Subcode == 463 || refused.Subcode == 467):
		return channel.Bad, channel.FoundExpired, ""
	case refused.Code == 190:
		return channel.Bad, channel.FoundInvalid, ""
	case refused.Code == 100 && strings.Contains(refused.Message, "appsecret_proof"):
		return channel.Bad, channel.FoundWrongSecret, ""
	case refused.Code == 100 && refused.Subcode == 33, refused.Code == 803:
		return channel.Bad, channel.FoundElsewhere, ""
	}
	return channel.Bad, channel.FoundRefused, refused.Detail()
}

// Skipped are steps that cannot be looked at before an earlier one is put right.
func Skipped(steps ...channel.Step) []channel.Check {
	checks := make([]channel.Check, len(steps))
	for i, step := range steps {
		checks[i] = channel.Check{Step: step, Result: channel.Unknown, Reason: channel.FoundEarlier}
	}
	return checks
}

package messenger

import (
	"context"
	"net/url"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// permissions that a Page's token needs: to send, and to get webhooks. Source: Meta docs, "Messenger Platform: permissions",
// 2026-09.
var permissions = []string{"pages_messaging", "pages_manage_metadata"}

// fields of the webhook without which something that agents see is missing.
var fields = []string{
	"messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads", "message_reactions", "message_edits", "messaging_referrals",
}

// Check looks at token, permissions, Page and webhook.
func (a *Adapter) Check(ctx context.Context, account channel.Account) []channel.Check {
	token, checks, ok := a.graph.CheckToken(ctx, account, permissions)
	if !ok {
		return append(checks, graph.Skipped(channel.StepPermissions, channel.StepAccount, channel.StepWebhook)...)
	}
	return append(checks, a.checkPage(ctx, account), a.checkWebhook(ctx, account, token.AppID))
}

func (a *Adapter) checkPage(ctx context.Context, account channel.Account) channel.Check {
	var page struct {
		Name string `json:"name"`
	}
	check := graph.CheckOf(channel.StepAccount, a.graph.Get(ctx, account, graph.Path{account.ID}, url.Values{"fields": {"name"}}, &page))
	if check.Result == channel.Good {
		check.Detail = page.Name
	}
	return check
}

// checkWebhook looks whether our app gets the Page's webhooks, and of everything.
func (a *Adapter) checkWebhook(ctx context.Context, account channel.Account, appID string) channel.Check {
	var apps struct {
		Data []struct {
			ID     string   `json:"id"`
			Fields []string `json:"subscribed_fields"`
		} `json:"data"`
	}
	check := graph.CheckOf(channel.StepWebhook, a.graph.Get(ctx, account, graph.Path{account.ID, "subscribed_apps"}, nil, &apps))
	if check.Result != channel.Good {
		return check
	}
	for _, one := range apps.Data {
		if one.ID != appID && appID != "" {
			continue
		}
		if check.Detail = channel.Lacking(fields, one.Fields); check.Detail != "" {
			check.Result, check.Reason = channel.Bad, channel.FoundMissing
		}
		return check
	}
	check.Result, check.Reason = channel.Bad, channel.FoundNoWebhook
	return check
}

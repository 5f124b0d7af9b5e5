package whatsapp

import (
	"context"
	"net/url"
	"strconv"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// permissions that a token needs: to send, and to read templates and subscriptions.
// Source: Meta docs, "WhatsApp permissions", 2026-09.
var permissions = []string{"whatsapp_business_messaging", "whatsapp_business_management"}

// Check looks at token, permissions, number, webhook and templates.
func (a *Adapter) Check(ctx context.Context, account channel.Account) []channel.Check {
	token, checks, ok := a.graph.CheckToken(ctx, account, permissions)
	if !ok {
		return append(checks, graph.Skipped(channel.StepPermissions, channel.StepAccount, channel.StepWebhook, channel.StepTemplates)...)
	}
	return append(checks, a.checkNumber(ctx, account), a.checkWebhook(ctx, account, token.AppID), a.checkTemplates(ctx, account))
}

func (a *Adapter) checkNumber(ctx context.Context, account channel.Account) channel.Check {
	var number struct {
		Display string `json:"display_phone_number"`
		Name    string `json:"verified_name"`
		Quality string `json:"quality_rating"`
		Status  string `json:"status"`
	}
	query := url.Values{"fields": {"display_phone_number,verified_name,quality_rating,status"}}
	check := graph.CheckOf(channel.StepAccount, a.graph.Get(ctx, account, graph.Path{account.ID}, query, &number))
	if check.Result != channel.Good {
		return check
	}
	check.Detail = join(number.Display, number.Name)
	switch {
	case number.Status != "" && number.Status != "CONNECTED":
		check.Result, check.Reason, check.Detail = channel.Bad, channel.FoundState, clean(number.Status)
	case number.Quality == "RED":
		check.Result, check.Reason = channel.Warning, channel.FoundPoor
	}
	return check
}

// checkWebhook looks whether our app gets the webhooks of the business account.
func (a *Adapter) checkWebhook(ctx context.Context, account channel.Account, appID string) channel.Check {
	var apps struct {
		Data []struct {
			App struct {
				ID string `json:"id"`
			} `json:"whatsapp_business_api_data"`
		} `json:"data"`
	}
	check := graph.CheckOf(channel.StepWebhook, a.graph.Get(ctx, account, graph.Path{account.BusinessID, "subscribed_apps"}, nil, &apps))
	if check.Result != channel.Good {
		return check
	}
	for _, one := range apps.Data {
		if one.App.ID == appID || appID == "" {
			return check
		}
	}
	check.Result, check.Reason = channel.Bad, channel.FoundNoWebhook
	return check
}

func (a *Adapter) checkTemplates(ctx context.Context, account channel.Account) channel.Check {
	templates, err := a.Templates(ctx, account)
	check := graph.CheckOf(channel.StepTemplates, err)
	if check.Result != channel.Good {
		return check
	}
	approved := 0
	for _, one := range templates {
		if one.Sendable() {
			approved++
		}
	}
	if check.Detail = strconv.Itoa(approved); approved == 0 {
		check.Result, check.Reason = channel.Warning, channel.FoundNone
	}
	return check
}

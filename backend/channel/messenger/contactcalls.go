package messenger

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// MarkRead shows the contact that everything was read. Messenger marks threads, not messages.
func (a *Adapter) MarkRead(ctx context.Context, account channel.Account, to channel.Address, _ string) error {
	return a.act(ctx, account, to, "mark read", "mark_seen")
}

// Typing shows the contact for about 20 s that somebody is writing. It does not mark read.
func (a *Adapter) Typing(ctx context.Context, account channel.Account, to channel.Address, _ string) error {
	return a.act(ctx, account, to, "show typing", "typing_on")
}

// TypingEnded takes the sign back.
func (a *Adapter) TypingEnded(ctx context.Context, account channel.Account, to channel.Address) error {
	return a.act(ctx, account, to, "end typing", "typing_off")
}

func (a *Adapter) act(ctx context.Context, account channel.Account, to channel.Address, act, action string) error {
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()
	request := outgoing{Recipient: recipient{ID: to.UserID}, SenderAction: action}
	return errorTable.CallError(act, a.graph.PostJSON(ctx, account, graph.Path{account.ID, "messages"}, request, nil))
}

// FetchMedia opens media that a contact sent, at the address that the webhook named: a signed link that
// needs no token and expires. There is no other way to the bytes, so what is not found is channel.ErrMediaGone.
func (a *Adapter) FetchMedia(ctx context.Context, account channel.Account, media channel.Media) (channel.MediaBody, error) {
	if media.URL == "" {
		return channel.MediaBody{}, channel.ErrMediaGone
	}
	body, err := a.graph.Download(ctx, account, media.URL)
	return body, errorTable.CallError("download media", err)
}

// Profile asks for a contact's name and picture. It needs the feature "Business Asset User Profile Access"; without it,
// and for people who do not share their name, the answer is channel.ErrNoProfile.
// Source: Meta docs, "User Profile API", 2026-09.
func (a *Adapter) Profile(ctx context.Context, account channel.Account, to channel.Address) (channel.Profile, error) {
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()
	var answer struct {
		FirstName string `json:"first_name"`
		LastName  string `json:"last_name"`
		Picture   string `json:"profile_pic"`
	}
	err := a.graph.Get(ctx, account, graph.Path{to.UserID}, url.Values{"fields": {"first_name,last_name,profile_pic"}}, &answer)
	if refused, ok := errors.AsType[*graph.Error](err); ok && (noProfile[refused.Code] || noProfile[refused.Subcode]) {
		return channel.Profile{}, channel.ErrNoProfile
	}
	if err != nil {
		return channel.Profile{}, errorTable.CallError("ask for a profile", err)
	}
	name := strings.TrimSpace(clean(answer.FirstName) + " " + clean(answer.LastName))
	if name == "" {
		return channel.Profile{}, channel.ErrNoProfile
	}
	return channel.Profile{Name: name, PictureURL: webAddress(answer.Picture)}, nil
}

// Probe reads the account's own id, which needs nothing but a token that works.
func (a *Adapter) Probe(ctx context.Context, account channel.Account) error {
	ctx, cancel := context.WithTimeout(ctx, messageTimeout)
	defer cancel()
	err := a.graph.Get(ctx, account, graph.Path{account.ID}, url.Values{"fields": {"id"}}, &struct{}{})
	return errorTable.CallError("probe the account", err)
}

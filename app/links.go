package app

import (
	"net/url"
	"strings"

	"github.com/google/uuid"

	"parley/app/dto"
	"parley/backend/desk/signin"
)

// linkScheme is that of addresses which lead into Parley: parley://conversation/ID, or with ?message=ID at a message.
const linkScheme = "parley"

// parseLink is where such an address leads. Anybody can make one, so it can only open what this agent has anyway, by ids.
func parseLink(text string) (to dto.Navigation, ok bool) {
	link, err := url.Parse(text)
	if err != nil || !strings.EqualFold(link.Scheme, linkScheme) || link.Host != "conversation" {
		return dto.Navigation{}, false
	}
	conversation, err := uuid.Parse(strings.Trim(link.Path, "/"))
	if err != nil {
		return dto.Navigation{}, false
	}
	to.ConversationID = conversation.String()
	if message, err := uuid.Parse(link.Query().Get("message")); err == nil {
		to.MessageID = message.String()
	}
	return to, true
}

// openLinks lands where the first of these arguments leads that is a link. An invitation waits for the person to accept it.
func (a *App) openLinks(arguments []string) {
	for _, argument := range arguments {
		if invitation, ok := signin.ParseInvitation(argument); ok {
			a.invitation.Store(&invitation)
			a.stream.publish(dto.Event{Kind: dto.EventInvited})
			return
		}
		if to, ok := parseLink(argument); ok {
			a.navigate(to)
			return
		}
	}
}

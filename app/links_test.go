package app

import (
	"testing"

	"github.com/wailsapp/wails/v2/pkg/options"

	"parley/app/dto"
	"parley/backend/conversation"
)

func TestParseLink(t *testing.T) {
	const conversationID, messageID = "0190a5c0-1111-7000-8000-000000000001", "0190a5c0-2222-7000-8000-000000000002"
	for _, test := range []struct {
		rule string
		link string
		want dto.Navigation
	}{
		{"a conversation", "parley://conversation/" + conversationID, dto.Navigation{ConversationID: conversationID}},
		{"a message", "parley://conversation/" + conversationID + "?message=" + messageID, dto.Navigation{ConversationID: conversationID, MessageID: messageID}},
		{"as browsers write it", "PARLEY://conversation/" + conversationID + "/", dto.Navigation{ConversationID: conversationID}},
		{"a message that is none", "parley://conversation/" + conversationID + "?message=<script>", dto.Navigation{ConversationID: conversationID}},
		{"no conversation", "parley://conversation/../../etc", dto.Navigation{}},
		{"something else of ours", "parley://settings", dto.Navigation{}},
		{"another address", "https://conversation/" + conversationID, dto.Navigation{}},
		{"no address", "--hub=%zz", dto.Navigation{}},
	} {
		t.Run(test.rule, func(t *testing.T) {
			if got, ok := parseLink(test.link); got != test.want || ok != (test.want != dto.Navigation{}) {
				t.Fatalf("leads to %+v, %v", got, ok)
			}
		})
	}
}

// A link that starts Parley a second time leads the page of the first one there, once.
func TestSecondInstanceFollowsLink(t *testing.T) {
	a, _, id := open(t)
	a.secondInstance(options.SecondInstanceData{Args: []string{"--minimised", "parley://conversation/" + id}})
	shell := &Shell{app: a}
	if to, err := shell.TakeNavigation(); err != nil || to.ConversationID != id {
		t.Fatalf("leads to %+v, %v", to, err)
	}
	a.secondInstance(options.SecondInstanceData{Args: []string{"parley://conversation/" + conversation.NewID()[:5]}})
	if to, _ := shell.TakeNavigation(); to != (dto.Navigation{}) {
		t.Fatalf("leads to %+v", to)
	}
}

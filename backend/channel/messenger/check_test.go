package messenger_test

import (
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/messenger"
)

// Each step of a Page's connection says what is wrong with it.
func TestCheck(t *testing.T) {
	const all = `"messages","messaging_postbacks","message_echoes","message_deliveries","message_reads","message_reactions","message_edits","messaging_referrals"`
	good := map[string]string{
		"/debug_token":         `{"data":{"app_id":"7","is_valid":true,"scopes":["pages_messaging","pages_manage_metadata"]}}`,
		"/205":                 `{"id":"205","name":"Ondaverde"}`,
		"/205/subscribed_apps": `{"data":[{"id":"8"},{"id":"7","subscribed_fields":[` + all + `]}]}`,
	}
	channeltest.Checks(t, messenger.New, channel.Account{ID: "205", Token: "t", AppSecret: "s"}, good, []channeltest.CheckCase{
		{Name: "all is well", Want: []string{"token good", "permissions good", "account good: Ondaverde", "webhook good"}},
		{Name: "Meta tells of some things only", Path: "/205/subscribed_apps", Answer: `{"data":[{"id":"7","subscribed_fields":["messages","messaging_postbacks","message_echoes","message_reactions","message_edits","messaging_referrals"]}]}`,
			Want: []string{"token good", "permissions good", "account good: Ondaverde", "webhook bad missing: message_deliveries, message_reads"}},
		{Name: "Meta tells nobody", Path: "/205/subscribed_apps", Answer: `{"data":[]}`,
			Want: []string{"token good", "permissions good", "account good: Ondaverde", "webhook bad not_subscribed"}},
		{Name: "the Page refuses", Path: "/205", Answer: `{"error":{"message":"(#200) Requires pages_read_engagement","code":200}}`,
			Want: []string{"token good", "permissions good", "account bad refused: (#200) Requires pages_read_engagement", "webhook good"}},
	})
}

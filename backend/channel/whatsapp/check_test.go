package whatsapp_test

import (
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/channeltest"
	"parley/backend/channel/whatsapp"
)

// Each step of a connection says what is wrong with it, and what cannot be looked at before.
func TestCheck(t *testing.T) {
	const (
		token     = `{"data":{"app_id":"7","is_valid":true,"expires_at":0,"scopes":["whatsapp_business_messaging","whatsapp_business_management","email"]}}`
		number    = `{"id":"14","display_phone_number":"+44 7700 900014","verified_name":"Ondaverde","quality_rating":"GREEN","status":"CONNECTED"}`
		apps      = `{"data":[{"whatsapp_business_api_data":{"id":"7","name":"Parley"}}]}`
		templates = `{"data":[{"name":"a","language":"en","status":"APPROVED","category":"UTILITY","components":[{"type":"BODY","text":"Hi"}]}]}`
		missing   = `{"error":{"message":"Unsupported get request. Object with ID '14' does not exist","type":"GraphMethodException","code":100,"error_subcode":33}}`
	)
	good := map[string]string{"/debug_token": token, "/14": number, "/308/subscribed_apps": apps, "/308/message_templates": templates}
	channeltest.Checks(t, whatsapp.New, channel.Account{ID: "14", BusinessID: "308", Token: "t", AppSecret: "s"}, good, []channeltest.CheckCase{
		{Name: "all is well", Want: []string{"token good", "permissions good", "account good: +44 7700 900014, Ondaverde", "webhook good", "templates good: 1"}},
		{Name: "the token has run out", Path: "/debug_token", Answer: `{"error":{"message":"Session has expired","code":190,"error_subcode":463}}`,
			Want: []string{"token bad expired", "permissions unknown earlier", "account unknown earlier", "webhook unknown earlier", "templates unknown earlier"}},
		{Name: "the token is none", Path: "/debug_token", Answer: `{"data":{"is_valid":false,"scopes":[]}}`,
			Want: []string{"token bad invalid", "permissions unknown earlier", "account unknown earlier", "webhook unknown earlier", "templates unknown earlier"}},
		{Name: "the app secret is of another app", Path: "/debug_token", Answer: `{"error":{"message":"Invalid appsecret_proof provided in the API argument","code":100}}`,
			Want: []string{"token bad app_secret", "permissions unknown earlier", "account unknown earlier", "webhook unknown earlier", "templates unknown earlier"}},
		{Name: "a permission is missing", Path: "/debug_token", Answer: `{"data":{"app_id":"7","is_valid":true,"scopes":["whatsapp_business_messaging"]}}`,
			Want: []string{"token good", "permissions bad missing: whatsapp_business_management", "account good: +44 7700 900014, Ondaverde", "webhook good", "templates good: 1"}},
		{Name: "the number is of somebody else", Path: "/14", Answer: missing,
			Want: []string{"token good", "permissions good", "account bad elsewhere", "webhook good", "templates good: 1"}},
		{Name: "the number is not connected", Path: "/14", Answer: `{"id":"14","status":"FLAGGED"}`,
			Want: []string{"token good", "permissions good", "account bad state: FLAGGED", "webhook good", "templates good: 1"}},
		{Name: "people complain", Path: "/14", Answer: `{"id":"14","verified_name":"Ondaverde","quality_rating":"RED"}`,
			Want: []string{"token good", "permissions good", "account warning poor: Ondaverde", "webhook good", "templates good: 1"}},
		{Name: "only another app is told", Path: "/308/subscribed_apps", Answer: `{"data":[{"whatsapp_business_api_data":{"id":"8"}}]}`,
			Want: []string{"token good", "permissions good", "account good: +44 7700 900014, Ondaverde", "webhook bad not_subscribed", "templates good: 1"}},
		{Name: "no template is approved", Path: "/308/message_templates", Answer: `{"data":[{"name":"a","language":"en","status":"REJECTED"}]}`,
			Want: []string{"token good", "permissions good", "account good: +44 7700 900014, Ondaverde", "webhook good", "templates warning none: 0"}},
		{Name: "Meta has trouble", Path: "/308/message_templates", Answer: "<html>",
			Want: []string{"token good", "permissions good", "account good: +44 7700 900014, Ondaverde", "webhook good", "templates unknown unreachable"}},
	})
}

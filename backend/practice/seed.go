package practice

import (
	"parley/backend/channel"
	"parley/backend/conversation"
)

// The business is invented, and so are all people. Numbers are from ranges reserved for fiction: Ofcom's
// +44 7700 900000–900999 and ARCEP's +33 6 39 98 xx xx. Secrets are no secrets here; they are constant so that
// a hub which stored them finds the same ones after a restart.
const (
	bookingsID = "109000000000014"
	groupsID   = "109000000000027"
	pageID     = "205000000000001"
	wabaID     = "308000000000001"

	appID       = "560000000000001" // one app has all the accounts, and its secret signs all webhooks
	appSecret   = channel.Secret("practice-app-secret-5b1f0c4e9a7d")
	verifyToken = channel.Secret("practice-verify-token")
)

// SystemToken is the token of a system user of the business: it opens all accounts, as integrators have it.
const SystemToken = channel.Secret("practice-token-system")

// ownCountry is what Meta puts before a number without "+": the country of the business.
const ownCountry = "44"

func seedAccounts() []Account {
	return []Account{
		{
			Channel: conversation.ChannelWhatsApp, Name: "Ondaverde Bookings", ID: bookingsID, Number: "+44 7700 900014",
			BusinessID: wabaID, Token: "practice-token-bookings", AppSecret: appSecret, VerifyToken: verifyToken,
		},
		{
			Channel: conversation.ChannelWhatsApp, Name: "Ondaverde Groups", ID: groupsID, Number: "+44 7700 900027",
			BusinessID: wabaID, Token: "practice-token-groups", AppSecret: appSecret, VerifyToken: verifyToken,
		},
		{
			Channel: conversation.ChannelMessenger, Name: "Ondaverde Travel", ID: pageID, Number: "Ondaverde Travel",
			Token: "practice-token-page", AppSecret: appSecret, VerifyToken: verifyToken,
		},
	}
}

func seedContacts() []*contact {
	whatsapp := func(id, accountID, name, phone, userID, language string) *contact {
		return &contact{
			ID: id, Channel: conversation.ChannelWhatsApp, AccountID: accountID,
			Name: name, Phone: phone, UserID: userID, Language: language,
		}
	}
	messenger := func(id, first, last, psid, language string) *contact {
		return &contact{
			ID: id, Channel: conversation.ChannelMessenger, AccountID: pageID,
			Name: first, LastName: last, UserID: psid, Language: language,
		}
	}
	camille := whatsapp("camille", bookingsID, "Camille Roux", "", "FR.48213907715602", "fr")
	camille.Username = "camille.roux"
	tomas := whatsapp("tomas", bookingsID, "Tomás 🎸 Vidal", "", "ES.77120934481250", "es")
	tomas.Username = "tomas.toca"
	return []*contact{
		whatsapp("marta", bookingsID, "Marta Figueiredo", "447700900273", "GB.10349281770134", "pt"),
		whatsapp("diego", bookingsID, "Diego Salvatierra", "447700900551", "GB.10349281770551", "es"),
		messenger("beatriz", "Beatriz", "Nunes", "7310000000000101", "pt"),
		whatsapp("unknown-318", bookingsID, "", "447700900318", "GB.10349281770318", "en"),
		whatsapp("khalid", bookingsID, "خالد المنصوري", "447700900640", "GB.10349281770640", "ar"),
		camille,
		messenger("ewa", "Ewa", "Kowalczyk", "7310000000000102", "pl"),
		whatsapp("unknown-fr", bookingsID, "", "33639984107", "FR.48213907719841", "fr"),
		whatsapp("layla", groupsID, "ليلى حداد", "447700900712", "GB.10349281770712", "ar"),
		messenger("zoe", "Zoë 🌻", "Hartley", "7310000000000103", "en"),
		tomas,
		messenger("nobody", "", "", "7310000000000104", "en"),
	}
}

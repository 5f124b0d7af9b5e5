package practice

import (
	"net/http"
	"strings"

	"parley/backend/conversation"
)

// getObject answers GET /{id} for what has an id: media, the account itself, a person, and the token check.
func (m *Meta) getObject(c call) {
	id := c.r.PathValue("id")
	m.mu.Lock()
	file, person := m.media[id], m.findMessenger(c.account.ID, id)
	m.mu.Unlock()
	switch {
	case id == "debug_token":
		m.getToken(c)
	case c.owns(id) != nil:
		c.answer(describe(c.account))
	case id == c.account.BusinessID && id != "":
		c.answer(object{"id": id, "name": "Ondaverde"})
	case file != nil && c.account.Channel == conversation.ChannelWhatsApp:
		m.getMedia(c, file)
	case person != nil:
		getProfile(c, person)
	default:
		c.fail(missingObject(id))
	}
}

func describe(a *Account) object {
	if a.Channel == conversation.ChannelMessenger {
		return object{"id": a.ID, "name": a.Name}
	}
	return object{
		"id": a.ID, "verified_name": a.Name, "display_phone_number": a.Number, "quality_rating": "GREEN",
		"code_verification_status": "VERIFIED", "platform_type": "CLOUD_API", "status": "CONNECTED",
	}
}

// getProfile answers with a person's names. Source: Meta docs, "User Profile API", 2026-09.
func getProfile(c call, person *contact) {
	if person.Name == "" {
		c.fail(errNoPerson)
		return
	}
	profile := object{"id": person.UserID}
	for field := range strings.SplitSeq(c.r.URL.Query().Get("fields"), ",") {
		switch field {
		case "first_name":
			profile[field] = person.Name
		case "last_name":
			profile[field] = person.LastName
		}
	}
	c.answer(profile)
}

// getToken answers GET /debug_token. Source: Meta docs, "debug_token", 2026-09.
func (m *Meta) getToken(c call) {
	asked := c.r.URL.Query().Get("input_token")
	for _, a := range m.accounts {
		if a.Token.Reveal() != asked {
			continue
		}
		scopes := []string{"whatsapp_business_messaging", "whatsapp_business_management"}
		if a.Channel == conversation.ChannelMessenger {
			scopes = []string{"pages_messaging", "pages_manage_metadata"}
		}
		c.answer(object{"data": object{"app_id": appID, "type": "SYSTEM_USER", "is_valid": true, "expires_at": 0, "scopes": scopes}})
		return
	}
	c.answer(object{"data": object{"is_valid": false, "error": object{"code": 190, "message": "Invalid OAuth access token."}}})
}

// getNumbers answers GET /{WABA}/phone_numbers.
func (m *Meta) getNumbers(c call) {
	id := c.r.PathValue("id")
	numbers := []object{}
	for i := range m.accounts {
		if id != "" && m.accounts[i].BusinessID == id && c.account.BusinessID == id {
			numbers = append(numbers, describe(&m.accounts[i]))
		}
	}
	if len(numbers) == 0 {
		c.fail(missingObject(id))
		return
	}
	c.answer(object{"data": numbers})
}

// getSubscriptions answers which apps get webhooks of a WhatsApp Business Account or Page: ours, always.
func (m *Meta) getSubscriptions(c call) {
	switch id := c.r.PathValue("id"); {
	case id == "":
		c.fail(missingObject(id))
	case id == c.account.BusinessID:
		c.answer(object{"data": []object{{"whatsapp_business_api_data": object{"id": appID, "name": "Parley practice"}}}})
	case c.owns(id) != nil && c.account.Channel == conversation.ChannelMessenger:
		c.answer(object{"data": []object{{
			"id": appID, "name": "Parley practice",
			"subscribed_fields": []string{"messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads", "message_reactions"},
		}}})
	default:
		c.fail(missingObject(id))
	}
}

// postSubscription answers a subscription, which changes nothing here: everything is delivered.
func (m *Meta) postSubscription(c call) {
	id := c.r.PathValue("id")
	if id != c.account.BusinessID && c.owns(id) == nil {
		c.fail(missingObject(id))
		return
	}
	answerJSON(c.w, http.StatusOK, object{"success": true})
}

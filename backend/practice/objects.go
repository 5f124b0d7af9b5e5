package practice

import (
	"encoding/base64"
	"strconv"
	"strings"

	"parley/backend/channel/graph"
	"parley/backend/conversation"
)

// getObject answers GET /{id} for what has an id: media, an account, a person, and the token check.
func (m *Meta) getObject(c call) {
	id := c.r.PathValue("id")
	if id == "debug_token" {
		m.getToken(c)
		return
	}
	m.mu.Lock()
	file, person := m.media[id], m.findPerson(c, id)
	m.mu.Unlock()
	account := m.owned(c, id)
	switch {
	case account != nil:
		c.answer(c.selected(describe(account)))
	case id == "me" && c.account == nil && !c.app:
		c.answer(object{"id": "100000000000001", "name": "Practice system user"})
	case c.opensBusiness(id):
		c.answer(c.selected(object{
			"id": id, "name": "Ondaverde", "currency": "EUR", "timezone_id": "1", "message_template_namespace": "practice_0001",
		}))
	case file != nil && file.Channel == conversation.ChannelWhatsApp:
		m.getMedia(c, file)
	case person != nil:
		m.getProfile(c, person)
	default:
		c.fail(missingObject(id))
	}
}

// findPerson finds a person by the PSID of a Page that the call's token opens. m.mu is held.
func (m *Meta) findPerson(c call, psid string) *contact {
	if !c.opens(pageID) {
		return nil
	}
	return m.findMessenger(pageID, psid)
}

// selected keeps the fields that the query asks for; all when it asks for none. The id is always there.
func (c call) selected(of object) object {
	asked := c.r.URL.Query().Get("fields")
	if asked == "" {
		return of
	}
	kept := object{"id": of["id"]}
	for field := range strings.SplitSeq(asked, ",") {
		if value, known := of[strings.TrimSpace(field)]; known {
			kept[strings.TrimSpace(field)] = value
		}
	}
	return kept
}

func describe(a *Account) object {
	if a.Channel == conversation.ChannelMessenger {
		return object{"id": a.ID, "name": a.Name, "category": "Travel company", "access_token": a.Token.Reveal()}
	}
	return object{
		"id": a.ID, "verified_name": a.Name, "display_phone_number": a.Number, "quality_rating": "GREEN",
		"code_verification_status": "VERIFIED", "platform_type": "CLOUD_API", "status": "CONNECTED",
		"name_status": "APPROVED", "messaging_limit_tier": "TIER_10K", "throughput": object{"level": "STANDARD"},
	}
}

// getProfile answers with a person's names and picture. Source: Meta docs, "User Profile API", 2026-09.
func (m *Meta) getProfile(c call, person *contact) {
	if person.Name == "" {
		c.fail(errNoPerson)
		return
	}
	m.mu.Lock()
	picture, base := m.pictureOf(person), m.baseURL
	m.mu.Unlock()
	profile := object{"id": person.UserID, "first_name": person.Name, "last_name": person.LastName}
	if picture != nil {
		profile["profile_pic"] = strings.Replace(m.messengerMediaURL(picture), baseMark, base, 1)
	}
	c.answer(c.selected(profile))
}

// pictureOf is a person's picture, drawn when it is first asked for; nil when it cannot be kept. m.mu is held.
func (m *Meta) pictureOf(person *contact) *media {
	if file := m.media[person.PictureID]; file != nil {
		return file
	}
	file, err := m.store(media{
		Channel: person.Channel, AccountID: person.AccountID, MIME: "image/jpeg", FileName: "profile.jpg", FromContact: true,
	}, samplePhoto(len(person.ID)*7))
	if err != nil {
		m.log.Error("Practice media could not be saved", "error", err)
		return nil
	}
	person.PictureID = file.ID
	return file
}

// getToken answers GET /debug_token. Source: Meta docs, "debug_token", 2026-09.
func (m *Meta) getToken(c call) {
	asked := c.r.URL.Query().Get("input_token")
	if asked == "" {
		c.fail(parameterError("The parameter input_token is required"))
		return
	}
	scopes := []string{}
	for _, a := range m.accounts {
		if a.Token.Reveal() != asked && SystemToken.Reveal() != asked {
			continue
		}
		if a.Channel == conversation.ChannelMessenger {
			scopes = append(scopes, "pages_messaging", "pages_manage_metadata")
		} else if len(scopes) == 0 {
			scopes = append(scopes, "whatsapp_business_messaging", "whatsapp_business_management")
		}
	}
	if len(scopes) == 0 {
		c.answer(object{"data": object{"is_valid": false, "scopes": scopes, "error": object{"code": 190, "message": "Invalid OAuth access token."}}})
		return
	}
	c.answer(object{"data": object{
		"app_id": appID, "application": "Parley practice", "type": "SYSTEM_USER", "is_valid": true, "expires_at": 0,
		"data_access_expires_at": 0, "issued_at": m.clock.NowMs()/1000 - 86400, "scopes": scopes,
	}})
}

// getNumbers answers GET /{WABA}/phone_numbers.
func (m *Meta) getNumbers(c call) {
	id := c.r.PathValue("id")
	if !c.opensBusiness(id) {
		c.fail(missingObject(id))
		return
	}
	numbers := []object{}
	for i := range m.accounts {
		if m.accounts[i].BusinessID == id {
			numbers = append(numbers, c.selected(describe(&m.accounts[i])))
		}
	}
	m.answerPage(c, numbers)
}

// getPages answers GET /me/accounts: the Pages of a system user, with their tokens.
func (m *Meta) getPages(c call) {
	if id := c.r.PathValue("id"); id != "me" || c.account != nil || c.app {
		c.fail(missingObject(id))
		return
	}
	m.answerPage(c, []object{c.selected(describe(m.account(pageID)))})
}

// getBusinessProfile answers GET /{phone_number_id}/whatsapp_business_profile.
func (m *Meta) getBusinessProfile(c call) {
	account := m.owned(c, c.r.PathValue("id"))
	if account == nil || account.Channel != conversation.ChannelWhatsApp {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	c.answer(object{"data": []object{{"messaging_product": "whatsapp", "about": "Whales and walks", "vertical": "TRAVEL", "websites": []string{"https://ondaverde.example/"}}}})
}

// subscribedFields are what a Page's webhooks tell of here, whatever was subscribed.
var subscribedFields = []string{
	"messages", "messaging_postbacks", "message_echoes", "message_deliveries", "message_reads", "message_reactions", "message_edits",
	"messaging_referrals", "messaging_optins", "messaging_handovers", "standby", "messaging_policy_enforcement",
}

// getSubscriptions answers which apps get webhooks of a WhatsApp Business Account or Page: ours, always.
func (m *Meta) getSubscriptions(c call) {
	id := c.r.PathValue("id")
	account := m.owned(c, id)
	switch {
	case c.opensBusiness(id):
		m.answerPage(c, []object{{"whatsapp_business_api_data": object{"id": appID, "name": "Parley practice", "link": "https://example.com/"}}})
	case account != nil && account.Channel == conversation.ChannelMessenger:
		m.answerPage(c, []object{{"id": appID, "name": "Parley practice", "subscribed_fields": subscribedFields}})
	default:
		c.fail(missingObject(id))
	}
}

// postSubscription answers a subscription or its end, which change nothing here: everything is delivered.
func (m *Meta) postSubscription(c call) {
	id := c.r.PathValue("id")
	account := m.owned(c, id)
	if !c.opensBusiness(id) && (account == nil || account.Channel != conversation.ChannelMessenger) {
		c.fail(missingObject(id))
		return
	}
	c.answer(object{"success": true})
}

// answerPage answers with the part of a list that limit and after ask for, as Graph pages its lists: a cursor is
// opaque, and "next" is there as long as there is more. Source: Meta docs, "Graph API: paginated results", 2026-09.
func (m *Meta) answerPage(c call, list []object) {
	query := c.r.URL.Query()
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil || limit <= 0 || limit > 1000 {
		limit = 25
	}
	from := 0
	if after := query.Get("after"); after != "" {
		raw, err := base64.RawURLEncoding.DecodeString(after)
		if from, err = cursorOf(raw, err); err != nil {
			c.fail(parameterError("Invalid cursor"))
			return
		}
	}
	from = min(from, len(list))
	to := min(from+limit, len(list))
	answer := object{"data": list[from:to]}
	if to > from {
		cursor := func(at int) string { return base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(at))) }
		paging := object{"cursors": object{"before": cursor(from), "after": cursor(to)}}
		if to < len(list) {
			m.mu.Lock()
			base := m.baseURL
			m.mu.Unlock()
			query.Set("after", cursor(to))
			paging["next"] = base + "/" + graph.DefaultVersion + c.r.URL.Path + "?" + query.Encode()
		}
		answer["paging"] = paging
	}
	c.answer(answer)
}

func cursorOf(raw []byte, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	at, err := strconv.Atoi(string(raw))
	if err == nil && at < 0 {
		err = strconv.ErrRange
	}
	return at, err
}

package practice

import (
	"encoding/json"
	"fmt"
)

// whatsAppBody wraps a value into the envelope of a webhook about messages of a number.
func whatsAppBody(a *Account, value object) object { return numberBody(a, "messages", value) }

// numberBody is the webhook of a field about a number.
func numberBody(a *Account, field string, value object) object {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = object{"display_phone_number": digitsOf(a.Number), "phone_number_id": a.ID}
	return object{
		"object": "whatsapp_business_account",
		"entry":  []object{{"id": a.BusinessID, "changes": []object{{"field": field, "value": value}}}},
	}
}

// postBusiness queues a webhook about the whole business account. m.mu is held.
func (m *Meta) postBusiness(field string, value object) {
	m.post("business", m.account(bookingsID), object{
		"object": "whatsapp_business_account",
		"entry":  []object{{"id": wabaID, "time": m.clock.NowMs() / 1000, "changes": []object{{"field": field, "value": value}}}},
	})
}

// newsID is a template's id as webhooks have it: a number.
func newsID(id string) json.Number { return json.Number(id) }

func digitsOf(number string) string { return wholeNumber("+" + number) }

// whatsAppMessage is the webhook of a message that the contact wrote.
func (m *Meta) whatsAppMessage(a *Account, c *contact, in *message) object {
	profile, sender := object{}, object{"user_id": c.UserID}
	if c.Name != "" {
		profile["name"] = c.Name
	}
	if c.Username != "" {
		profile["username"] = c.Username
	}
	sender["profile"] = profile
	wire := object{"id": in.ID, "timestamp": fmt.Sprint(in.AtMs / 1000), "type": in.Kind, "from_user_id": c.UserID}
	if c.Phone != "" {
		sender["wa_id"], wire["from"] = c.Phone, c.Phone
	}
	context := object{}
	if in.ReplyTo != "" {
		context["from"], context["id"] = digitsOf(a.Number), in.ReplyTo
	}
	if in.Forwarded {
		context["forwarded"] = true
	}
	if len(context) > 0 {
		wire["context"] = context
	}
	if in.Ad != nil {
		wire["referral"] = object{
			"source_type": "ad", "source_id": in.Ad.ID, "source_url": in.Ad.URL, "headline": in.Ad.Headline, "body": "Practice ad",
			"media_type": "image", "ctwa_clid": "practice-" + in.Ad.ID,
		}
	}
	switch in.Kind {
	case "unsupported":
		wire["errors"] = []object{{"code": 131051, "title": "Message type unknown", "message": "Message type unknown", "error_data": object{"details": "Message type is currently not supported."}}}
		wire["unsupported"] = object{"type": in.RawKind}
	case "request_welcome":
	case "answer":
		wire["type"] = "interactive"
		if in.Answer.Of == "button" {
			wire["type"] = "button"
		}
		wire[wire["type"].(string)] = answerContent(in.Answer)
	default:
		wire[in.Kind] = m.whatsAppContent(in)
	}
	return whatsAppBody(a, object{"contacts": []object{sender}, "messages": []object{wire}})
}

// answerContent is what a pressed button, row or form tells.
func answerContent(pressed *choice) object {
	switch pressed.Of {
	case "button":
		return object{"payload": pressed.ID, "text": pressed.Title}
	case "nfm_reply":
		return object{"type": "nfm_reply", "nfm_reply": object{"name": "flow", "body": "Sent", "response_json": `{"flow_token":"practice","guests":2,"date":"Saturday"}`}}
	case "list_reply":
		return object{"type": "list_reply", "list_reply": object{"id": pressed.ID, "title": pressed.Title, "description": pressed.Description}}
	default:
		return object{"type": "button_reply", "button_reply": object{"id": pressed.ID, "title": pressed.Title}}
	}
}

func (m *Meta) whatsAppContent(in *message) any {
	switch in.Kind {
	case "text":
		return object{"body": in.Text}
	case "location":
		return in.Place
	case "reaction":
		reaction := object{"message_id": in.TargetID}
		if in.Emoji != "" {
			reaction["emoji"] = in.Emoji
		}
		return reaction
	case "edit":
		return object{"original_message_id": in.TargetID, "message": object{"type": "text", "text": object{"body": in.Text}}}
	case "revoke":
		return object{"original_message_id": in.TargetID}
	case "order":
		return object{"catalog_id": "practice-catalogue", "text": in.Text, "product_items": []object{
			{"product_retailer_id": "whale-tour", "quantity": 2, "item_price": 55, "currency": "EUR"},
		}}
	case "contacts":
		return []object{{
			"name":   object{"formatted_name": in.Card.Name, "first_name": in.Card.Name},
			"phones": []object{{"phone": in.Card.Phone, "type": "CELL"}},
		}}
	}
	file := m.media[in.MediaID]
	content := object{"id": file.ID, "mime_type": in.MIME, "sha256": file.base64Hash(), "url": m.whatsAppMediaURL(file)}
	if in.Text != "" {
		content["caption"] = in.Text
	}
	if in.Kind == "document" {
		content["filename"] = in.FileName
	}
	if in.Kind == "audio" {
		content["voice"] = in.Voice
	}
	if in.Kind == "sticker" {
		content["animated"] = false
	}
	return content
}

// whatsAppStatus is the webhook of what became of a message of the business.
func whatsAppStatus(a *Account, c *contact, out *message, state string, atMs int64, failure *graphError) object {
	status := object{"id": out.ID, "status": state, "timestamp": fmt.Sprint(atMs / 1000)}
	if out.ClientRef != "" {
		status["biz_opaque_callback_data"] = out.ClientRef
	}
	if c != nil {
		status["recipient_user_id"] = c.UserID
		if c.Phone != "" {
			status["recipient_id"] = c.Phone
		}
	}
	if failure != nil {
		status["errors"] = []object{{
			"code": failure.Code, "title": failure.Message, "message": failure.Message,
			"error_data": object{"details": failure.Details},
			"href":       "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
		}}
	} else if state == "sent" {
		status["pricing"] = object{"billable": false, "pricing_model": "PMP", "type": "free_customer_service", "category": "service"}
	}
	return whatsAppBody(a, object{"statuses": []object{status}})
}

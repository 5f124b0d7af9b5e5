package practice

import "fmt"

// whatsAppBody wraps a value into the envelope of a webhook.
func whatsAppBody(a *Account, value object) object {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = object{"display_phone_number": digitsOf(a.Number), "phone_number_id": a.ID}
	return object{
		"object": "whatsapp_business_account",
		"entry":  []object{{"id": a.BusinessID, "changes": []object{{"field": "messages", "value": value}}}},
	}
}

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
	if in.ReplyTo != "" {
		wire["context"] = object{"from": digitsOf(a.Number), "id": in.ReplyTo}
	}
	wire[in.Kind] = m.whatsAppContent(in)
	return whatsAppBody(a, object{"contacts": []object{sender}, "messages": []object{wire}})
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

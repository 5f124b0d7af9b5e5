package practice

import (
	"regexp"
	"strings"
)

// template is a reviewed message, as GET /{WABA}/message_templates lists it.
type template struct {
	Name, Language, Status, Category string
	Body, Footer                     string
	Named                            bool
}

var templates = []template{
	{Name: "booking_confirmation", Language: "pt_PT", Status: "APPROVED", Category: "UTILITY", Named: true,
		Body: "Olá {{name}}, a sua reserva {{booking}} está confirmada. Podemos ajudar em mais alguma coisa?", Footer: "Ondaverde"},
	{Name: "booking_confirmation", Language: "en_GB", Status: "APPROVED", Category: "UTILITY", Named: true,
		Body: "Hello {{name}}, your booking {{booking}} is confirmed. Is there anything else we can do?", Footer: "Ondaverde"},
	{Name: "booking_confirmation", Language: "es", Status: "APPROVED", Category: "UTILITY", Named: true,
		Body: "Hola {{name}}, su reserva {{booking}} está confirmada. ¿Podemos ayudarle en algo más?", Footer: "Ondaverde"},
	{Name: "follow_up", Language: "en_GB", Status: "APPROVED", Category: "UTILITY",
		Body: "Hello {{1}}, we have an answer to your question about {{2}}. Reply to this message and we will go on."},
	{Name: "follow_up", Language: "fr", Status: "APPROVED", Category: "UTILITY",
		Body: "Bonjour {{1}}, nous avons une réponse à votre question sur {{2}}. Répondez à ce message pour continuer."},
	{Name: "follow_up", Language: "ar", Status: "APPROVED", Category: "UTILITY",
		Body: "مرحبا {{1}}، لدينا إجابة على سؤالك حول {{2}}. يمكنك الرد على هذه الرسالة لنكمل."},
	{Name: "opening_hours", Language: "en_GB", Status: "APPROVED", Category: "UTILITY",
		Body: "We answer every day from 9:00 to 18:00. How can we help?"},
	{Name: "spring_offer", Language: "en_GB", Status: "REJECTED", Category: "MARKETING", Body: "{{1}} only this week!"},
	{Name: "whale_season", Language: "pt_PT", Status: "PAUSED", Category: "MARKETING", Body: "As baleias voltaram. Quer um lugar no barco?"},
}

var placeholder = regexp.MustCompile(`\{\{[^{}]+\}\}`)

func (m *Meta) getTemplates(c call) {
	if c.r.PathValue("id") != c.account.BusinessID || c.account.BusinessID == "" {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	var list []object
	for i, t := range templates {
		format, reason := "POSITIONAL", "NONE"
		if t.Named {
			format = "NAMED"
		}
		if t.Status == "REJECTED" {
			reason = "INVALID_FORMAT"
		}
		components := []object{{"type": "BODY", "text": t.Body}}
		if t.Footer != "" {
			components = append(components, object{"type": "FOOTER", "text": t.Footer})
		}
		list = append(list, object{
			"id": "71000000000000" + string(rune('0'+i/10)) + string(rune('0'+i%10)), "name": t.Name, "language": t.Language,
			"status": t.Status, "category": t.Category, "parameter_format": format, "rejected_reason": reason,
			"components": components,
		})
	}
	c.answer(object{"data": list, "paging": object{"cursors": object{"before": "QVFI", "after": "QVFJ"}}})
}

// templateRequest is the template part of a send.
type templateRequest struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []struct {
		Type       string `json:"type"`
		Parameters []struct {
			Text string `json:"text"`
			Name string `json:"parameter_name"`
		} `json:"parameters"`
	} `json:"components"`
}

// composeTemplate fills a template, with Meta's errors for one that does not exist, is not approved or has
// another number of placeholders (Meta docs, "Cloud API: error codes", 2026-09-11).
func (m *Meta) composeTemplate(out *message, request templateRequest) (*message, *graphError) {
	fail := func(code int, message string) (*message, *graphError) {
		return nil, &graphError{Status: 400, Type: "OAuthException", Code: code, Message: message, Details: message}
	}
	for _, t := range templates {
		if t.Name != request.Name || t.Language != request.Language.Code {
			continue
		}
		switch t.Status {
		case "APPROVED":
		case "PAUSED":
			return fail(132015, "Template is paused")
		default:
			return fail(132001, "Template name does not exist in the translation")
		}
		var values []string
		for _, component := range request.Components {
			if strings.EqualFold(component.Type, "body") {
				for _, p := range component.Parameters {
					if t.Named != (p.Name != "") {
						return fail(132012, "Parameter format does not match format in the created template")
					}
					values = append(values, p.Text)
				}
			}
		}
		if len(values) != len(placeholder.FindAllString(t.Body, -1)) {
			return fail(132000, "Number of parameters does not match the expected number of params")
		}
		out.Text = placeholder.ReplaceAllStringFunc(t.Body, func(string) string {
			value := values[0]
			values = values[1:]
			return value
		})
		return out, nil
	}
	return fail(132001, "Template name does not exist in the translation")
}

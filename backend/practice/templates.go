package practice

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"parley/backend/conversation"
)

// template is a message that Meta reviews, as GET /{WABA}/message_templates lists it.
type template struct {
	ID       string
	Name     string
	Language string
	Status   string // APPROVED, PENDING, REJECTED, PAUSED, DISABLED …
	Category string
	Reason   string // with REJECTED, PAUSED and DISABLED
	Quality  string
	Header   string // TEXT, IMAGE, VIDEO, DOCUMENT, LOCATION or ""
	Title    string // of a TEXT header
	Body     string
	Footer   string
	Buttons  []templateButton
	Named    bool
}

type templateButton struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
	Code string `json:"example,omitempty"` // of COPY_CODE
	Tel  string `json:"phone_number,omitempty"`
}

const confirmation = "booking_confirmation"

func seedTemplates() []*template {
	list := []*template{
		{Name: confirmation, Language: "pt_PT", Status: "APPROVED", Category: "UTILITY", Named: true,
			Body: "Olá {{name}}, a sua reserva {{booking}} está confirmada. Podemos ajudar em mais alguma coisa?", Footer: "Ondaverde"},
		{Name: confirmation, Language: "en_GB", Status: "APPROVED", Category: "UTILITY", Named: true,
			Body: "Hello {{name}}, your booking {{booking}} is confirmed. Is there anything else we can do?", Footer: "Ondaverde"},
		{Name: confirmation, Language: "es", Status: "APPROVED", Category: "UTILITY", Named: true,
			Body: "Hola {{name}}, su reserva {{booking}} está confirmada. ¿Podemos ayudarle en algo más?", Footer: "Ondaverde"},
		{Name: "follow_up", Language: "en_GB", Status: "APPROVED", Category: "UTILITY",
			Body: "Hello {{1}}, we have an answer to your question about {{2}}. Reply to this message and we will go on."},
		{Name: "follow_up", Language: "fr", Status: "APPROVED", Category: "UTILITY",
			Body: "Bonjour {{1}}, nous avons une réponse à votre question sur {{2}}. Répondez à ce message pour continuer."},
		{Name: "follow_up", Language: "ar", Status: "APPROVED", Category: "UTILITY",
			Body: "مرحبا {{1}}، لدينا إجابة على سؤالك حول {{2}}. يمكنك الرد على هذه الرسالة لنكمل."},
		{Name: "opening_hours", Language: "en_GB", Status: "APPROVED", Category: "UTILITY",
			Body: "We answer every day from 9:00 to 18:00. How can we help?"},
		{Name: "ticket_ready", Language: "en_GB", Status: "APPROVED", Category: "UTILITY", Header: "DOCUMENT",
			Body: "Hello {{1}}, your ticket is attached. Will you come?", Footer: "Ondaverde",
			Buttons: []templateButton{{Type: "QUICK_REPLY", Text: "Yes"}, {Type: "QUICK_REPLY", Text: "No, cancel it"}}},
		{Name: "whale_photo", Language: "pt_PT", Status: "APPROVED", Category: "MARKETING", Header: "IMAGE", Quality: "GREEN",
			Body:    "Foi assim no mar. Até à próxima, {{1}}!",
			Buttons: []templateButton{{Type: "URL", Text: "Ver o álbum", URL: "https://ondaverde.example/album/{{1}}"}}},
		{Name: "meeting_point", Language: "en_GB", Status: "APPROVED", Category: "UTILITY", Header: "LOCATION",
			Body: "We meet here at {{1}}.", Buttons: []templateButton{{Type: "PHONE_NUMBER", Text: "Call us", Tel: "+447700900014"}}},
		{Name: "boat_change", Language: "en_GB", Status: "APPROVED", Category: "UTILITY", Header: "TEXT", Title: "Tour {{1}}",
			Body: "Your boat now leaves at {{1}}."},
		{Name: "winter_deal", Language: "en_GB", Status: "APPROVED", Category: "MARKETING", Quality: "YELLOW", Body: "Ten percent less until March.",
			Buttons: []templateButton{{Type: "COPY_CODE", Text: "Copy code", Code: "WINTER10"}}},
		{Name: "spring_offer", Language: "en_GB", Status: "REJECTED", Category: "MARKETING", Body: "{{1}} only this week!", Reason: "INVALID_FORMAT"},
		{Name: "summer_news", Language: "en_GB", Status: "PENDING", Category: "MARKETING", Body: "The summer programme is here."},
		{Name: "whale_season", Language: "pt_PT", Status: "PAUSED", Category: "MARKETING", Body: "As baleias voltaram. Quer um lugar no barco?", Quality: "RED"},
		{Name: "old_prices", Language: "en_GB", Status: "DISABLED", Category: "MARKETING", Body: "Our prices for 2024.", Quality: "RED"},
	}
	for i, t := range list {
		t.ID = fmt.Sprintf("71000000000000%02d", i)
	}
	return list
}

// findTemplate returns the template of a name and language, nil for none. m.mu is held.
func (m *Meta) findTemplate(name, language string) *template {
	for _, t := range m.templates {
		if t.Name == name && t.Language == language {
			return t
		}
	}
	return nil
}

// getTemplates answers GET /{WABA}/message_templates, also with the filters name, language, status and category.
func (m *Meta) getTemplates(c call) {
	if !c.opensBusiness(c.r.PathValue("id")) {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	query := c.r.URL.Query()
	fits := func(filter, value string) bool {
		return query.Get(filter) == "" || strings.EqualFold(query.Get(filter), value)
	}
	list := []object{}
	m.mu.Lock()
	for _, t := range m.templates {
		if fits("name", t.Name) && fits("language", t.Language) && fits("status", t.Status) && fits("category", t.Category) {
			list = append(list, t.wire())
		}
	}
	m.mu.Unlock()
	for i, wire := range list {
		list[i] = c.selected(wire)
	}
	m.answerPage(c, list)
}

func (t *template) wire() object {
	components := []object{}
	switch t.Header {
	case "":
	case "TEXT":
		components = append(components, object{"type": "HEADER", "format": "TEXT", "text": t.Title})
	default:
		components = append(components, object{"type": "HEADER", "format": t.Header})
	}
	components = append(components, object{"type": "BODY", "text": t.Body})
	if t.Footer != "" {
		components = append(components, object{"type": "FOOTER", "text": t.Footer})
	}
	if len(t.Buttons) > 0 {
		components = append(components, object{"type": "BUTTONS", "buttons": t.Buttons})
	}
	format := "POSITIONAL"
	if t.Named {
		format = "NAMED"
	}
	return object{
		"id": t.ID, "name": t.Name, "language": t.Language, "status": t.Status, "category": t.Category, "components": components,
		"parameter_format": format, "rejected_reason": cmp.Or(t.Reason, "NONE"), "quality_score": object{"score": cmp.Or(t.Quality, "UNKNOWN")},
	}
}

// reviewTime is how long practice Meta takes to approve a new template, in real time.
const reviewTime = 3 * time.Second

var templateNameForm = regexp.MustCompile(`^[a-z0-9_]{1,512}$`)

// postTemplate answers POST /{WABA}/message_templates: a new template is PENDING, and approved after a moment.
func (m *Meta) postTemplate(c call) {
	if !c.opensBusiness(c.r.PathValue("id")) {
		c.fail(missingObject(c.r.PathValue("id")))
		return
	}
	var request struct {
		Name, Language, Category string
		Format                   string `json:"parameter_format"`
		Components               []struct {
			Type, Format, Text string
			Buttons            []templateButton
		}
	}
	if !c.decode(&request) {
		return
	}
	t := &template{
		ID: newNumberID(), Name: request.Name, Language: request.Language, Category: request.Category, Status: "PENDING",
		Named: strings.EqualFold(request.Format, "NAMED"),
	}
	for _, component := range request.Components {
		switch strings.ToUpper(component.Type) {
		case "HEADER":
			t.Header, t.Title = strings.ToUpper(component.Format), component.Text
		case "BODY":
			t.Body = component.Text
		case "FOOTER":
			t.Footer = component.Text
		case "BUTTONS":
			t.Buttons = component.Buttons
		}
	}
	m.mu.Lock()
	taken := m.findTemplate(t.Name, t.Language) != nil
	m.mu.Unlock()
	switch {
	case !templateNameForm.MatchString(t.Name) || t.Language == "" || t.Body == "":
		c.fail(parameterError("Invalid parameter: name, language and a BODY component are required."))
		return
	case !slices.Contains([]string{"MARKETING", "UTILITY", "AUTHENTICATION"}, t.Category):
		c.fail(parameterError("Param category must be one of {AUTHENTICATION, MARKETING, UTILITY}"))
		return
	case taken:
		e := parameterError("Content in this language already exists")
		e.Subcode = 2388024
		c.fail(e)
		return
	}
	m.mu.Lock()
	m.templates = append(m.templates, t)
	m.after(reviewTime, func() {
		if t.Status == "PENDING" {
			m.reviewed(t, "APPROVED", "")
		}
	})
	m.changed = true
	m.mu.Unlock()
	m.nudge()
	c.answer(object{"id": t.ID, "status": t.Status, "category": t.Category})
}

// reviewed gives a template another status and tells the business. m.mu is held.
func (m *Meta) reviewed(t *template, status, reason string) {
	t.Status, t.Reason, m.changed = status, reason, true
	value := object{
		"event": status, "message_template_id": newsID(t.ID), "message_template_name": t.Name, "message_template_language": t.Language,
		"message_template_category": t.Category, "reason": cmp.Or(reason, "NONE"),
	}
	if status == "PAUSED" {
		value["other_info"] = object{"title": "FIRST_PAUSE", "description": "Your WhatsApp message template has been paused for 3 hours until it is safe to send again."}
	}
	m.postBusiness("message_template_status_update", value)
}

// setTemplate is what a person does to a template on the phone page.
func (m *Meta) setTemplate(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Name     string `json:"name"`
		Language string `json:"language"`
		Status   string `json:"status"`
		Reason   string `json:"reason"`
	}
	if !decodePhone(w, r, &body) {
		return
	}
	known := []string{"APPROVED", "PENDING", "REJECTED", "PAUSED", "DISABLED", "IN_APPEAL", "ARCHIVED"}
	m.mu.Lock()
	t := m.findTemplate(body.Name, body.Language)
	if t != nil && slices.Contains(known, body.Status) {
		if body.Status == "REJECTED" && body.Reason == "" {
			body.Reason = "INVALID_FORMAT"
		}
		m.reviewed(t, body.Status, body.Reason)
	}
	m.mu.Unlock()
	switch {
	case t == nil:
		http.Error(w, "There is no such template in this language.", http.StatusNotFound)
	case !slices.Contains(known, body.Status):
		http.Error(w, "status has to be one of "+strings.Join(known, ", ")+".", http.StatusBadRequest)
	default:
		answerJSON(w, http.StatusOK, object{"ok": true})
	}
}

func (m *Meta) listTemplates(w http.ResponseWriter, _ *http.Request) {
	m.mu.Lock()
	list := make([]object, 0, len(m.templates))
	for _, t := range m.templates {
		list = append(list, t.wire())
	}
	m.mu.Unlock()
	answerJSON(w, http.StatusOK, object{"templates": list, "channel": conversation.ChannelWhatsApp})
}

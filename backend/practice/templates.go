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

// templateRequest is the template part of a send.
type templateRequest struct {
	Name     string `json:"name"`
	Language struct {
		Code string `json:"code"`
	} `json:"language"`
	Components []templateComponent `json:"components"`
}

type templateComponent struct {
	Type       string              `json:"type"`
	SubType    string              `json:"sub_type"`
	Index      any                 `json:"index"` // text or number
	Parameters []templateParameter `json:"parameters"`
}

type templateParameter struct {
	Type     string        `json:"type"`
	Text     string        `json:"text"`
	Name     string        `json:"parameter_name"`
	Payload  string        `json:"payload"`
	Coupon   string        `json:"coupon_code"`
	Image    *mediaRequest `json:"image"`
	Video    *mediaRequest `json:"video"`
	Document *mediaRequest `json:"document"`
	Location *place        `json:"location"`
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}\s]+)\s*\}\}`)

// placeholders are the names in a text, each once.
func placeholders(text string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	return names
}

func templateError(code int, message, details string) *graphError {
	return &graphError{Status: 400, Type: "OAuthException", Code: code, Message: fmt.Sprintf("(#%d) %s", code, message), Details: details}
}

// composeTemplate fills a template, with Meta's errors for one that does not exist, is not approved or gets other
// values than it needs. Source: Meta docs, "Cloud API: error codes", 2026-09-11.
func (m *Meta) composeTemplate(c call, account *Account, out *message, request templateRequest) (*message, *graphError) {
	m.mu.Lock()
	found := m.findTemplate(request.Name, request.Language.Code)
	var t template
	if found != nil {
		t = *found
	}
	m.mu.Unlock()
	switch {
	case found == nil || (t.Status != "APPROVED" && t.Status != "PAUSED" && t.Status != "DISABLED"):
		return nil, templateError(132001, "Template name does not exist in the translation",
			fmt.Sprintf("template name (%.60s) does not exist in %.20s", request.Name, request.Language.Code))
	case t.Status == "PAUSED":
		return nil, templateError(132015, "Template is paused", "Template is paused due to low quality so it cannot be sent in a template message.")
	case t.Status == "DISABLED":
		return nil, templateError(132016, "Template is disabled", "Template has been paused too many times due to low quality and is now permanently disabled.")
	}
	var header, body []templateParameter
	var buttons []templateComponent
	for _, component := range request.Components {
		switch strings.ToLower(component.Type) {
		case "header":
			header = component.Parameters
		case "body":
			body = component.Parameters
		case "button":
			buttons = append(buttons, component)
		}
	}
	problem := m.fillHeader(c, account, out, t, header)
	if problem == nil {
		out.Text, problem = fillText("body", t.Body, t.Named, body)
	}
	if problem == nil {
		problem = fillButtons(out, t, buttons)
	}
	if problem == nil && len([]rune(out.Text)) > maxCaption {
		problem = templateError(132005, "Translated text too long", fmt.Sprintf("body: text is longer than %d characters", maxCaption))
	}
	out.Footer = t.Footer
	return out, problem
}

func (m *Meta) fillHeader(c call, account *Account, out *message, t template, values []templateParameter) *graphError {
	mismatch := func(details string) *graphError {
		return templateError(132012, "Parameter format does not match format in the created template", "header: "+details)
	}
	if t.Header == "" || t.Header == "TEXT" {
		var problem *graphError
		out.Header, problem = fillText("header", t.Title, t.Named, values)
		return problem
	}
	if len(values) != 1 {
		return templateError(132000, "Number of parameters does not match the expected number of params",
			fmt.Sprintf("header: number of localizable_params (%d) does not match the expected number of params (1)", len(values)))
	}
	value, kind := values[0], strings.ToLower(t.Header)
	if value.Type != kind {
		return mismatch(fmt.Sprintf("Format mismatch, expected %s, received %.20s", t.Header, strings.ToUpper(value.Type)))
	}
	if kind == "location" {
		out.Place = value.Location
		if out.Place == nil {
			return mismatch("location is missing")
		}
		return nil
	}
	request := map[string]*mediaRequest{"image": value.Image, "video": value.Video, "document": value.Document}[kind]
	if request == nil {
		return mismatch(kind + " is missing")
	}
	file, problem := m.findFile(c, account, kind, *request)
	if problem == nil {
		out.MediaID, out.MIME, out.FileName = file.ID, file.MIME, cmp.Or(request.Filename, file.FileName)
	}
	return problem
}

// fillText puts values into a text.
func fillText(part, text string, named bool, values []templateParameter) (string, *graphError) {
	names := placeholders(text)
	if len(values) != len(names) {
		return "", templateError(132000, "Number of parameters does not match the expected number of params",
			fmt.Sprintf("%s: number of localizable_params (%d) does not match the expected number of params (%d)", part, len(values), len(names)))
	}
	byName := map[string]string{}
	for i, value := range values {
		switch {
		case value.Type != "text" && value.Type != "currency" && value.Type != "date_time":
			return "", templateError(132012, "Parameter format does not match format in the created template", part+": Format mismatch, expected TEXT")
		case named && !slices.Contains(names, value.Name), !named && value.Name != "":
			return "", templateError(132012, "Parameter format does not match format in the created template", part+": Parameter name is missing or does not match")
		case value.Text == "":
			e := parameterError("Param text is required and cannot be empty.")
			return "", &e
		case strings.ContainsAny(value.Text, "\n\t") || strings.Contains(value.Text, "     "):
			e := parameterError("Param text cannot have new-line/tab characters or more than 4 consecutive spaces")
			return "", &e
		case named:
			byName[value.Name] = value.Text
		default:
			byName[fmt.Sprint(i+1)] = value.Text
		}
	}
	return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		return byName[placeholder.FindStringSubmatch(mark)[1]]
	}), nil
}

// fillButtons checks the values of buttons and shows the contact what they can press.
func fillButtons(out *message, t template, values []templateComponent) *graphError {
	byIndex := map[string]templateParameter{}
	for _, value := range values {
		index := fmt.Sprint(value.Index)
		if len(value.Parameters) == 1 {
			byIndex[index] = value.Parameters[0]
		}
		known := slices.ContainsFunc([]int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}, func(i int) bool {
			return fmt.Sprint(i) == index && i < len(t.Buttons) && strings.EqualFold(t.Buttons[i].Type, value.SubType)
		})
		if !known {
			return templateError(132012, "Parameter format does not match format in the created template", fmt.Sprintf("button at index %.10s is not a %.20s", index, value.SubType))
		}
	}
	for i, button := range t.Buttons {
		value, given := byIndex[fmt.Sprint(i)]
		pressed := choice{ID: cmp.Or(value.Payload, button.Text), Title: button.Text, Of: "button"}
		switch button.Type {
		case "URL":
			if strings.Contains(button.URL, "{{") && !given {
				return templateError(131008, "Required parameter is missing", fmt.Sprintf("buttons: Button at index %d of type Url requires a parameter", i))
			}
			pressed = choice{Title: button.Text, Description: placeholder.ReplaceAllLiteralString(button.URL, value.Text)}
		case "COPY_CODE":
			if !given {
				return templateError(131008, "Required parameter is missing", fmt.Sprintf("buttons: Button at index %d of type CopyCode requires a parameter", i))
			}
			pressed = choice{Title: button.Text, Description: value.Coupon}
		case "PHONE_NUMBER":
			pressed = choice{Title: button.Text, Description: button.Tel}
		}
		out.Choices = append(out.Choices, pressed)
	}
	return nil
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

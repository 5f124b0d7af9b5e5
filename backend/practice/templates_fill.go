package practice

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

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

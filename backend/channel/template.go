package channel

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// TemplateLister is an Adapter whose channel has message templates (WindowRule.Templates). Callers ask for it
// by type assertion.
type TemplateLister interface {
	// Templates returns all templates of the account, also those that cannot be sent. Errors are *CallError.
	// Meta grants 200 calls per hour for an account without live numbers: callers keep the answer, and ask again
	// when a TemplateChange or a failure of ClassTemplate says that it is out of date.
	Templates(ctx context.Context, account Account) ([]Template, error)
}

// Typer is an Adapter that can show the contact that somebody is writing; both channels are. Callers ask for it
// by type assertion.
type Typer interface {
	// Typing shows it for some 20 seconds, or until the answer. providerID is the contact's latest message, which
	// WhatsApp marks read by this: do not call it before an agent has opened the conversation. Errors are *CallError.
	Typing(ctx context.Context, account Account, to Address, providerID string) error

	// TypingEnded takes it back where the channel can; on WhatsApp it ends by itself.
	TypingEnded(ctx context.Context, account Account, to Address) error
}

// Template is a message that Meta has reviewed. Name and Language together are its key.
type Template struct {
	ID       string
	Name     string
	Language string // Meta's code, such as "pt_PT"
	Category string // Meta's word: MARKETING, UTILITY, AUTHENTICATION
	Status   string // Meta's word; only "APPROVED" can be sent
	Quality  string // Meta's word: GREEN, YELLOW, RED, UNKNOWN; "" when Meta does not say
	Reason   string // why it was rejected, "" when Meta does not say
	Header   TemplateHeader
	Body     string
	Footer   string
	Buttons  []TemplateButton

	// Named says that placeholders have names ({{name}}) instead of numbers ({{1}}).
	Named bool
	// Unfilled is Meta's word for a part that Parley cannot fill (CAROUSEL, LIMITED_TIME_OFFER, MPM …); "" for none.
	Unfilled string
}

// Sendable reports whether Meta takes messages of this template and Parley can fill it.
func (t Template) Sendable() bool { return t.Status == "APPROVED" && t.Unfilled == "" }

// TemplateHeader is what stands above a template's body. The zero value is none.
type TemplateHeader struct {
	Format string // "", "TEXT", "IMAGE", "VIDEO", "DOCUMENT" or "LOCATION"
	Text   string // of "TEXT"
}

// Media reports whether the header is a file that has to be sent along.
func (h TemplateHeader) Media() bool {
	return h.Format == "IMAGE" || h.Format == "VIDEO" || h.Format == "DOCUMENT"
}

// TemplateButton is a button under a template's body.
type TemplateButton struct {
	Type string // Meta's word: QUICK_REPLY, URL, PHONE_NUMBER, COPY_CODE and others
	Text string
	URL  string // of URL; may hold {{1}}
}

// NeedsValue reports whether the button cannot be sent without a TemplateButtonValue.
func (b TemplateButton) NeedsValue() bool {
	return b.Type == "COPY_CODE" || (b.Type == "URL" && placeholder.MatchString(b.URL))
}

// OutgoingTemplate is a template with its placeholders filled, in the order of Placeholders.
type OutgoingTemplate struct {
	Name     string
	Language string
	Header   []TemplateValue
	Media    *OutgoingMedia // with a media header
	Location *Location      // with a location header
	Body     []TemplateValue
	Buttons  []TemplateButtonValue

	// Of is the template as it was listed. Send checks against it before Meta is asked; nil leaves it to Meta.
	Of *Template
}

// TemplateValue fills one placeholder.
type TemplateValue struct {
	Name string // of a named placeholder, "" of a numbered one
	Text string
}

// TemplateButtonValue fills the placeholder of the button at Index, counted from 0.
type TemplateButtonValue struct {
	Index int
	Type  string // as in TemplateButton
	Text  string // end of the URL, payload of a quick reply, or the code to copy
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}\s]+)\s*\}\}`)

// Placeholders are the names of what has to be filled in a text, "1" or "first_name", each once and in the order
// in which they stand in it. Numbered ones are in the order of their numbers, which is that of their values.
func Placeholders(text string) []string {
	var names []string
	for _, found := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, found[1]) {
			names = append(names, found[1])
		}
	}
	if !slices.ContainsFunc(names, func(name string) bool { return strings.Trim(name, "0123456789") != "" }) {
		slices.SortStableFunc(names, func(a, b string) int { return len(a)*1000 - len(b)*1000 + strings.Compare(a, b) })
	}
	return names
}

// Fill is a text of a template with its values put in, as the contact will read it. Placeholders without a value
// stay as they are.
func Fill(text string, values []TemplateValue) string {
	names := Placeholders(text)
	return placeholder.ReplaceAllStringFunc(text, func(mark string) string {
		name := placeholder.FindStringSubmatch(mark)[1]
		for i, value := range values {
			if value.Name == name || (value.Name == "" && i < len(names) && names[i] == name) {
				return value.Text
			}
		}
		return mark
	})
}

// Limits of a filled template. Source: Meta docs, "Message templates: components", 2026-09.
const (
	maxTemplateBodyRunes   = 1024
	maxTemplateHeaderRunes = 60
)

// Check says why a message does not fit the template, nil when it does: Meta refuses these with 132000, 132001,
// 132005 and 132012. Source: Meta docs, "Cloud API: error codes", 2026-09-11.
func (t Template) Check(o OutgoingTemplate) *Failure {
	switch {
	case t.Name != o.Name || t.Language != o.Language:
		return Refusal(ReasonTemplateMissing, fmt.Sprintf("the template is %s in %s, not %s in %s", t.Name, t.Language, o.Name, o.Language))
	case t.Status == "PAUSED":
		return Refusal(ReasonTemplatePaused, "the template is paused")
	case t.Status == "DISABLED":
		return Refusal(ReasonTemplateDisabled, "the template is disabled")
	case t.Status != "APPROVED":
		return Refusal(ReasonTemplateMissing, fmt.Sprintf("the template is not approved but %.40q", t.Status))
	case t.Unfilled != "":
		return Refusal(ReasonTemplateValues, fmt.Sprintf("the template has a part that cannot be filled: %.40q", t.Unfilled))
	}
	if problem := t.checkHeader(o); problem != nil {
		return problem
	}
	if problem := t.checkValues("body", t.Body, o.Body, maxTemplateBodyRunes); problem != nil {
		return problem
	}
	return t.checkButtons(o.Buttons)
}

func (t Template) checkHeader(o OutgoingTemplate) *Failure {
	switch {
	case t.Header.Media() && o.Media == nil:
		return Refusal(ReasonTemplateValues, "the template’s header needs a file")
	case !t.Header.Media() && o.Media != nil:
		return Refusal(ReasonTemplateValues, "the template’s header takes no file")
	case t.Header.Format == "LOCATION" && checkLocation(o.Location) != nil:
		return Refusal(ReasonTemplateValues, "the template’s header needs a location")
	case t.Header.Format != "LOCATION" && o.Location != nil:
		return Refusal(ReasonTemplateValues, "the template’s header takes no location")
	default:
		return t.checkValues("header", t.Header.Text, o.Header, maxTemplateHeaderRunes)
	}
}

func (t Template) checkValues(part, text string, values []TemplateValue, maxRunes int) *Failure {
	names := Placeholders(text)
	if len(values) != len(names) {
		return Refusal(ReasonTemplateValues, fmt.Sprintf("the %s has %d placeholders and got %d values", part, len(names), len(values)))
	}
	for i, value := range values {
		switch {
		case t.Named && !slices.Contains(names, value.Name), t.Named && named(values[:i], value.Name):
			return Refusal(ReasonTemplateValues, fmt.Sprintf("the %s has no placeholder %.40q left", part, value.Name))
		case !t.Named && value.Name != "":
			return Refusal(ReasonTemplateValues, fmt.Sprintf("the %s’s placeholders are numbered", part))
		}
		if problem := checkValue(part, value.Text); problem != nil {
			return problem
		}
	}
	if runes := len([]rune(Fill(text, values))); runes > maxRunes {
		return beyond(ReasonTemplateTooLong, int64(runes), int64(maxRunes), "the template has %d characters with these values; at most %d are taken")
	}
	return nil
}

func named(values []TemplateValue, name string) bool {
	return slices.ContainsFunc(values, func(v TemplateValue) bool { return v.Name == name })
}

// checkValue refuses what Meta refuses in a value: nothing, line breaks, tabs and more than four spaces in a row.
func checkValue(part, text string) *Failure {
	switch {
	case strings.TrimSpace(text) == "":
		return Refusal(ReasonTemplateValues, fmt.Sprintf("a placeholder of the %s is empty", part))
	case strings.ContainsAny(text, "\r\n\t") || strings.Contains(text, "     "):
		return Refusal(ReasonTemplateValues, fmt.Sprintf("a value of the %s has line breaks, tabs or many spaces", part))
	default:
		return nil
	}
}

func (t Template) checkButtons(values []TemplateButtonValue) *Failure {
	given := map[int]bool{}
	for _, value := range values {
		if value.Index < 0 || value.Index >= len(t.Buttons) || given[value.Index] || value.Type != t.Buttons[value.Index].Type {
			return Refusal(ReasonTemplateValues, fmt.Sprintf("there is no button %d to fill", value.Index))
		}
		given[value.Index] = true
		if problem := checkValue("button", value.Text); problem != nil {
			return problem
		}
	}
	for i, button := range t.Buttons {
		if button.NeedsValue() && !given[i] {
			return Refusal(ReasonTemplateValues, fmt.Sprintf("button %d needs a value", i))
		}
	}
	return nil
}

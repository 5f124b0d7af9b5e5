package channel

import "context"

// TemplateLister is an Adapter whose channel has message templates (WindowRule.Templates). Callers ask for it
// by type assertion.
type TemplateLister interface {
	// Templates returns all templates of the account, also those that cannot be sent. Errors are *CallError.
	// Meta grants 200 calls per hour for an account without live numbers: callers keep the answer.
	Templates(ctx context.Context, account Account) ([]Template, error)
}

// Typer is an Adapter that can show the contact that somebody is writing. Callers ask for it by type assertion.
type Typer interface {
	// Typing shows it for some 20 seconds. providerID is the contact's latest message, which WhatsApp marks
	// read by this.
	Typing(ctx context.Context, account Account, to Address, providerID string) error
}

// Template is a message that Meta has reviewed. Name and Language together are its key.
type Template struct {
	ID       string
	Name     string
	Language string // Meta's code, such as "pt_PT"
	Category string // Meta's word: MARKETING, UTILITY, AUTHENTICATION
	Status   string // Meta's word; only "APPROVED" can be sent
	Reason   string // why it was rejected, "" when Meta does not say
	Header   TemplateHeader
	Body     string
	Footer   string
	Buttons  []TemplateButton

	// Named says that placeholders have names ({{name}}) instead of numbers ({{1}}).
	Named bool
}

// Sendable reports whether Meta takes messages of this template.
func (t Template) Sendable() bool { return t.Status == "APPROVED" }

// TemplateHeader is what stands above a template's body. The zero value is none.
type TemplateHeader struct {
	Format string // "", "TEXT", "IMAGE", "VIDEO", "DOCUMENT" or "LOCATION"
	Text   string // of "TEXT"
}

// TemplateButton is a button under a template's body.
type TemplateButton struct {
	Type string // Meta's word: QUICK_REPLY, URL, PHONE_NUMBER and others
	Text string
	URL  string // of URL; may hold {{1}}
}

// OutgoingTemplate is a template with its placeholders filled, in the order in which they stand in the text.
type OutgoingTemplate struct {
	Name     string
	Language string
	Header   []TemplateValue
	Body     []TemplateValue
	Buttons  []TemplateButtonValue
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
	Text  string // end of the URL, or payload of a quick reply
}

package outbox

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"parley/backend/desk/cache"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

var placeholder = regexp.MustCompile(`\{\{\s*([^{}\s]+)\s*\}\}`)

// Rendered is a filled template as the contact will read it: what stands around the body, and the body. Of a template
// that is not here any more only its name is known.
func Rendered(ctx context.Context, r cache.Reader, conversationID string, filled *hubv1.FilledTemplate) (*hubv1.SentTemplate, string, error) {
	sent := &hubv1.SentTemplate{Name: filled.Name, Language: filled.Language}
	c, err := r.Conversation(ctx, conversationID)
	if err != nil || c == nil {
		return sent, "", err
	}
	touchpoint, err := r.Touchpoint(ctx, c.TouchpointId)
	if err != nil {
		return sent, "", err
	}
	all, err := r.Templates(ctx, touchpoint.GetAccountId())
	if err != nil {
		return sent, "", err
	}
	for _, t := range all {
		if t.Name != filled.Name || t.Language != filled.Language {
			continue
		}
		sent.Header, sent.Footer = fill(t.HeaderText, t.HeaderVariables, filled.Header), t.Footer
		for _, button := range t.Buttons {
			sent.Buttons = append(sent.Buttons, button.Text)
		}
		return sent, fill(t.Body, t.BodyVariables, filled.Body), nil
	}
	return sent, "", nil
}

// fill puts values in the places of variables. A variable without a value stays as it is.
func fill(text string, variables, values []string) string {
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		name := strings.TrimSpace(strings.Trim(found, "{}"))
		if i := slices.Index(variables, name); i >= 0 && i < len(values) {
			return values[i]
		}
		return found
	})
}

package admin

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// plain are the fields of webhooks whose words are Meta's and not a person's. All other text is blotted out.
var plain = map[string]bool{
	"object": true, "field": true, "messaging_product": true, "type": true, "status": true, "event": true, "timestamp": true, "time": true,
	"phone_number_id": true, "code": true, "error_subcode": true, "title": true, "mime_type": true, "category": true, "language": true,
	"message_template_language": true, "action": true, "source": true, "is_echo": true, "app_id": true,
}

// maxUnreadable is how much is shown of what is no JSON, in characters.
const maxUnreadable = 400

// Redact returns the body of a webhook with its shape as it was, and without what people wrote or who they are: of text that
// is not Meta's own only the length is left, of numbers in text nothing.
func Redact(body string) string {
	decoder := json.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil || decoder.More() {
		return blotted(body)
	}
	out := &bytes.Buffer{}
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if encoder.Encode(redact(value, "")) != nil {
		return blotted(body)
	}
	return string(bytes.TrimSpace(out.Bytes()))
}

func redact(value any, field string) any {
	switch v := value.(type) {
	case map[string]any:
		for key, inner := range v {
			v[key] = redact(inner, key)
		}
	case []any:
		for i, inner := range v {
			v[i] = redact(inner, field)
		}
	case string:
		if !plain[field] && v != "" {
			return fmt.Sprintf("••• (%d)", utf8.RuneCountInString(v))
		}
	}
	return value
}

// blotted keeps the punctuation of what is no JSON: it shows where it breaks.
func blotted(body string) string {
	var out []rune
	for _, r := range body {
		if len(out) == maxUnreadable {
			return string(out) + "…"
		}
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) || r > unicode.MaxLatin1 {
			r = '•'
		}
		out = append(out, r)
	}
	return string(out)
}

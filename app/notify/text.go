package notify

import (
	"strings"
	"unicode"

	"parley/backend/conversation"
)

// plain makes one safe line of a text from a contact: no control characters, no overrides of the direction, no
// line breaks, and of bounded length.
func plain(text string) string { return conversation.Preview(text) }

// escaper makes text harmless where the server reads the body as markup.
var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// printing drops what does not print. Go's %q, by which beeep quotes on macOS, writes such runes as escapes that
// AppleScript does not know, and the whole notification fails (beeep 0.11.3).
func printing(text string) string {
	return strings.Map(func(r rune) rune {
		if r != ' ' && !unicode.IsPrint(r) {
			return -1
		}
		return r
	}, text)
}

// noOption keeps a contact's text from being an option of notify-send or kdialog, to which beeep hands it as an argument
// (beeep 0.11.3).
func noOption(text string) string {
	if strings.HasPrefix(text, "-") {
		return " " + text
	}
	return text
}

package app

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"parley/app/dto"
	"parley/backend/desk"
)

// Shell is the window itself.
type Shell struct{ app *App }

// Resume returns the events after a number, for a page that has missed some.
func (s *Shell) Resume(seq int64) (dto.Resumed, error) {
	return answer(s.app, "resume events", func(context.Context) (dto.Resumed, error) { return s.app.stream.resume(seq), nil })
}

// TakeNavigation returns where a notification wants the page to go, once; nothing when there is none.
func (s *Shell) TakeNavigation() (dto.Navigation, error) {
	return answer(s.app, "take navigation", func(context.Context) (dto.Navigation, error) { return s.app.landing.take(), nil })
}

// linkSchemes are what a link in a message may open.
var linkSchemes = []string{"http", "https", "mailto", "tel"}

// OpenLink opens a link with the system's program for it.
func (s *Shell) OpenLink(link string) error {
	return do(s.app, "open link", func(context.Context) error {
		parsed, err := url.Parse(link)
		if err != nil || !slices.Contains(linkSchemes, strings.ToLower(parsed.Scheme)) {
			return &Failure{Code: "invalid", Message: "this link is not opened"}
		}
		s.app.surface().OpenURL(openable(parsed.String()))
		return nil
	})
}

// openable escapes what Wails refuses in a link although it is allowed there, as in links to Wikipedia (Wails 2.16.0,
// ValidateAndSanitizeURL).
func openable(link string) string {
	var b strings.Builder
	for _, c := range []byte(link) {
		if strings.IndexByte(";|`$\\<>*{}[]()~! ", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// CopyText puts text on the clipboard.
func (s *Shell) CopyText(text string) error {
	return do(s.app, "copy text", func(context.Context) error {
		if err := s.app.surface().CopyText(text); err != nil {
			return fmt.Errorf("write clipboard: %w", err)
		}
		return nil
	})
}

// Focused says which conversation the window shows, "" for none, and whether the agent looks at it.
func (s *Shell) Focused(conversationID string, focused bool) error {
	return do(s.app, "note focus", func(context.Context) error {
		s.app.use(func(_ context.Context, d *desk.Desk) {
			d.SetOpen(conversationID, focused)
			if !focused {
				conversationID = ""
			}
			d.SetFocus(conversationID)
		})
		return nil
	})
}

// Speaks says which language the page speaks, so that notifications speak it, too.
func (s *Shell) Speaks(language string) error {
	return do(s.app, "change language", func(context.Context) error {
		s.app.speak(language)
		return nil
	})
}

// started is when this program began, but for the loading of its libraries.
var started = time.Now()

// Ready says that the page shows its lists and listens to events. A page that is loaded again says it again.
func (s *Shell) Ready() error {
	return do(s.app, "page ready", func(context.Context) error {
		s.app.show()
		s.app.log.Info("Window is ready", "afterMs", time.Since(started).Milliseconds())
		return nil
	})
}

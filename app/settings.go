package app

import (
	"context"

	"parley/app/dto"
	"parley/app/notify"
)

// Settings are the person's own.
type Settings struct{ app *App }

// Get returns them.
func (s *Settings) Get() (dto.Settings, error) {
	return answer(s.app, "read settings", func(context.Context) (dto.Settings, error) { return s.app.settings.Get(), nil })
}

// Set replaces them and returns them as they are now.
func (s *Settings) Set(wanted dto.Settings) (dto.Settings, error) {
	return answer(s.app, "change settings", func(context.Context) (dto.Settings, error) {
		now, err := s.app.settings.Set(wanted)
		s.app.applySettings(now)
		return now, err
	})
}

// TestNotification shows a notification the whole way that others go.
func (s *Settings) TestNotification() error {
	return do(s.app, "test notification", func(context.Context) error {
		s.app.notices.Show(notify.Test())
		return nil
	})
}

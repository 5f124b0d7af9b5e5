package app

import (
	"context"

	"parley/app/dto"
	"parley/app/startup"
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

// TestNotification shows a notification the whole way that others go, and reports each step.
func (s *Settings) TestNotification() (dto.NotificationTest, error) {
	return answer(s.app, "test notification", func(ctx context.Context) (dto.NotificationTest, error) {
		return s.app.testNotification(ctx), nil
	})
}

// NotificationHealth returns how the system takes notifications.
func (s *Settings) NotificationHealth() (dto.NotificationHealth, error) {
	return answer(s.app, "read notification health", func(context.Context) (dto.NotificationHealth, error) {
		return toHealth(s.app.notices.Health()), nil
	})
}

// StartsAtSignIn returns whether Parley starts when the person signs in to their computer.
func (s *Settings) StartsAtSignIn() (bool, error) {
	return answer(s.app, "read start at sign-in", func(context.Context) (bool, error) { return startup.Enabled() })
}

// SetStartsAtSignIn changes that, and returns how it is now.
func (s *Settings) SetStartsAtSignIn(on bool) (bool, error) {
	return answer(s.app, "change start at sign-in", func(context.Context) (bool, error) {
		if err := startup.Set(on); err != nil {
			return false, err
		}
		return startup.Enabled()
	})
}

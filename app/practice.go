package app

import (
	"context"

	"parley/app/dto"
)

// Practice is the practice workspace's phone and clock. Without one it has nothing to tell.
type Practice struct{ app *App }

// Info returns where the phone is and how far the clock was moved; nothing without a practice workspace.
func (p *Practice) Info() (dto.Practice, error) {
	return answer(p.app, "read practice", func(context.Context) (dto.Practice, error) {
		control := p.app.practice()
		if control == nil {
			return dto.Practice{}, nil
		}
		return dto.Practice{PhoneURL: control.PhoneURL(), OffsetMs: control.OffsetMs()}, nil
	})
}

// OpenPhone opens the practice phone in the system's browser.
func (p *Practice) OpenPhone() error {
	return do(p.app, "open practice phone", func(context.Context) error {
		control := p.app.practice()
		if control == nil {
			return errNoPractice
		}
		p.app.surface().OpenURL(openable(control.PhoneURL()))
		return nil
	})
}

// Advance moves the practice clock forward. The connection event tells the page of the hub's new time.
func (p *Practice) Advance(ms int64) error {
	return do(p.app, "move practice clock", func(context.Context) error {
		control := p.app.practice()
		if control == nil {
			return errNoPractice
		}
		if ms <= 0 {
			return &Failure{Code: "invalid", Message: "the clock only moves forward"}
		}
		control.Advance(ms)
		p.app.desk().Nudge()
		return nil
	})
}

// practice moves the practice workspace; nil unless that is open.
func (a *App) practice() PracticeControl {
	if s := a.current.Load(); s != nil {
		return s.hub.Practice
	}
	return nil
}

var errNoPractice = &Failure{Code: "no_practice", Message: "this is not the practice workspace"}

// Package settings keeps a person's own settings in one file that is replaced as a whole.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"parley/app/dto"
	"parley/backend/desk"
	"parley/backend/desk/alerts"
)

// FileName is the name of the file below the config folder.
const FileName = "settings.json"

// Defaults are the settings of a person who has changed none.
func Defaults() dto.Settings {
	kind := func(kind alerts.Kind) dto.AlertKind {
		wish := alerts.Prefs{}.Wish(kind)
		return dto.AlertKind{On: wish.On, Sound: string(wish.Sound)}
	}
	return dto.Settings{
		Theme: "system", Notifications: true, SideTab: "snapshot", Density: "normal", TextSize: 100, MediaMB: int(desk.DefaultMediaBudget >> 20), KeepRunning: true,
		Alerts: dto.AlertSettings{
			Message: kind(alerts.KindMessage), Inbox: kind(alerts.KindInbox), Offer: kind(alerts.KindOffer), Transfer: kind(alerts.KindTransfer),
			Trouble: kind(alerts.KindTrouble), Window: kind(alerts.KindWindow), Hub: kind(alerts.KindHub),
			LadderMinutes: [3]int{120, 30, 10}, QuietFrom: "20:00", QuietUntil: "08:00", LastCallInQuiet: true, Volume: 60,
		},
	}
}

// Store is a settings file. Its methods may be called from any goroutine.
type Store struct {
	path string

	mu       sync.Mutex
	current  dto.Settings
	setAside string
}

// damagedEnding is added to the name of a file that could not be read.
const damagedEnding = ".damaged"

// Open reads the settings below folder. What is missing or not possible is as in Defaults. A file that cannot be understood is
// set aside, so that the next change does not write over what a person had chosen.
func Open(folder string) (*Store, error) {
	s := &Store{path: filepath.Join(folder, FileName), current: Defaults()}
	data, err := os.ReadFile(s.path)
	if errors.Is(err, os.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read settings: %w", err)
	}
	read := Defaults()
	if json.Unmarshal(data, &read) == nil {
		s.current = valid(read)
		return s, nil
	}
	s.setAside = s.path + damagedEnding
	if err := os.Rename(s.path, s.setAside); err != nil {
		return nil, fmt.Errorf("set damaged settings aside: %w", err)
	}
	return s, nil
}

// SetAside is where Open has put a file that it could not understand; "" when there was none.
func (s *Store) SetAside() string { return s.setAside }

// Get returns the settings.
func (s *Store) Get() dto.Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current
}

// Set replaces the settings and returns them as they are now: what is not possible is as in Defaults.
func (s *Store) Set(wanted dto.Settings) (dto.Settings, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wanted = valid(wanted)
	data, err := json.MarshalIndent(wanted, "", "  ")
	if err != nil {
		return s.current, fmt.Errorf("write settings: %w", err)
	}
	if err := WriteFile(s.path, data); err != nil {
		return s.current, fmt.Errorf("write settings: %w", err)
	}
	s.current = wanted
	return wanted, nil
}

func valid(s dto.Settings) dto.Settings {
	defaults := Defaults()
	switch s.Theme {
	case "system", "light", "dark":
	default:
		s.Theme = defaults.Theme
	}
	switch s.Language {
	case "", "en", "pt", "es":
	default:
		s.Language = defaults.Language
	}
	switch s.Density {
	case "normal", "compact":
	default:
		s.Density = defaults.Density
	}
	if s.TextSize < 80 || s.TextSize > 200 {
		s.TextSize = defaults.TextSize
	}
	for _, width := range []*int{&s.ListWidth, &s.SideWidth} {
		if *width < 0 || *width > 2000 {
			*width = 0
		}
	}
	if s.SideTab == "" {
		s.SideTab = defaults.SideTab
	}
	if s.MediaMB < mediaLeast || s.MediaMB > mediaMost {
		s.MediaMB = defaults.MediaMB
	}
	s.Alerts = validAlerts(s.Alerts, defaults.Alerts)
	return s
}

// Bounds of the room for files, in megabytes.
const (
	mediaLeast = 100
	mediaMost  = 100_000
)

// Bounds of what can be set, in minutes.
const (
	repeatMost = 24 * 60
	ladderMost = 7 * 24 * 60
)

func validAlerts(s, defaults dto.AlertSettings) dto.AlertSettings {
	for _, one := range []struct{ kind, usual *dto.AlertKind }{
		{&s.Message, &defaults.Message}, {&s.Inbox, &defaults.Inbox}, {&s.Offer, &defaults.Offer}, {&s.Transfer, &defaults.Transfer},
		{&s.Trouble, &defaults.Trouble}, {&s.Window, &defaults.Window}, {&s.Hub, &defaults.Hub},
	} {
		if !slices.Contains(alerts.Sounds, alerts.Sound(one.kind.Sound)) {
			one.kind.Sound = one.usual.Sound
		}
	}
	s.InboxRepeatMinutes = min(max(0, s.InboxRepeatMinutes), repeatMost)
	for i := range s.LadderMinutes {
		s.LadderMinutes[i] = min(max(0, s.LadderMinutes[i]), ladderMost)
	}
	for _, one := range []struct{ at, usual *string }{{&s.QuietFrom, &defaults.QuietFrom}, {&s.QuietUntil, &defaults.QuietUntil}} {
		if _, err := time.Parse("15:04", *one.at); err != nil {
			*one.at = *one.usual
		}
	}
	s.Volume = min(max(0, s.Volume), 100)
	return s
}

// WriteFile replaces a file so that after a crash it is the old one or the new one, and only this person can read it.
func WriteFile(path string, data []byte) (err error) {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*") // mode 0600
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(file.Name()))
		}
	}()
	_, err = file.Write(data)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), path)
}

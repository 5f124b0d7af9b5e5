package practice

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"parley/backend/conversation"
)

// stateVersion is the version of the state file. Another one is set aside, not guessed at: practice starts anew.
const stateVersion = 1

// state is what is saved.
type state struct {
	Version  int
	OffsetMs int64 // how far the clock is ahead
	Threads  map[string]thread
	Media    map[string]*media
	Pending  map[string][]webhook // not delivered yet

	// Older files have neither: the seed's people and templates are meant.
	People    map[string]person `json:",omitempty"`
	Templates []*template       `json:",omitempty"`
}

// person is what changes about who a contact is.
type person struct {
	Channel                                            conversation.Channel
	AccountID, Name, LastName, Username, Phone, UserID string
	Language, PictureID                                string
	Added                                              bool
}

func (c *contact) person() person {
	return person{
		Channel: c.Channel, AccountID: c.AccountID, Name: c.Name, LastName: c.LastName, Username: c.Username,
		Phone: c.Phone, UserID: c.UserID, Language: c.Language, PictureID: c.PictureID, Added: c.Added,
	}
}

func (p person) contact(id string) *contact {
	return &contact{
		ID: id, Channel: p.Channel, AccountID: p.AccountID, Name: p.Name, LastName: p.LastName, Username: p.Username,
		Phone: p.Phone, UserID: p.UserID, Language: p.Language, PictureID: p.PictureID, Added: p.Added,
	}
}

// recallPeople gives contacts the ids that they have by now, and brings back those whom somebody added.
func (m *Meta) recallPeople(saved map[string]person) {
	for i, c := range m.contacts {
		if known, ok := saved[c.ID]; ok {
			m.contacts[i] = known.contact(c.ID)
		}
	}
	for _, id := range slices.Sorted(maps.Keys(saved)) {
		if saved[id].Added && m.contact(id) == nil && m.account(saved[id].AccountID) != nil {
			m.contacts = append(m.contacts, saved[id].contact(id))
		}
	}
}

// load reads the state file if there is one. A damaged file is set aside.
func (m *Meta) load() error {
	if m.options.StateFile == "" {
		return nil
	}
	raw, err := os.ReadFile(m.options.StateFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read practice state: %w", err)
	}
	var saved state
	if err := json.Unmarshal(raw, &saved); err != nil || saved.Version != stateVersion {
		m.log.Warn("Practice state cannot be read and was set aside; practice starts anew", "error", err)
		if err := os.Rename(m.options.StateFile, m.options.StateFile+".damaged"); err != nil {
			return fmt.Errorf("set practice state aside: %w", err)
		}
		return nil
	}
	m.clock.Advance(time.Duration(saved.OffsetMs) * time.Millisecond)
	m.recallPeople(saved.People)
	if len(saved.Templates) > 0 {
		m.templates = saved.Templates
	}
	for _, c := range m.contacts {
		c.thread = saved.Threads[c.ID]
	}
	for id, file := range saved.Media {
		if file != nil {
			m.media[id] = file
		}
	}
	for id, pending := range saved.Pending {
		m.lanes[id] = &lane{Pending: pending}
	}
	return nil
}

func (m *Meta) unsaved() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.changed && m.options.StateFile != ""
}

// save writes the state file whole or not at all.
func (m *Meta) save() error {
	if !m.unsaved() {
		return nil
	}
	raw, err := m.snapshot()
	if err != nil {
		return fmt.Errorf("encode practice state: %w", err)
	}
	if err := writeWhole(m.options.StateFile, raw); err != nil {
		m.touched() // to be tried again
		return fmt.Errorf("write practice state: %w", err)
	}
	return nil
}

func (m *Meta) snapshot() ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.changed = false
	now := state{
		Version: stateVersion, OffsetMs: m.clock.Offset().Milliseconds(),
		Threads: map[string]thread{}, Media: m.media, Pending: map[string][]webhook{},
		People: map[string]person{}, Templates: m.templates,
	}
	for _, c := range m.contacts {
		now.Threads[c.ID], now.People[c.ID] = c.thread, c.person()
	}
	for id, l := range m.lanes {
		if len(l.Pending) > 0 {
			now.Pending[id] = l.Pending
		}
	}
	return json.Marshal(now)
}

func (m *Meta) mediaFile(id string) string {
	return filepath.Join(m.options.StateFile+".media", filepath.Base(id))
}

func (m *Meta) writeMedia(id string, data []byte) error {
	if err := os.MkdirAll(m.options.StateFile+".media", 0o700); err != nil {
		return err
	}
	return writeWhole(m.mediaFile(id), data)
}

// mediaBytes returns the bytes of media, from the disk after a restart.
func (m *Meta) mediaBytes(file *media) ([]byte, error) {
	m.mu.Lock()
	data := file.bytes
	m.mu.Unlock()
	if data != nil || m.options.StateFile == "" {
		return data, nil
	}
	return os.ReadFile(m.mediaFile(file.ID))
}

// writeWhole replaces a file through a temporary one, so that a crash leaves the old or the new.
func writeWhole(path string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // fails after the rename, as it should
	_, err = temporary.Write(data)
	if err == nil {
		err = temporary.Sync()
	}
	if err := errors.Join(err, temporary.Close()); err != nil {
		return err
	}
	return os.Rename(temporary.Name(), path)
}

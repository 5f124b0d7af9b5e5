package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"parley/app/dto"
	"parley/app/settings"
	"parley/backend/desk/trust"
)

// Kinds of places.
const (
	placeWelcome  = "" // none yet
	placePractice = "practice"
	placeHub      = "hub"
)

// place is which workspace is open, as it is kept from one start to the next.
type place struct {
	Kind string `json:"kind"`
	// Of a hub. ID names the folder and the secret of this sign-in; another one has another.
	ID      string `json:"id,omitempty"`
	Address string `json:"address,omitempty"`
	Email   string `json:"email,omitempty"`
	AgentID string `json:"agentId,omitempty"`
	// Pin is who the hub was when this computer signed in.
	Pin trust.Pin `json:"pin,omitzero"`
	// Ended is what the welcome page has to say, until a person has read it.
	Ended *dto.Ended `json:"ended,omitempty"`
}

const (
	placeFile    = "workspace.json" // below Dirs.Config
	desksFolder  = "desks"          // below Dirs.Data: one folder a sign-in
	tokensFolder = "tokens"         // below Dirs.Config: where there is no keyring
	openedFolder = "open"           // below Dirs.Cache: files that were opened with other programs
)

// lastPlace reads which workspace was open last. Before there was a choice everybody had practice.
func lastPlace(dirs Dirs) (place, error) {
	data, err := os.ReadFile(filepath.Join(dirs.Config, placeFile))
	if errors.Is(err, os.ErrNotExist) {
		if _, err := os.Stat(filepath.Join(dirs.Data, "hub", "hub.db")); err == nil {
			return place{Kind: placePractice}, nil
		}
		return place{}, nil
	}
	if err != nil {
		return place{}, fmt.Errorf("read which workspace was open: %w", err)
	}
	var p place
	if json.Unmarshal(data, &p) != nil {
		return place{}, nil // the welcome page asks again
	}
	return p, nil
}

func (p place) keep(dirs Dirs) error {
	data, err := json.MarshalIndent(p, "", "  ")
	if err == nil {
		err = settings.WriteFile(filepath.Join(dirs.Config, placeFile), data)
	}
	if err != nil {
		return fmt.Errorf("note which workspace is open: %w", err)
	}
	return nil
}

// folder is where the desk of a place keeps things.
func (p place) folder(dirs Dirs) string {
	if p.Kind == placeHub {
		return filepath.Join(dirs.Data, desksFolder, p.ID)
	}
	return dirs.Data
}

// wipeOthers removes what desks of hubs have kept, but that of p: what was signed out. A wipe that was broken off is finished
// at the next start.
func (p place) wipeOthers(dirs Dirs) error {
	desks := filepath.Join(dirs.Data, desksFolder)
	found, err := os.ReadDir(desks)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	errs := []error{err}
	for _, entry := range found {
		if entry.Name() != p.ID {
			errs = append(errs, os.RemoveAll(filepath.Join(desks, entry.Name())))
		}
	}
	if p.Kind != placeHub {
		errs = append(errs, os.RemoveAll(filepath.Join(dirs.Cache, openedFolder)))
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("remove what a signed-out desk has kept: %w", err)
	}
	return nil
}

package admin

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// maxSecret bounds tokens and secrets, in bytes. Meta's are a few hundred.
const maxSecret = 4096

var digits = regexp.MustCompile(`^[0-9]{3,30}$`)

// Connect adds a number or Page that somebody describes from a desktop, and returns its id. In practice it goes to the simulated
// Meta, as all there does.
func (c *Channels) Connect(ctx context.Context, by access.Actor, t Touchpoint) (id string, err error) {
	adapter := c.Directory.Adapter(t.Channel)
	if adapter == nil {
		return "", ErrNoChannel
	}
	if t.Name, err = labelName(t.Name); err != nil {
		return "", err
	}
	t.AccountID, t.BusinessID = strings.TrimSpace(t.AccountID), strings.TrimSpace(t.BusinessID)
	if !digits.MatchString(t.AccountID) {
		return "", ErrAccount
	}
	if t.Channel == conversation.ChannelWhatsApp {
		if !digits.MatchString(t.BusinessID) {
			return "", ErrBusiness
		}
		if t.Identification = international(t.Identification); t.Identification == "" {
			return "", ErrNumber
		}
	}
	if err := checkSecrets(&t.Secrets, true); err != nil {
		return "", err
	}
	if _, err := c.Store.Read().Queue(ctx, db.QueueParams{WorkspaceID: by.WorkspaceID, ID: t.QueueID}); err != nil {
		if store.NotFound(err) {
			return "", ErrNoQueue
		}
		return "", fmt.Errorf("connect touchpoint: %w", err)
	}
	t.By, t.GraphURL = by, c.practiceGraph(ctx, by.WorkspaceID)
	row, err := AddTouchpoint(ctx, c.Store, c.Sealer, by.WorkspaceID, adapter.Window(), t)
	if err != nil {
		return "", err
	}
	if err := c.Directory.Reload(ctx); err != nil {
		return "", fmt.Errorf("connect touchpoint: %w", err)
	}
	return row.ID, nil
}

// practiceGraph is where the simulated Meta of a practice workspace is; "" elsewhere.
func (c *Channels) practiceGraph(ctx context.Context, workspaceID string) string {
	workspace, err := c.Store.Read().Workspace(ctx, workspaceID)
	if err != nil || !workspace.Practice {
		return ""
	}
	for _, t := range c.Directory.All() {
		if t.WorkspaceID == workspaceID && t.GraphURL != "" {
			return t.GraphURL
		}
	}
	return ""
}

// Replace gives a touchpoint other secrets; what is empty stays as it is.
func (c *Channels) Replace(ctx context.Context, by access.Actor, touchpointID string, secrets touchpoint.Secrets) error {
	if err := checkSecrets(&secrets, false); err != nil {
		return err
	}
	err := inWorkspace(ctx, c.Store, by, "replace secrets", func(tx *store.Tx) error {
		row, err := tx.Touchpoint(ctx, db.TouchpointParams{WorkspaceID: by.WorkspaceID, ID: touchpointID})
		if store.NotFound(err) {
			return ErrNoTouchpoint
		}
		if err != nil {
			return err
		}
		replaced, err := touchpoint.ReplaceSecrets(c.Sealer, &row, secrets)
		if err != nil || len(replaced) == 0 {
			return err
		}
		if _, err := tx.ReplaceSecrets(ctx, db.ReplaceSecretsParams{
			WorkspaceID: by.WorkspaceID, ID: row.ID, TokenSealed: row.TokenSealed, AppSecretSealed: row.AppSecretSealed, VerifySealed: row.VerifySealed,
		}); err != nil {
			return err
		}
		tx.Changed(store.TypeTouchpoint, row.ID)
		return note(ctx, tx, by, audit.Entry{Action: audit.SecretsReplaced, SubjectID: row.ID, Detail: strings.Join(replaced, ", ")})
	})
	if err != nil {
		return err
	}
	return c.Directory.Reload(ctx)
}

// checkSecrets tidies secrets that were pasted. Without all, empty ones are none.
func checkSecrets(s *touchpoint.Secrets, all bool) error {
	for _, one := range []struct {
		secret  *string
		problem *Problem
	}{{&s.Token, ErrToken}, {&s.AppSecret, ErrAppSecret}, {&s.VerifyToken, ErrVerifyToken}} {
		*one.secret = strings.TrimSpace(*one.secret)
		if *one.secret == "" && !all {
			continue
		}
		odd := strings.ContainsFunc(*one.secret, func(r rune) bool { return r > unicode.MaxASCII || r <= ' ' || r == 0x7f })
		if *one.secret == "" || odd || len(*one.secret) > maxSecret {
			return one.problem
		}
	}
	return nil
}

package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"

	"parley/backend/hub"
	"parley/backend/hub/store/db"
)

// runIdentity shows what people compare with what their desk shows them.
func runIdentity(ctx context.Context, c *call) error {
	set, place := c.flags("identity")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		key, err := h.Identity.Public(ctx, w.ID)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, fingerprint(key))
		return nil
	})
}

// fingerprint is as desks show it: the first 128 bits of SHA-256, in groups of four digits.
func fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	text := hex.EncodeToString(sum[:16])
	var groups []string
	for ; text != ""; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(groups, " ")
}

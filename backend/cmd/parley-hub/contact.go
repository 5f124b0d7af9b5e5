package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/access"
	"parley/backend/hub/audit"
	"parley/backend/hub/dossier"
	"parley/backend/hub/erase"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// runFindContact names contacts by a part of their name, number or address.
func runFindContact(ctx context.Context, c *call) error {
	set, place := c.flags("contact find")
	text := set.String("text", "", "a part of the name, number or email address")
	if err := c.parse(set); err != nil {
		return err
	}
	if *text == "" {
		return usagef("--text is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		rows, err := h.Store.Read().ContactsLike(ctx, db.ContactsLikeParams{WorkspaceID: w.ID, Text: strings.ToLower(*text), N: 50})
		for _, row := range rows {
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\n", row.ID, row.Name, row.Number, row.Email)
		}
		return err
	})
}

// runExportContact writes everything about a contact into a ZIP file.
func runExportContact(ctx context.Context, c *call) error {
	set, place := c.flags("contact export")
	id := set.String("id", "", "whom, as contact find names them")
	path := set.String("file", "", "ZIP file to write")
	if err := c.parse(set); err != nil {
		return err
	}
	if *id == "" || *path == "" {
		return usagef("--id and --file are needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.WorkIn(ctx); err != nil {
			return err
		}
		root, err := dossier.Root(ctx, h.Store.Read(), w.ID, *id)
		if err != nil {
			return err
		}
		if _, err := h.Store.InTx(ctx, w.ID, func(tx *store.Tx) error {
			return audit.Write(ctx, tx, time.Now().UnixMilli(), audit.Entry{Action: audit.ContactExported, SubjectID: root.ID})
		}); err != nil {
			return err
		}
		file, err := os.OpenFile(*path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return fmt.Errorf("--file: %w", err)
		}
		err = errors.Join(h.WriteContact(ctx, w.ID, root.ID, file), file.Sync(), file.Close())
		if err != nil {
			return errors.Join(err, os.Remove(*path))
		}
		fmt.Fprintf(c.stdout, "Written to %s.\n", *path)
		return nil
	})
}

// runEraseContact erases a contact for good.
func runEraseContact(ctx context.Context, c *call) error {
	set, place := c.flags("contact erase")
	id := set.String("id", "", "whom, as contact find names them")
	yes := set.Bool("yes", false, "do not ask")
	if err := c.parse(set); err != nil {
		return err
	}
	if *id == "" {
		return usagef("--id is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		if err := h.WorkIn(ctx); err != nil {
			return err
		}
		p, err := h.Eraser.Preview(ctx, w.ID, *id)
		if err != nil {
			return err
		}
		fmt.Fprintf(c.stderr, "%s %s: %d conversations (%d open), %d messages, %d files, %d notes, %d drafts, %d merged contacts.\n",
			p.Contact.Name, p.Contact.Number, p.Conversations, p.Open, p.Messages, p.Files, p.Notes, p.Drafts, p.Merged)
		if !*yes && !c.confirms(p) {
			return errors.New("nothing was erased")
		}
		erased, err := h.Eraser.Ask(ctx, access.Actor{WorkspaceID: w.ID}, *id)
		if err != nil {
			return err
		}
		fmt.Fprintln(c.stderr, "It takes somewhat more than a minute. Stopped here, a running hub goes on with it.")
		if err := h.Erase(ctx, w.ID, erased); err != nil {
			return err
		}
		fmt.Fprintln(c.stdout, "Erased.")
		return nil
	})
}

// runListErasures names the contacts whose erasure goes on, by their ids: there is nothing else by which to name them.
func runListErasures(ctx context.Context, c *call) error {
	set, place := c.flags("contact erasing")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		rows, err := h.Store.Read().Erasures(ctx, w.ID)
		for _, row := range rows {
			fmt.Fprintf(c.stdout, "%s\tsince %s\n", row.ContactID, moment(row.AskedMs))
		}
		return err
	})
}

// confirms has the contact's name or number typed, or "erase" for one who has neither.
func (c *call) confirms(p erase.Preview) bool {
	wanted := p.Contact.Name
	if wanted == "" {
		wanted = p.Contact.Number
	}
	if wanted == "" {
		wanted = "erase"
	}
	fmt.Fprintf(c.stderr, "All of it is gone for good, here and on every agent's computer. Type %q to go on: ", wanted)
	line, _ := bufio.NewReader(c.stdin).ReadString('\n')
	return strings.TrimSpace(line) == wanted
}

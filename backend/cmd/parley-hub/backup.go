package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/store"
)

// runBackup copies the database into one file while hubs go on.
func runBackup(ctx context.Context, c *call) error {
	set, place := c.flags("backup")
	to := set.String("to", "", "file to write; it must not exist")
	if err := c.parse(set); err != nil {
		return err
	}
	if *to == "" {
		return usagef("--to is needed")
	}
	config, err := place.config()
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, config.Store)
	if err != nil {
		return err
	}
	defer s.Close()
	if _, err := admin.Only(ctx, s); err != nil {
		return err
	}
	if err := s.Backup(ctx, *to); err != nil {
		return err
	}
	info, err := os.Stat(*to)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%s holds the database (%d bytes).\nKeep these, too, and apart from it: the key %s, without which no secret can be read, and the files of messages in %s.\n",
		*to, info.Size(), config.KeyFile, place.filesName(config))
	return nil
}

func (p *place) filesName(config hub.Config) string {
	if p.media != "" {
		return p.media
	}
	return config.MediaDir
}

// runRestore brings a backup back. Without --from the database was restored by its own tools, such as pg_restore, and only
// what must not be continued from is renewed.
func runRestore(ctx context.Context, c *call) error {
	set, place := c.flags("restore")
	from := set.String("from", "", "file that parley-hub backup has written; empty where pg_restore was used")
	replace := set.Bool("replace", false, "put what is in the data folder aside")
	if err := c.parse(set); err != nil {
		return err
	}
	release, err := place.lock()
	if err != nil {
		return err
	}
	defer release()
	config, err := place.config()
	if err != nil {
		return err
	}
	if *from == "" && place.data != "" {
		return usagef("--from is needed")
	}
	var restored admin.Restored
	if *from == "" {
		restored, err = renew(ctx, config.Store)
	} else {
		restored, err = restore(ctx, c, config.Store, *from, *replace)
	}
	if err != nil {
		return err
	}
	fmt.Fprintln(c.stdout, "The database is restored. Computers take everything anew when they meet this hub; what was typed on them and not sent is kept.")
	if restored.Doubtful > 0 {
		fmt.Fprintf(c.stdout, "%d messages had not been sent when the backup was made. They may have been since, so they are shown as not confirmed, to be decided by people.\n", restored.Doubtful)
	}
	return nil
}

func renew(ctx context.Context, where store.Config) (admin.Restored, error) {
	s, err := store.Open(ctx, where)
	if err != nil {
		return admin.Restored{}, err
	}
	defer s.Close()
	return admin.Renew(ctx, s)
}

func restore(ctx context.Context, c *call, where store.Config, from string, replace bool) (admin.Restored, error) {
	backup, err := store.OpenBackup(ctx, from)
	if err != nil {
		return admin.Restored{}, err
	}
	defer backup.Close()
	if where.SQLiteFile != "" {
		if err := putAside(c, where.SQLiteFile, replace); err != nil {
			return admin.Restored{}, err
		}
		if err := backup.Close(); err != nil {
			return admin.Restored{}, err
		}
		if err := copyFile(from, where.SQLiteFile); err != nil {
			return admin.Restored{}, fmt.Errorf("restore: %w", err)
		}
		return renew(ctx, where)
	}
	if err := backup.Migrate(ctx); err != nil {
		return admin.Restored{}, err
	}
	s, err := store.Open(ctx, where)
	if err != nil {
		return admin.Restored{}, err
	}
	defer s.Close()
	return admin.Restore(ctx, backup, s)
}

// putAside renames what is there, so that a restore of the wrong file costs nothing.
func putAside(c *call, file string, replace bool) error {
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if !replace {
		return fmt.Errorf("there is a hub in %s already; --replace puts its database aside", filepath.Dir(file))
	}
	aside := strings.TrimSuffix(file, ".db") + time.Now().Format("-20060102-150405") + ".db"
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Rename(file+suffix, aside+suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("put aside: %w", err)
		}
	}
	fmt.Fprintf(c.stderr, "parley-hub: the database that was there is now %s\n", aside)
	return nil
}

func copyFile(from, to string) (err error) {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		return errors.Join(err, out.Close())
	}
	return errors.Join(out.Sync(), out.Close())
}

// runCopy moves an installation to the other engine. Desks continue from where they are.
func runCopy(ctx context.Context, c *call) error {
	set, _ := c.flags("copy")
	from := set.String("from", "", "where everything is: a data folder, or a postgres:// address. No hub may run on it")
	to := set.String("to", "", "where everything goes: an empty database of the other kind")
	if err := c.parse(set); err != nil {
		return err
	}
	if *from == "" || *to == "" {
		return usagef("--from and --to are needed")
	}
	var stores [2]*store.Store
	var places [2]*place
	for i, where := range []string{*from, *to} {
		places[i] = &place{data: where}
		if strings.Contains(where, "://") {
			places[i] = &place{database: where}
		}
		release, err := places[i].lock()
		if err != nil {
			return err
		}
		defer release()
		config, err := places[i].config()
		if err != nil {
			return err
		}
		if stores[i], err = store.Open(ctx, config.Store); err != nil {
			return err
		}
		defer stores[i].Close()
	}
	rows, err := stores[0].CopyTo(ctx, stores[1])
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "%d rows are copied. Desks continue from where they are.\n", rows)
	if places[0].data != "" {
		fmt.Fprintf(c.stdout, "Serve with the same key and files: --key-file %s --media %s\n",
			filepath.Join(places[0].data, "hub.key"), filepath.Join(places[0].data, "media"))
	}
	return nil
}

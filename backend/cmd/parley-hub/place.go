package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"parley/backend/channel/messenger"
	"parley/backend/channel/whatsapp"
	"parley/backend/hub"
	"parley/backend/hub/media/bucket"
	"parley/backend/hub/outbound"
	"parley/backend/hub/store"
	"parley/backend/hub/trace"

	"github.com/adrg/xdg"
)

// place is where a hub keeps things: the flags that every command has.
type place struct {
	data, database, keyFile, media string
	proxied                        bool          // of serve
	tracer                         *trace.Tracer // of serve
}

// flags returns a command's flag set with those of place.
func (c *call) flags(name string) (*flag.FlagSet, *place) {
	set := flag.NewFlagSet(name, flag.ContinueOnError)
	out := c.stderr
	if c.asksForHelp() {
		out = c.stdout
	}
	set.SetOutput(out)
	set.Usage = func() {
		fmt.Fprintf(out, "Usage of parley-hub %s:\n", name)
		set.PrintDefaults()
	}
	p := &place{}
	set.StringVar(&p.data, "data", os.Getenv("PARLEY_HUB_DATA"), "folder for everything (SQLite)")
	set.StringVar(&p.database, "database", os.Getenv("PARLEY_HUB_DATABASE"), "postgres:// address, for any number of hubs")
	set.StringVar(&p.keyFile, "key-file", os.Getenv("PARLEY_HUB_KEY_FILE"), "key that seals Meta's secrets; the same for every hub of a database")
	set.StringVar(&p.media, "media", os.Getenv("PARLEY_HUB_MEDIA"), "where the files of messages are: a folder, or s3://BUCKET?region=…&endpoint=… where several hubs run")
	return set, p
}

// asksForHelp reports whether somebody only wants to know the flags.
func (c *call) asksForHelp() bool {
	return slices.ContainsFunc(c.args, func(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" })
}

// parse reads the flags; there is nothing else on a command line.
func (c *call) parse(set *flag.FlagSet) error {
	err := set.Parse(c.args)
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	if err != nil {
		return usagef("%v", err)
	}
	if set.NArg() > 0 {
		return usagef("%q is not expected here", set.Arg(0))
	}
	return nil
}

// config turns the flags into where a hub is.
func (p *place) config() (hub.Config, error) {
	var config hub.Config
	switch {
	case p.data != "" && p.database != "":
		return config, usagef("--data and --database exclude each other")
	case p.data != "":
		if err := os.MkdirAll(p.data, 0o700); err != nil {
			return config, fmt.Errorf("the data folder cannot be made: %w", err)
		}
		config = hub.InFolder(p.data)
	case p.database != "":
		config.Store = store.Config{PostgresURL: p.database}
		config.KeyFile = filepath.Join(xdg.ConfigHome, "parley-hub", "hub.key")
		config.MediaDir = filepath.Join(xdg.DataHome, "parley-hub", "media")
	default:
		return config, usagef("say where: --data DIR or --database URL")
	}
	if p.keyFile != "" {
		config.KeyFile = p.keyFile
	}
	return config, nil
}

// files finds out where the files of messages are.
func (p *place) files(ctx context.Context, config *hub.Config) error {
	scheme, path, isAddress := strings.Cut(p.media, "://")
	switch {
	case p.media == "":
	case !isAddress:
		config.MediaDir = p.media
	case scheme == "file":
		if !filepath.IsAbs(filepath.FromSlash(path)) {
			return usagef("--media %s: it looks like file:///folder", p.media)
		}
		config.MediaDir = filepath.FromSlash(path)
	case scheme == "s3":
		b, err := bucket.Open(ctx, p.media, filepath.Join(config.MediaDir, "incoming"))
		if err != nil {
			return fmt.Errorf("--media: %w", err)
		}
		config.Media = b
	default:
		return usagef("--media: files are kept in a folder or in an s3:// bucket, not in %s://", scheme)
	}
	return nil
}

// open opens the hub. The caller closes it.
func (c *call) open(ctx context.Context, p *place) (*hub.Hub, error) {
	config, err := p.config()
	if err != nil {
		return nil, err
	}
	if err := p.files(ctx, &config); err != nil {
		return nil, err
	}
	config.Proxied, config.Tracer = p.proxied, p.tracer
	config.Trusted = &outbound.Hosts{}
	client := outbound.Client(config.Trusted)
	config.Adapters = append(config.Adapters, whatsapp.New(client), messenger.New(client))
	config.Log = slog.New(slog.NewJSONHandler(c.stderr, nil))
	return hub.New(ctx, config)
}

// secretFile reads a secret from a file, without the line end that editors add.
func secretFile(flagName, file string) (string, error) {
	if file == "" {
		return "", usagef("%s is needed", flagName)
	}
	f, err := os.Open(file)
	if err != nil {
		return "", fmt.Errorf("%s: %w", flagName, err)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 16<<10))
	if err != nil {
		return "", fmt.Errorf("%s: %w", flagName, err)
	}
	secret := strings.TrimSpace(string(text))
	if secret == "" {
		return "", fmt.Errorf("%s: %s is empty", flagName, file)
	}
	return secret, nil
}

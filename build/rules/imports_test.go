// Package rules holds tests of the house itself: which package may import which.
package rules

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// rules say what the packages below a folder must not import. The first words of ARCHITECTURE.md's import rule.
var rules = []struct {
	below     string
	forbidden []string
	because   string
}{
	{"backend", []string{"github.com/wailsapp", "github.com/gen2brain/beeep", "github.com/esiqveland", "parley/app"}, "the core knows no window"},
	{"backend/conversation", []string{"parley/"}, "the domain imports nothing of ours"},
	{"backend/channel", []string{"parley/backend/hub", "parley/backend/desk", "parley/backend/practice"}, "a channel is pure translation"},
	{"backend/practice", []string{"parley/backend/hub", "parley/backend/desk"}, "practice Meta knows neither side"},
	{"backend/hub", []string{"parley/backend/desk", "parley/backend/practice"}, "the hub knows no desk"},
	{"backend/desk", []string{"parley/backend/hub", "parley/backend/practice", "parley/backend/channel"}, "the desk knows the hub by its contract only"},
	{"backend", []string{"github.com/nats-io"}, "a bus is what our feed is measured against, and no part of it"},
	{"app", []string{"parley/backend/hub", "parley/backend/practice", "parley/backend/channel"}, "the shell knows the desk only"},
}

// leftOut is what the desktop application must not contain, however it would come in: weight, and what talks to others.
var leftOut = []struct{ prefix, because string }{
	{"parley/backend/hub/trace/otlp", "traces are for a team's hub"},
	{"go.opentelemetry.io/", "traces are for a team's hub"},
	{"google.golang.org/grpc", "nothing here speaks gRPC's own transport"},
	{"parley/backend/hub/media/bucket", "files of several hubs are for a team's hub"},
	{"github.com/aws/", "files of several hubs are for a team's hub"},
	{"github.com/caddyserver/certmagic", "the hub inside is reached by nobody else"},
}

func TestDesktopLeavesOut(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "-tags", "desktop,production,webkit2_41,sqlite_fts5,sqlite_omit_load_extension", ".")
	list.Dir = "../.."
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	packages := strings.Fields(string(out))
	if !slices.Contains(packages, "parley/backend/hub") {
		t.Fatalf("%d packages, and not the hub: this is not the application", len(packages))
	}
	for _, one := range packages {
		for _, out := range leftOut {
			if strings.HasPrefix(one, out.prefix) {
				t.Errorf("the desktop contains %s: %s", one, out.because)
			}
		}
	}
}

func TestImports(t *testing.T) {
	const root = "../.."
	for _, rule := range rules {
		err := filepath.WalkDir(filepath.Join(root, rule.below), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range file.Imports {
				imported, _ := strconv.Unquote(spec.Path.Value)
				for _, prefix := range rule.forbidden {
					if strings.HasPrefix(imported, prefix) {
						t.Errorf("%s imports %s: %s", strings.TrimPrefix(path, root+"/"), imported, rule.because)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	}
}

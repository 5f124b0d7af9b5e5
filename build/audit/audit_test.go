package main

import (
	"compress/gzip"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// govulncheck is the real one, as make audit builds it.
func govulncheck(t *testing.T) string {
	t.Helper()
	program, err := exec.LookPath("govulncheck")
	if err != nil {
		t.Skip("govulncheck is built by make audit")
	}
	return program
}

// database serves a database of vulnerabilities that knows one, in the function of the standard library that it names.
func database(t *testing.T, function string) string {
	t.Helper()
	files := map[string]string{
		"/index/db.json":      `{"modified":"2026-01-02T03:04:05Z"}`,
		"/index/modules.json": `[{"path":"stdlib","vulns":[{"id":"GO-2026-0001","modified":"2026-01-02T03:04:05Z"}]}]`,
		"/ID/GO-2026-0001.json": `{"schema_version":"1.3.1","id":"GO-2026-0001","modified":"2026-01-02T03:04:05Z","published":"2026-01-02T03:04:05Z",
			"summary":"A hole in ` + function + `","details":"A hole.","affected":[{"package":{"name":"stdlib","ecosystem":"Go"},
			"ranges":[{"type":"SEMVER","events":[{"introduced":"0"}]}],
			"ecosystem_specific":{"imports":[{"path":"strings","symbols":["` + function + `"]}]}}]}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text, ok := files[strings.TrimSuffix(r.URL.Path, ".gz")]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if !strings.HasSuffix(r.URL.Path, ".gz") {
			_, _ = w.Write([]byte(text))
			return
		}
		packed := gzip.NewWriter(w)
		_, _ = packed.Write([]byte(text))
		_ = packed.Close()
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func audit(t *testing.T, database string) (string, error) {
	t.Helper()
	t.Setenv("GOVULNDB", database)
	t.Setenv("GOFLAGS", "")
	program := govulncheck(t)
	t.Chdir("testdata/caller")
	var out strings.Builder
	err := vulnerabilities(context.Background(), program, []string{"./..."}, &out)
	return out.String(), err
}

func TestVulnerabilities(t *testing.T) {
	t.Run("a hole that our code reaches fails", func(t *testing.T) {
		if out, err := audit(t, database(t, "Repeat")); err == nil || !strings.Contains(err.Error(), "GO-2026-0001") {
			t.Errorf("%v, %q", err, out)
		}
	})
	t.Run("one that it does not reach passes", func(t *testing.T) {
		if out, err := audit(t, database(t, "Title")); err != nil || !strings.Contains(out, "affected by 0 vulnerabilities") {
			t.Errorf("%v, %q", err, out)
		}
	})
	const nobody = "http://127.0.0.1:1"
	t.Setenv("HTTPS_PROXY", nobody)
	t.Run("a database that cannot be read is said, not passed over", func(t *testing.T) {
		if out, err := audit(t, ""); err != nil || !strings.Contains(out, "NOT CHECKED") || !strings.Contains(out, "https://vuln.go.dev") {
			t.Errorf("%v, %q", err, out)
		}
	})
	t.Run("and fails where it must be read", func(t *testing.T) {
		t.Setenv("AUDIT_STRICT", "1")
		if out, err := audit(t, ""); err == nil {
			t.Errorf("passed: %q", out)
		}
	})
	t.Run("a database of one's own that cannot be read fails", func(t *testing.T) {
		if out, err := audit(t, nobody); err == nil {
			t.Errorf("passed: %q", out)
		}
	})
	t.Run("code that does not build fails", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if err := vulnerabilities(t.Context(), govulncheck(t), []string{"./..."}, &strings.Builder{}); err == nil {
			t.Error("passed")
		}
	})
}

func TestLicences(t *testing.T) {
	check := func(components string) error {
		file := filepath.Join(t.TempDir(), "bom.json")
		if err := os.WriteFile(file, []byte(`{"bomFormat":"CycloneDX","components":[`+components+`]}`), 0o600); err != nil {
			t.Fatal(err)
		}
		return licences(filepath.Join(t.TempDir(), "list"), []string{file}, &strings.Builder{})
	}
	for _, good := range []string{
		`{"name":"a","licenses":[{"license":{"id":"MIT"}}]}`,
		`{"name":"a","evidence":{"licenses":[{"license":{"id":"Apache-2.0"}},{"license":{"id":"MIT"}}]}}`,
		`{"name":"a","licenses":[{"expression":"(MIT OR GPL-3.0-only)"}]}`,
		`{"name":"std"}`, `{"name":"@lix-js/sdk-darwin-arm64"}`,
	} {
		if err := check(good); err != nil {
			t.Errorf("%s: %v", good, err)
		}
	}
	for _, bad := range []string{
		`{"name":"a"}`, `{"name":"standard"}`, `{"name":"a","licenses":[{"license":{"id":"AGPL-3.0-only"}}]}`,
		`{"name":"a","licenses":[{"license":{"name":"SEE LICENSE IN x"}}]}`, `{"name":"a","licenses":[{"expression":"MIT AND GPL-2.0-only"}]}`,
		`{"name":"a","licenses":[{"license":{"id":"MIT"}},{"license":{"id":"SSPL-1.0"}}]}`, ``,
	} {
		if err := check(bad); err == nil {
			t.Errorf("%s passed", bad)
		}
	}
}

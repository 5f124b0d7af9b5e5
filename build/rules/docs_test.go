package rules

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// What operators read names only metrics and commands that there are.
func TestDocsAreTrue(t *testing.T) {
	const root = "../.."
	source := ""
	err := filepath.WalkDir(filepath.Join(root, "backend"), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		source += string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	documents, err := filepath.Glob(filepath.Join(root, "docs", "*.md"))
	if err != nil || len(documents) < 4 {
		t.Fatalf("%d documents, %v", len(documents), err)
	}
	metric := regexp.MustCompile(`parley_[a-z]+_[a-z_]+`)
	command := regexp.MustCompile("parley-hub ((?:[a-z]+ )*[a-z]+)(?: --| <|`|\\n|$)")
	named := 0
	for _, path := range append(documents, filepath.Join(root, "README.md"), filepath.Join(root, "build/grafana/parley-hub.json")) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range metric.FindAllString(string(text), -1) {
			named++
			if !strings.Contains(source, `"`+strings.TrimSuffix(name, "_bucket")+`"`) {
				t.Errorf("%s: there is no metric %s", filepath.Base(path), name)
			}
		}
		for _, words := range command.FindAllStringSubmatch(string(text), -1) {
			named++
			if quoted := `"` + strings.ReplaceAll(words[1], " ", `", "`); !strings.Contains(source, `{[]string{`+quoted) {
				t.Errorf("%s: there is no command %q", filepath.Base(path), words[1])
			}
		}
	}
	if named < 30 {
		t.Errorf("only %d metrics and commands were found in the documents", named)
	}
}

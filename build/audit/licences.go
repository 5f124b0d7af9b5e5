package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// allowed are the licences that a program under any terms may contain, or be made with. MPL binds the files that are under it,
// which we do not change; OFL is for the face.
var allowed = []string{"0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "CC0-1.0", "ISC", "MIT", "MPL-2.0", "OFL-1.1", "Unlicense"}

// read are licences that a person read, because a tool does not recognise the file or there is no statement in the package.
var read = map[string]string{
	"github.com/cenkalti/backoff/v5": "MIT",
	"github.com/gookit/color":        "MIT",
	"github.com/jaypipes/ghw":        "Apache-2.0",
	"github.com/pressly/goose/v3":    "MIT",
	"github.com/tidwall/gjson":       "MIT",
	"github.com/tidwall/match":       "MIT",
	"github.com/tidwall/pretty":      "MIT",
	"github.com/tidwall/sjson":       "MIT",
	"github.com/yusufpapurcu/wmi":    "MIT",
	"std":                            "BSD-3-Clause",
	"@inlang/plugin-message-format":  "MIT", // builds messages, nothing of it is shipped
	"@lix-js/sdk-":                   "MIT", // native parts, one package for each system; builds messages
}

// component is what we read of a CycloneDX component.
type component struct {
	Name, Version string
	Licenses      []choice
	Evidence      struct{ Licenses []choice }
}

// choice is one statement of a licence: an SPDX id, or an expression of several.
type choice struct {
	License    struct{ ID, Name string }
	Expression string
}

func (c choice) String() string { return cmp.Or(c.License.ID, c.Expression, c.License.Name) }

// stated is every licence of a component; nil when nobody knows.
func (c component) stated() []string {
	var all []string
	for _, choice := range slices.Concat(c.Licenses, c.Evidence.Licenses) {
		if s := choice.String(); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	if len(all) > 0 {
		return all
	}
	for name, licence := range read {
		if c.Name == name || strings.HasSuffix(name, "-") && strings.HasPrefix(c.Name, name) {
			return []string{licence}
		}
	}
	return nil
}

// licences writes a list of all components of the files and their licences, and fails for one that is not allowed or not known.
func licences(list string, files []string, out io.Writer) error {
	var lines, wrong []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return err
		}
		var bom struct {
			BOMFormat  string
			Components []component
		}
		if err := json.Unmarshal(text, &bom); err != nil || bom.BOMFormat != "CycloneDX" || len(bom.Components) == 0 {
			return fmt.Errorf("%s is no list of components (%w)", file, err)
		}
		for _, c := range bom.Components {
			stated := c.stated()
			line := fmt.Sprintf("%s %s: %s", c.Name, c.Version, strings.Join(stated, ", "))
			lines = append(lines, line)
			if len(stated) == 0 {
				wrong = append(wrong, line+"no licence is known; read it, and say so in build/audit/licences.go")
			}
			for _, licence := range stated {
				if !mayShip(licence) {
					wrong = append(wrong, line+" is not allowed by build/audit/licences.go")
				}
			}
		}
	}
	slices.Sort(lines)
	lines = slices.Compact(lines)
	if err := os.WriteFile(list, []byte(strings.Join(lines, "\n")+"\n"), 0o644); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return fmt.Errorf("licences:\n  %s", strings.Join(slices.Compact(wrong), "\n  "))
	}
	fmt.Fprintf(out, "licences: %d dependencies, all under %s (%s)\n", len(lines), strings.Join(allowed, ", "), list)
	return nil
}

// mayShip reports whether an SPDX expression leaves us an allowed choice. Only what we meet is understood: A, (A OR B), (A AND B).
func mayShip(expression string) bool {
	expression = strings.Trim(expression, "()")
	if choices := strings.Split(expression, " OR "); len(choices) > 1 {
		return slices.ContainsFunc(choices, mayShip)
	}
	for part := range strings.SplitSeq(expression, " AND ") {
		if !slices.Contains(allowed, part) {
			return false
		}
	}
	return true
}

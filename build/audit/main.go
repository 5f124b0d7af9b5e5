// Command audit judges what make audit's tools say: whether a dependency has a known hole that our code can reach, and
// whether every dependency comes under a licence that we may ship.
//
//	audit vulnerabilities GOVULNCHECK [ARGUMENT …]
//	audit licences LIST SBOM …
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "audit:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string, out io.Writer) error {
	switch {
	case len(args) >= 2 && args[0] == "vulnerabilities":
		return vulnerabilities(ctx, args[1], args[2:], out)
	case len(args) >= 3 && args[0] == "licences":
		return licences(args[1], args[2:], out)
	}
	return errors.New("use: audit vulnerabilities GOVULNCHECK [ARGUMENT …] | audit licences LIST SBOM …")
}

// unfetched is how govulncheck begins its complaint when it cannot read the database. It names the address, and found nothing.
const unfetched = "govulncheck: fetching vulnerabilities:"

// vulnerabilities runs govulncheck. A finding fails, and so does whatever else goes wrong, but for one thing: where the
// public database cannot be reached there is no answer, which is said and fails only with AUDIT_STRICT=1. GOVULNDB names
// another database, such as file:///folder, which has to be there.
func vulnerabilities(ctx context.Context, program string, args []string, out io.Writer) error {
	if database := os.Getenv("GOVULNDB"); database != "" {
		args = append([]string{"-db", database}, args...)
	}
	said, err := exec.CommandContext(ctx, program, args...).CombinedOutput()
	text := strings.TrimSpace(string(said))
	if err == nil {
		fmt.Fprintln(out, "vulnerabilities:", strings.ReplaceAll(text, "\n", "\n  "))
		return nil
	}
	if at := strings.Index(text, unfetched); at >= 0 && os.Getenv("AUDIT_STRICT") != "1" {
		fmt.Fprintf(out, "vulnerabilities: NOT CHECKED, the database cannot be read (%s). Where it can, make audit fails on a finding.\n",
			strings.TrimSpace(text[at+len(unfetched):]))
		return nil
	}
	return fmt.Errorf("govulncheck: %w\n%s", err, text)
}

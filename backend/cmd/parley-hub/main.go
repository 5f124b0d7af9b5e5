// Command parley-hub connects a team to Meta. Results go to stdout, talk to stderr; exit code 1 is a failure that one
// sentence explains, 2 is wrong use.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// usageError says that a command was called wrongly.
type usageError struct{ text string }

func (e *usageError) Error() string { return e.text }

func usagef(format string, args ...any) error { return &usageError{fmt.Sprintf(format, args...)} }

// command is one sub-command. words are what its flags are preceded by.
type command struct {
	words []string
	help  string
	run   func(ctx context.Context, c *call) error
}

// call is one invocation of a command.
type call struct {
	args           []string
	stdin          io.Reader
	stdout, stderr io.Writer
}

var commands = []command{
	{[]string{"init"}, "make a workspace and its first admin", runInit},
	{[]string{"touchpoint", "add", "whatsapp"}, "connect a WhatsApp number", runAddWhatsApp},
	{[]string{"touchpoint", "add", "messenger"}, "connect a Facebook Page", runAddMessenger},
	{[]string{"touchpoint", "list"}, "name the touchpoints with their settings", runListTouchpoints},
	{[]string{"touchpoint", "check"}, "ask Meta how a touchpoint's connection stands", runCheckTouchpoint},
	{[]string{"touchpoint", "set"}, "change a touchpoint's session window, weight, queue and more", runSetTouchpoint},
	{[]string{"agent", "add"}, "add a person", runAddAgent},
	{[]string{"agent", "invite"}, "make a link by which a person sets their own password", runInvite},
	{[]string{"agent", "role"}, "give a person another role", runSetRole},
	{[]string{"agent", "password"}, "give a person another password, and unlock their account", runSetPassword},
	{[]string{"agent", "disable"}, "switch a person's account off, and remove what their computers keep", runDisable},
	{[]string{"agent", "enable"}, "switch a person's account on again", runEnable},
	{[]string{"session", "list"}, "name the computers on which a person is signed in", runListSessions},
	{[]string{"session", "end"}, "sign a person's computers out, and remove what they keep", runEndSessions},
	{[]string{"company", "set"}, "let people sign in with their company's account (OpenID Connect)", runSetCompany},
	{[]string{"company", "off"}, "end that", runDropCompany},
	{[]string{"audit"}, "tell who did what to accounts and sessions", runAudit},
	{[]string{"dead-letters", "list"}, "name the parts of webhooks that were not understood", runListLetters},
	{[]string{"dead-letters", "replay"}, "work them in again, after an upgrade", runReplayLetters},
	{[]string{"dead-letters", "discard"}, "forget one of them", runDiscardLetter},
	{[]string{"contact", "find"}, "name contacts by a part of their name, number or address", runFindContact},
	{[]string{"contact", "export"}, "write everything about a contact into a ZIP file", runExportContact},
	{[]string{"contact", "erase"}, "erase a contact for good, here and on every agent's computer", runEraseContact},
	{[]string{"contact", "erasing"}, "name the erasures that go on", runListErasures},
	{[]string{"queue", "list"}, "name the queues and who works in them", runListQueues},
	{[]string{"queue", "add"}, "add a queue", runAddQueue},
	{[]string{"queue", "members"}, "say who works in a queue", runSetMembers},
	{[]string{"queue", "route"}, "say how its conversations find their agent, and when the business is there", runRouteQueue},
	{[]string{"key", "add"}, "make an API key for a program", runAddKey},
	{[]string{"key", "list"}, "name the API keys and when they were last used", runListKeys},
	{[]string{"key", "revoke"}, "end an API key", runRevokeKey},
	{[]string{"webhook", "add"}, "tell a program of others what changes", runAddWebhook},
	{[]string{"webhook", "list"}, "name the outgoing webhooks and how they do", runListWebhooks},
	{[]string{"webhook", "test"}, "tell one a test event now", runTestWebhook},
	{[]string{"webhook", "log"}, "tell what one was told lately", runWebhookLog},
	{[]string{"webhook", "rotate"}, "give one another secret", runRotateWebhook},
	{[]string{"webhook", "off"}, "switch one off; what it is not told is kept", runWebhookOff},
	{[]string{"webhook", "on"}, "switch one on again", runWebhookOn},
	{[]string{"webhook", "remove"}, "forget one", runRemoveWebhook},
	{[]string{"identity"}, "show the fingerprint by which desks recognise this hub", runIdentity},
	{[]string{"keep"}, "say for how long agents' computers keep what was said", runKeep},
	{[]string{"serve"}, "take in webhooks and serve desks", runServe},
	{[]string{"backup"}, "copy the database into a file while hubs go on", runBackup},
	{[]string{"restore"}, "bring a backup back", runRestore},
	{[]string{"copy"}, "move everything from SQLite to PostgreSQL, or back", runCopy},
	{[]string{"export"}, "write everything as JSON Lines", runExport},
	{[]string{"practice"}, "run a simulated Meta to practise and test against", runPractice},
}

func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	err := dispatch(ctx, args, stdin, stdout, stderr)
	var usage *usageError
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "parley-hub: "+usage.Error())
		return 2
	default:
		fmt.Fprintln(stderr, "parley-hub: "+err.Error())
		return 1
	}
}

func dispatch(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) error {
	for _, c := range commands {
		if n := len(c.words); len(args) >= n && equal(args[:n], c.words) {
			return c.run(ctx, &call{args: args[n:], stdin: stdin, stdout: stdout, stderr: stderr})
		}
	}
	if len(args) > 0 && (args[0] == "help" || args[0] == "-h" || args[0] == "--help") {
		printHelp(stdout)
		return nil
	}
	printHelp(stderr)
	if len(args) == 0 {
		return usagef("a command is needed")
	}
	return usagef("there is no command %q", args[0])
}

func equal(a, b []string) bool {
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func printHelp(w io.Writer) {
	fmt.Fprintln(w, "parley-hub connects a team to WhatsApp and Facebook Messenger.")
	fmt.Fprintln(w, "\nCommands (each but practice and copy takes --data DIR or --database URL; --help lists its flags):")
	for _, c := range commands {
		name := ""
		for _, word := range c.words {
			name += word + " "
		}
		fmt.Fprintf(w, "  %-26s %s\n", name, c.help)
	}
}

package channel

import (
	"context"
	"strings"
)

// Checker is an Adapter that can look at an account's connection step by step without writing to anybody. Callers ask for it
// by type assertion.
type Checker interface {
	// Check looks at every step, in an order in which an earlier one explains a later one.
	Check(ctx context.Context, account Account) []Check
}

// Step is a part of a connection.
type Step string

// Steps, in their order.
const (
	StepToken       Step = "token"       // Meta takes it
	StepPermissions Step = "permissions" // it has those that are needed
	StepAccount     Step = "account"     // the number or Page can be read
	StepWebhook     Step = "webhook"     // Meta tells us of what happens
	StepTemplates   Step = "templates"   // they can be listed, and some may be sent
)

// Result is how a step stands.
type Result string

// Results.
const (
	Good    Result = "good"
	Warning Result = "warning" // it works, and something should be done
	Bad     Result = "bad"     // it does not work
	Unknown Result = "unknown" // it could not be looked at
)

// Check is how one step stands. Reason is a word: see the constants. Detail is what it is about: names of permissions, the
// number as Meta writes it, Meta's own words; never a secret.
type Check struct {
	Step   Step
	Result Result
	Reason Finding
	Detail string
}

// Finding is why a step stands as it does.
type Finding string

// Findings. FoundNothing goes with Good.
const (
	FoundNothing     Finding = ""
	FoundExpired     Finding = "expired"        // token
	FoundExpires     Finding = "expires"        // token: soon; Detail is when (RFC 3339)
	FoundInvalid     Finding = "invalid"        // token
	FoundWrongSecret Finding = "app_secret"     // token: the app secret belongs to another app
	FoundMissing     Finding = "missing"        // permissions, or fields of the webhook: Detail names them
	FoundElsewhere   Finding = "elsewhere"      // account: the token does not open it, or Meta does not know it
	FoundPoor        Finding = "poor"           // account: Meta rates its quality low
	FoundState       Finding = "state"          // account: it is not connected; Detail is Meta's word
	FoundNoWebhook   Finding = "not_subscribed" // webhook
	FoundNone        Finding = "none"           // templates: none is approved
	FoundRefused     Finding = "refused"        // Meta refuses to tell; Detail is its words
	FoundUnreachable Finding = "unreachable"    // Meta did not answer
	FoundEarlier     Finding = "earlier"        // an earlier step has to be put right first
)

// Lacking are the words that are wanted and not there, as a Detail.
func Lacking(wanted, there []string) string {
	var lacking []string
	for _, word := range wanted {
		found := false
		for _, other := range there {
			found = found || other == word
		}
		if !found {
			lacking = append(lacking, word)
		}
	}
	return strings.Join(lacking, ", ")
}

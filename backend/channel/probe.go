package channel

import "context"

// Prober is an Adapter that can see whether an account's token works without writing to anybody. Callers ask for it by
// type assertion.
type Prober interface {
	// Probe reads the account itself. nil: Meta takes the token. Errors are *CallError.
	Probe(ctx context.Context, account Account) error
}

package channel

import "time"

// Rates are how fast Meta takes messages. Keeping below them makes its errors rare; they are heeded all the same.
type Rates struct {
	// Every is the time between two messages of an account, Burst how many may go at once. 0: no limit.
	Every time.Duration
	Burst int
	// PairEvery and PairBurst are the same for one contact of an account.
	PairEvery time.Duration
	PairBurst int
}

// Paced is an Adapter whose channel has rates. Callers ask for it by type assertion.
type Paced interface {
	Rates() Rates
}

// Numbered is an Adapter whose contacts have phone numbers. Callers ask for it by type assertion.
type Numbered interface {
	// NumberForms are all digits by which Meta may name the same number, the given one first.
	NumberForms(digits string) []string
}

package graph

import (
	"errors"
	"fmt"

	"parley/backend/channel"
)

// Outcome returns what became of a send that ended with err.
//
//	not connected, not resolved, no TLS            → retry
//	an error object with a code of the table       → the row's verdict
//	another error object, HTTP 4xx                 → refused
//	another error object, HTTP 5xx or is_transient → unknown
//	anything else after the connection was there   → unknown
func (t Table) Outcome(err error) channel.Outcome {
	refused, ok := errors.AsType[*Error](err)
	if !ok {
		return lostOutcome(err)
	}
	failure := t.failure(refused.Code, refused.Subcode, refused.Detail())
	if row := t.Find(refused.Code, refused.Subcode); row != nil {
		outcome := channel.Outcome{Verdict: row.Verdict, Failure: failure}
		if row.Verdict == channel.VerdictRetry {
			outcome.Scope, outcome.After = row.Scope, max(row.After, refused.Regain)
		}
		return outcome
	}
	if refused.Transient || refused.Status >= 500 {
		failure.Class, failure.Reason = channel.ClassUnconfirmed, channel.ReasonUnconfirmed
		return channel.Outcome{Verdict: channel.VerdictUnknown, Failure: failure}
	}
	return channel.Outcome{Verdict: channel.VerdictRefused, Failure: failure}
}

// WithoutID is the outcome of a send that Meta answered with success but without an id.
func WithoutID() channel.Outcome {
	failure := channel.Refusal(channel.ReasonUnconfirmed, "Meta answered without a message id.")
	return channel.Outcome{Verdict: channel.VerdictUnknown, Failure: *failure}
}

// Refused is the outcome of a send that was refused before anything left this machine.
func Refused(failure *channel.Failure) channel.Outcome {
	return channel.Outcome{Verdict: channel.VerdictRefused, Failure: *failure}
}

// UploadOutcome returns what became of a send whose upload ended with err. An upload reaches nobody, so what
// is unknown about it may be repeated.
func (t Table) UploadOutcome(err error) channel.Outcome {
	if broken, ok := errors.AsType[*FileError](err); ok {
		return Refused(channel.Refusal(channel.ReasonFileMissing, broken.Error()))
	}
	outcome := t.Outcome(err)
	if outcome.Verdict == channel.VerdictUnknown {
		outcome.Verdict, outcome.Scope = channel.VerdictRetry, channel.ScopeContact
		if outcome.Failure.Class == channel.ClassUnconfirmed {
			outcome.Failure.Class, outcome.Failure.Reason = channel.ClassNetwork, channel.ReasonNetwork
		}
	}
	return outcome
}

// CallError wraps the error of a call that is no send, with what was being done. It is a *channel.CallError.
func (t Table) CallError(act string, err error) error {
	if err == nil {
		return nil
	}
	outcome := t.Outcome(err)
	switch {
	case errors.Is(err, channel.ErrMediaGone):
		outcome = Refused(channel.Refusal(channel.ReasonFileNotLoaded, err.Error()))
	case errors.Is(err, ErrTooLarge):
		outcome = Refused(channel.Refusal(channel.ReasonFileTooLarge, err.Error()))
	}
	return &channel.CallError{
		Verdict: outcome.Verdict, Failure: outcome.Failure, After: outcome.After, Err: fmt.Errorf("%s: %w", act, err),
	}
}

func lostOutcome(err error) channel.Outcome {
	if lost, ok := errors.AsType[*TransportError](err); ok && !lost.Sent {
		return channel.Outcome{
			Verdict: channel.VerdictRetry, Scope: channel.ScopeAccount,
			Failure: *channel.Refusal(channel.ReasonNetwork, err.Error()),
		}
	}
	return channel.Outcome{
		Verdict: channel.VerdictUnknown,
		Failure: *channel.Refusal(channel.ReasonUnconfirmed, err.Error()),
	}
}

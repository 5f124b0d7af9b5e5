// Package hubclient is the desk's way to the hub: the contract's calls with a token, a time limit and errors that
// callers can decide on; media up and down; and an http.RoundTripper that calls a hub in the same process.
//
// Nothing is retried here except a call whose token had run out. Who retries is sync and outbox, with Backoff.
package hubclient

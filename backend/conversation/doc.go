// Package conversation is the domain of Parley: the types and rules of handling one contact's
// conversation on one touchpoint. It does no I/O and has no clock: every rule takes the time it needs.
//
// A conversation lives like this (the table in status.go is the truth, and a test draws this picture from it):
//
//	              assign                end_chat            submit, dismiss
//	┌────────┐ ───────────▶ ┌──────────┐ ───────▶ ┌─────────┐ ───────────▶ ┌────────┐
//	│ queued │              │ assigned │          │ wrap_up │              │ closed │
//	└────────┘ ◀─────────── └──────────┘ ◀─────── └─────────┘              └────────┘
//	     send_to_inbox,      │  ▲ transfer  contact_writes                     ▲
//	     time_out            └──┘                                              │
//	                         close (touchpoints without wrap-up) ──────────────┘
//
// A message that a contact writes after the close begins a new conversation.
//
// Times are Unix milliseconds, UTC. A time of 0 means "never" or "not yet".
package conversation

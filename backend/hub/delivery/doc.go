// Package delivery hands agents' messages to Meta, in order, and never twice by the machine.
//
// A lane is one contact on one touchpoint. Its head is handled like this:
//
//	in_hub ──▶ sending ──▶ accepted ──▶ (status webhooks: delivered, read)
//	  ▲           │ ├────▶ failed       Meta said no; or the session window has closed
//	  │           │ └────▶ unconfirmed  the request left and its answer was lost
//	  └───────────┘                     certainly not sent: the lane waits and tries again
//
// Invariants:
//   - "sending" is committed before the request leaves, by a worker that holds the lane's lease.
//   - From "sending" a message returns to "in_hub" only when it is certain that Meta does not have it.
//   - One request of a lane is under way at a time; the next message waits for its answer.
//   - The session window is looked at again at the moment of sending, and Meta's verdict corrects it.
//
// What a crash leaves: before "sending" is committed, the message goes out later. After it, nobody knows whether
// the request left, so the next worker to find "sending" makes it "unconfirmed": a status or an echo with our id
// may settle it, and otherwise a person decides.
package delivery

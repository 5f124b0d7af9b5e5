// Package sync keeps the cache equal to the hub, and knows how the desk stands to it.
//
//	connecting ──▶ catching_up ──▶ live ──▶ connecting …
//	    │               │
//	    └──────┬────────┘ the hub does not answer
//	           ▼
//	        offline ──▶ catching_up          signed_out: as offline, and a person has to act
//
// One session is: who is signed in (which also tells the hub's time), a snapshot when there is no position to
// continue from, pulls until the hub's head, a comparison of what is open here with what the hub says is open (check.go),
// and then the watch. The watch is a hint plus data; pulling is the truth, so a pull also runs every pollEvery while watching,
// whenever a heartbeat names a head that is not ours, and when somebody asks (CatchUp).
//
// What must stay true:
//
//   - Changes and the position that they reach are one transaction of the cache, small enough that what an agent types
//     does not wait for it. A crash repeats some; repeating is harmless, because a higher version wins and a deletion is
//     final.
//   - Live means: complete as of Connection.CompleteMs, and told of every change since.
//   - After an outage, a restart or a sleep it is proven, and said: what is open was compared with the hub.
//   - A position that the hub cannot continue from (another epoch, its future) leads to a snapshot. Drafts and
//     outbox are not touched by it.
package sync

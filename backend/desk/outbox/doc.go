// Package outbox carries what an agent does to the hub: each command once, those of a conversation in order.
//
//	Add ──▶ waiting ──▶ answered ──▶ (row gone: the feed has brought the effect)
//	          │  ▲
//	          │  └ no answer: asked again with the same id, after a back-off
//	          ▼
//	       refused: the row is gone; a send is a draft again, and so is every send behind it; a note that was to go with
//	                Send to Inbox is a command of its own
//
// A command may rest before it goes out (End Chat, ten seconds by the hub's clock): until then it can be taken back, also
// after a restart, and what comes behind it in its lane waits with it. What depends on it, such as Submit, ends the rest.
//
// What is on the disk in each state: waiting has the whole command (and the file it sends, in the outgoing folder)
// before any network is touched; answered has the feed position at which its effect shows. A crash between the
// hub's answer and its record asks again, and the hub gives the stored answer.
//
// Invariants: one command of a lane is under way at a time, and a later one never overtakes; a command leaves
// the outbox only by the hub's answer, or by its expiry (Assign), and whoever made it is told.
package outbox

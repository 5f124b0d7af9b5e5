// Package here says which colleagues have a conversation open, and what they do there: two agents who know of each other do
// not answer the same contact twice.
//
// It is a courtesy and not a truth. Nothing of it is in the database: each hub remembers what its desks said, tells the other
// hubs of it (store.Tell), and forgets it by itself when a desk does not say it again. So what is lost on the way, or with a
// hub, is right again with the next word of the desk.
//
//   - One entry for each device session: a session has one conversation open. That bounds the memory.
//   - Who says that they are here must work with the conversation (access.ActionHere).
//   - Who is told of it works with the conversation, too, and it concerns them: it waits in the Inbox, it is theirs, or they
//     have it open themselves. Most conversations are open at their own agent only, so that what is said costs nothing at
//     the thousand other desks.
package here

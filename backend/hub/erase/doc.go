// Package erase forgets a contact: everything that is about them and about whoever was merged into them, for good.
//
// Ask notes in one transaction that a contact is to be erased, with a lane and an entry of the audit log that does not say who it
// was. The lane's work (Handle) comes in stages, each in bounded transactions, and each can be begun again, so a hub may die in
// the middle and any other goes on:
//
//   - asked: once what Meta had sent by then is worked in, the contact is severed, in one transaction: channels do not know them
//     any more, so whoever writes from there is somebody new; what waits to be sent is taken back; their open conversations close;
//     what says who they are is blanked. What leads to their traces (ids, numbers, hashes of files) is noted beside.
//   - severed: messages, notes, drafts, conversations, the contact itself and what was not understood of them are removed. The feed
//     carries each removal to desks, to the search index and to outgoing webhooks, as an id and nothing else.
//   - resting: after what a request under way may take, all of it is looked for once more, and files go for good.
//     The notes of what led to traces go with them.
//   - scrubbing: once the search index has followed, what was removed is made unreadable on disk.
//
// What others wrote about the contact in their own conversations is theirs and stays, and so do backups of before.
package erase

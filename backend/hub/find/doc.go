// Package find looks through everything that a hub has: for what desks do not keep.
//
// An Indexer follows the feed and makes messages, files, notes and contacts findable by the words of backend/search, some
// moments after they were written: webhooks and commands neither wait for it nor know of it. The position up to which the
// index is complete is written with the index. After a crash the Indexer goes on from there, after a restored backup (another
// epoch) from the beginning; a position that is written twice changes nothing.
//
// A Finder answers: the index names candidates, newest first, and each is read in its present state, so that what was
// deleted or may not be seen is never in an answer, however old the index is.
package find

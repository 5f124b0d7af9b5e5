// Package cache keeps what an agent has seen on this computer, in one SQLite file: the entities of the workspace,
// the threads with a search index, and, in the same file, what exists nowhere else: drafts and the outbox.
//
// It promises:
//
//   - Entities can be rebuilt from the hub at any time. A higher version replaces the whole entity; pages may be
//     applied twice and in any order (Tx.Put… and Tx.Delete).
//   - The feed's cursor is written in the transaction that writes the entities it vouches for.
//   - Drafts and outbox rows are on the disk, not only in the system's cache, when Cache.UpdateDurably returns.
//   - A damaged file is set aside, and what could be read of drafts and outbox is in the new one (recover.go).
//
// A crash leaves the state of the last transaction: SQLite's write-ahead log. Power loss can take the last
// transactions of Cache.Update with it, which the feed brings again, never those of Cache.UpdateDurably.
//
// The package knows no network, and no time of its own: callers give times.
package cache

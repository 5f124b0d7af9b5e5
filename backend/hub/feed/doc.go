// Package feed lets desks follow a workspace.
//
// A position is (epoch, seq). seq is dense: 1, 2, 3 … in the order of commits; the epoch is a random value that
// changes when a hub is restored from a backup. Without it this would happen: a desk stands at 500, the hub is
// restored at 480 and goes on to 510, and the desk, which asks for what came after 500, never learns that 481 to 500
// are different now.
//
// Pull is the truth: changes after a position, each entity once and in its present state. Watches share a tail: what was
// committed is read once for all of them, woken by commits, by what other hubs tell of theirs, and by a poll, in case that
// was lost; each watch then takes what its reader may see. Snapshot reads the position
// first and the entities afterwards; what changes meanwhile comes again with the first Pull, and versions decide.
//
// What was erased stands in the feed as a deletion, without anything but its id, for longer than a desk is usually away
// (store.CompactFeed). A desk that comes back from before that begins anew: then what its snapshot does not bring goes.
//
// The feed holds no text. A crash cannot leave it out of step with the entities: they are one transaction.
package feed

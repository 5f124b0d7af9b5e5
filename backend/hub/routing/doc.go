// Package routing brings conversations that wait in a queue to an agent, as the queue wants it: assigned to whoever has waited
// longest and has room, offered to them for a while, or left to be picked. It also takes back what an agent leaves unanswered,
// and answers by itself outside of business hours.
//
// Choose decides and is pure. A Router looks whether there is something to do, and does it in one transaction that holds the
// workspace's turn: of many hubs one routes at a time, and the next finds nothing left. What agents do meanwhile is respected
// by conditional updates; an agent who is given something is held until it is theirs, so that nobody ever gets more than they
// have room for.
package routing

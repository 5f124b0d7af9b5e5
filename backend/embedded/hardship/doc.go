// Package hardship holds no code but tests: what becomes of an agent's work when the desk is killed, its disk is full or
// damaged, and the network between desk and hub misbehaves. The hub is the real one, with practice Meta behind it.
package hardship

// Package trust keeps a desk from talking to another hub than the one that its agent signed in to.
//
// A sign-in pins two things, and each new connection is held against them before anything is sent that is anybody's:
//
//   - the hub's identity: its public key, with which it has to sign a value that the desk has just made up;
//   - whose certificates it shows: the organisation of the authority that everything else follows from. A renewed certificate of
//     the same authority changes nothing, nor does another root of that organisation. A certificate that nobody but itself vouches
//     for is pinned as it is, by its key.
//
// What does not fit is a Stranger. A Guard asks a stranger who it is and tells it nothing: no token, no draft, no command. It
// looks again with every attempt to connect, so the right hub is known when it is back.
package trust

// Package proof is what a hub and its desks have to agree on for the one to prove who it is: what is signed, and how a key is
// shown to people who compare it.
package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// signedAs stands before what is signed, so that a signature is good for nothing else.
const signedAs = "parley hub identity v1\n"

// Signed is what a hub signs to answer a desk's random value.
func Signed(nonce []byte) []byte { return append([]byte(signedAs), nonce...) }

// Fingerprint is the first 128 bits of SHA-256, in groups of four digits.
func Fingerprint(key []byte) string {
	sum := sha256.Sum256(key)
	text := hex.EncodeToString(sum[:16])
	var groups []string
	for ; text != ""; text = text[4:] {
		groups = append(groups, text[:4])
	}
	return strings.Join(groups, " ")
}

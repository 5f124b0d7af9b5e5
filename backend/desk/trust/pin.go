package trust

import (
	"crypto/tls"
	"fmt"

	"parley/backend/proof"
)

// Pin is who a hub is, as a person can compare it. The zero Pin is nobody yet.
type Pin struct {
	Identity  string `json:"identity"`  // fingerprint of its public key; "" of a hub of before it had one
	Authority string `json:"authority"` // who vouches for its certificate; "" without TLS
}

// Stranger says that something else answers than the hub that was pinned.
type Stranger struct{ Was, Is Pin }

func (s *Stranger) Error() string {
	return fmt.Sprintf("this is not the hub of the sign-in: identity %q, now %q; certificates of %q, now of %q", s.Was.Identity, s.Is.Identity, s.Was.Authority, s.Is.Authority)
}

// Check holds what answers against a pin. What the pin does not know yet fits; a hub that has proven who it is has to go on doing so.
func (p Pin) Check(is Pin) error {
	if p.Identity != "" && p.Identity != is.Identity || p.Authority != "" && p.Authority != is.Authority {
		return &Stranger{Was: p, Is: is}
	}
	return nil
}

// Authority is who vouches for the certificates of a connection that the system trusts; "" without TLS.
func Authority(state *tls.ConnectionState) string {
	if state == nil || len(state.VerifiedChains) == 0 {
		return ""
	}
	chain := state.VerifiedChains[0]
	root := chain[len(chain)-1]
	if len(chain) > 1 && len(root.Subject.Organization) > 0 {
		return root.Subject.Organization[0]
	}
	return proof.Fingerprint(root.RawSubjectPublicKeyInfo)
}

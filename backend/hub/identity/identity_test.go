package identity_test

import (
	"crypto/ed25519"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"parley/backend/hub/admin"
	"parley/backend/hub/identity"
	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Hubs of one database that start together are one and the same to every desk, today and after a restart; a hub with another key
// proves nothing.
func TestAllHubsAreOne(t *testing.T) {
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		workspaceID, err := admin.Create(t.Context(), s, admin.Workspace{Name: "Ondaverde"})
		if err != nil {
			t.Fatal(err)
		}
		sealer, err := seal.Load(filepath.Join(t.TempDir(), "hub.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		nonce := []byte("0123456789abcdef0123456789abcdef")
		proofs := make([]*hubv1.HubIdentity, 8)
		var group sync.WaitGroup
		for i := range proofs {
			group.Go(func() {
				var err error
				if proofs[i], err = (&identity.Keeper{Store: s, Sealer: sealer, Now: time.Now}).Prove(t.Context(), workspaceID, nonce); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		first := ed25519.PublicKey(proofs[0].GetPublicKey())
		for _, proof := range proofs {
			if !first.Equal(ed25519.PublicKey(proof.GetPublicKey())) {
				t.Error("two hubs of one database are two")
			}
			if !ed25519.Verify(first, append([]byte("parley hub identity v1\n"), nonce...), proof.GetSignature()) {
				t.Error("the value is not signed")
			}
			if ed25519.Verify(first, nonce, proof.GetSignature()) {
				t.Error("the bare value is signed: a desk could have anything signed")
			}
		}
		if row, err := s.Read().HubIdentity(t.Context(), workspaceID); err != nil || row.SecretSealed == "" {
			t.Error(row, err)
		}
		other, err := seal.Load(filepath.Join(t.TempDir(), "hub.key"), true)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := (&identity.Keeper{Store: s, Sealer: other, Now: time.Now}).Public(t.Context(), workspaceID); err == nil {
			t.Error("another key opens the identity")
		}
		for _, n := range []int{0, 15, 65} {
			if _, err := (&identity.Keeper{Store: s, Sealer: sealer, Now: time.Now}).Prove(t.Context(), workspaceID, make([]byte, n)); !errors.Is(err, identity.ErrNonce) {
				t.Errorf("%d bytes: %v", n, err)
			}
		}
	})
}

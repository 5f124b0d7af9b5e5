// Package identity proves to desks who a hub is. All hubs of a database have one key pair, made once and kept with it: a desk
// pins its public half when it signs in, and lets every hub sign a value of its own before it sends anything else.
//
// What this tells apart is one installation from another: a hub that was set up anew, or somebody else's behind the same name.
// That nobody stands between desk and hub is what TLS is for.
package identity

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"parley/backend/hub/seal"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
	"parley/backend/proof"
	hubv1 "parley/backend/proto/parley/hub/v1"
)

// Lengths of what a desk may ask to be signed, in bytes.
const (
	leastNonce = 16
	mostNonce  = 64
)

// ErrNonce says that a desk's value is too short to be new, or too long.
var ErrNonce = errors.New("the value to sign has to have 16 to 64 bytes")

// Keeper has the identity of a store's workspaces. Its methods may run at the same time.
type Keeper struct {
	Store  *store.Store
	Sealer *seal.Sealer
	Now    func() time.Time

	mu    sync.Mutex
	known map[string]ed25519.PrivateKey // by workspace
}

// Prove signs a desk's value.
func (k *Keeper) Prove(ctx context.Context, workspaceID string, nonce []byte) (*hubv1.HubIdentity, error) {
	if len(nonce) < leastNonce || len(nonce) > mostNonce {
		return nil, ErrNonce
	}
	secret, err := k.secret(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	return &hubv1.HubIdentity{PublicKey: public(secret), Signature: ed25519.Sign(secret, proof.Signed(nonce))}, nil
}

// Public is the half that desks pin. It is made when there is none.
func (k *Keeper) Public(ctx context.Context, workspaceID string) (ed25519.PublicKey, error) {
	secret, err := k.secret(ctx, workspaceID)
	if err != nil {
		return nil, err
	}
	return public(secret), nil
}

func public(secret ed25519.PrivateKey) ed25519.PublicKey { return secret.Public().(ed25519.PublicKey) }

func (k *Keeper) secret(ctx context.Context, workspaceID string) (ed25519.PrivateKey, error) {
	k.mu.Lock()
	secret := k.known[workspaceID]
	k.mu.Unlock()
	if secret != nil {
		return secret, nil
	}
	row, err := k.Store.Read().HubIdentity(ctx, workspaceID)
	if store.NotFound(err) {
		if err = k.make(ctx, workspaceID); err == nil {
			row, err = k.Store.Read().HubIdentity(ctx, workspaceID)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read the hub's identity: %w", err)
	}
	text, err := k.Sealer.Open(row.SecretSealed, purpose(workspaceID))
	if err != nil {
		return nil, fmt.Errorf("the hub's identity: %w", err)
	}
	seed, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("the hub's identity is damaged")
	}
	secret = ed25519.NewKeyFromSeed(seed)
	if !public(secret).Equal(ed25519.PublicKey(row.PublicKey)) {
		return nil, errors.New("the hub's identity is damaged")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.known == nil {
		k.known = map[string]ed25519.PrivateKey{}
	}
	k.known[workspaceID] = secret
	return secret, nil
}

// make keeps a new identity, unless another hub has been faster.
func (k *Keeper) make(ctx context.Context, workspaceID string) error {
	_, secret, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	sealed, err := k.Sealer.Seal(base64.StdEncoding.EncodeToString(secret.Seed()), purpose(workspaceID))
	if err != nil {
		return err
	}
	_, err = k.Store.InTx(ctx, workspaceID, func(tx *store.Tx) error {
		return tx.InsertHubIdentity(ctx, db.InsertHubIdentityParams{
			WorkspaceID: workspaceID, PublicKey: public(secret), SecretSealed: sealed, CreatedMs: k.Now().UnixMilli(),
		})
	})
	return err
}

func purpose(workspaceID string) string { return "identity/" + workspaceID }

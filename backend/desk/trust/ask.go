package trust

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"

	"connectrpc.com/connect"

	"parley/backend/proof"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

// Protocol is the version of the contract that this desk speaks.
const Protocol = 1

// ErrForged says that a hub names a key and cannot sign with it.
var ErrForged = errors.New("the hub does not prove who it says it is")

// Ask lets a hub say who it is and prove it. It sends nothing but the version of the contract and a random value. A hub of
// before it had an identity proves nothing, and its Pin says so.
func Ask(ctx context.Context, client *http.Client, address string) (*hubv1.HelloResponse, Pin, error) {
	nonce := make([]byte, 32)
	if _, err := rand.Read(nonce); err != nil {
		return nil, Pin{}, err
	}
	noted := &noted{client: client}
	hello, err := hubv1connect.NewSessionServiceClient(noted, address).Hello(ctx, &hubv1.HelloRequest{Protocol: Protocol, Nonce: nonce})
	if err != nil {
		return nil, noted.pin, err
	}
	if of := hello.GetIdentity(); of != nil {
		if len(of.GetPublicKey()) != ed25519.PublicKeySize || !ed25519.Verify(of.GetPublicKey(), proof.Signed(nonce), of.GetSignature()) {
			return nil, noted.pin, connect.NewError(connect.CodeUnauthenticated, fmt.Errorf("%w: %s", ErrForged, address))
		}
		noted.pin.Identity = proof.Fingerprint(of.GetPublicKey())
	}
	return hello, noted.pin, nil
}

// noted is a client that notes whose certificates an answer came with.
type noted struct {
	client *http.Client
	pin    Pin
}

// Do is what connect asks of a client.
func (n *noted) Do(r *http.Request) (*http.Response, error) {
	response, err := n.client.Do(r)
	if err == nil {
		n.pin.Authority = Authority(response.TLS)
	}
	return response, err
}

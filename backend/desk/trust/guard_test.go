package trust_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"parley/backend/desk/trust"
	"parley/backend/proof"
	hubv1 "parley/backend/proto/parley/hub/v1"
	"parley/backend/proto/parley/hub/v1/hubv1connect"
)

const hubName = "hub.ondaverde.example"

// authority issues certificates.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func newAuthority(t *testing.T, organization string) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{Organization: []string{organization}, CommonName: organization + " Root"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	must(t, err)
	cert, err := x509.ParseCertificate(raw)
	must(t, err)
	return &authority{cert, key}
}

// issue makes a certificate for the hub with a new key, as a renewal does.
func (a *authority) issue(t *testing.T) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	must(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), DNSNames: []string{hubName}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	must(t, err)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}

// server is what answers at the hub's address: it says who it is, and takes anything else down.
type server struct {
	hubv1connect.UnimplementedSessionServiceHandler
	web    *httptest.Server
	signer ed25519.PrivateKey // nil: a hub of before
	claims ed25519.PublicKey  // another's, which it does not have
	told   atomic.Int64       // requests but Hello
}

func (s *server) Hello(_ context.Context, r *hubv1.HelloRequest) (*hubv1.HelloResponse, error) {
	answer := &hubv1.HelloResponse{Protocol: 1}
	if s.signer != nil {
		answer.Identity = &hubv1.HubIdentity{
			PublicKey: s.signer.Public().(ed25519.PublicKey), Signature: ed25519.Sign(s.signer, append([]byte("parley hub identity v1\n"), r.GetNonce()...)),
		}
	}
	if s.claims != nil {
		answer.Identity.PublicKey = s.claims
	}
	return answer, nil
}

func serve(t *testing.T, signer ed25519.PrivateKey, certificate tls.Certificate) *server {
	t.Helper()
	s := &server{signer: signer}
	mux := http.NewServeMux()
	path, hello := hubv1connect.NewSessionServiceHandler(s)
	mux.Handle(path, hello)
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) { s.told.Add(1) })
	s.web = httptest.NewUnstartedServer(mux)
	s.web.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	s.web.StartTLS()
	t.Cleanup(s.web.Close)
	return s
}

// network leads the hub's name to whatever answers there now.
type network struct {
	now atomic.Pointer[server]
}

func (n *network) transport(roots ...*authority) *http.Transport {
	pool := x509.NewCertPool()
	for _, root := range roots {
		pool.AddCert(root.cert)
	}
	return &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}, DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, n.now.Load().web.Listener.Addr().String())
	}}
}

func newSigner(t *testing.T) ed25519.PrivateKey {
	t.Helper()
	_, signer, err := ed25519.GenerateKey(rand.Reader)
	must(t, err)
	return signer
}

// A desk that is signed in to one hub tells another one nothing, whatever changed: identity, authority, or that there is a proof
// at all. It goes on by itself when the right one is back; a renewed certificate, and a new root of the same authority, are no
// news.
func TestGuardTellsAStrangerNothing(t *testing.T) {
	ours, newRoot, proxy := newAuthority(t, "Public Trust"), newAuthority(t, "Public Trust"), newAuthority(t, "Office Proxy")
	signer := newSigner(t)
	hub := serve(t, signer, ours.issue(t))
	n := &network{}
	n.now.Store(hub)
	var mu sync.Mutex
	var pin trust.Pin
	var news []*trust.Stranger
	transport := n.transport(ours, newRoot, proxy)
	guard := trust.NewGuard("https://"+hubName, transport, trust.Pin{}, time.Now, func(stranger *trust.Stranger, p trust.Pin) {
		mu.Lock()
		defer mu.Unlock()
		if stranger == nil {
			pin = p
		}
		news = append(news, stranger)
	})
	client := &http.Client{Transport: guard}
	send := func() error {
		request, err := http.NewRequest(http.MethodPost, "https://"+hubName+"/execute", http.NoBody)
		must(t, err)
		request.Header.Set("Authorization", "Bearer secret")
		response, err := client.Do(request)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, response.Body)
		return response.Body.Close()
	}
	// move lets another server answer, as after a change of names or of what a proxy leads to.
	move := func(to *server) {
		n.now.Load().web.CloseClientConnections()
		n.now.Store(to)
	}
	again := func() error { // a connection that was cut fails once
		err := send()
		var stranger *trust.Stranger
		if err != nil && !errors.As(err, &stranger) {
			err = send()
		}
		return err
	}

	must(t, send())
	if want := (trust.Pin{Identity: proof.Fingerprint(signer.Public().(ed25519.PublicKey)), Authority: "Public Trust"}); pin != want {
		t.Fatalf("pinned %+v, want %+v", pin, want)
	}
	for what, certificate := range map[string]tls.Certificate{"renewed": ours.issue(t), "new root": newRoot.issue(t)} {
		move(serve(t, signer, certificate))
		if err := again(); err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	if guard.Stranger() != nil {
		t.Fatal(guard.Stranger())
	}

	forged := serve(t, newSigner(t), ours.issue(t))
	forged.claims = signer.Public().(ed25519.PublicKey)
	for what, other := range map[string]*server{
		"set up anew": serve(t, newSigner(t), ours.issue(t)), "no proof": serve(t, nil, ours.issue(t)), "inspected": serve(t, signer, proxy.issue(t)), "forged": forged,
	} {
		move(other)
		var stranger *trust.Stranger
		if err := again(); !errors.As(err, &stranger) || stranger.Was != pin {
			t.Errorf("%s: %v", what, err)
		}
		if told := other.told.Load(); told != 0 {
			t.Errorf("%s: the stranger was told of %d requests", what, told)
		}
		if guard.Trust(trust.Pin{Identity: "something else"}) {
			t.Errorf("%s: trusted what nobody has looked at", what)
		}
		move(hub)
		must(t, again())
		if guard.Stranger() != nil {
			t.Errorf("%s: the right hub is not known any more", what)
		}
	}

	anew := serve(t, newSigner(t), ours.issue(t))
	move(anew)
	_ = again()
	if !guard.Trust(guard.Stranger().Is) {
		t.Fatal("not trusted")
	}
	must(t, again())
	if anew.told.Load() == 0 || pin != guard.Pin() || pin.Identity == proof.Fingerprint(signer.Public().(ed25519.PublicKey)) {
		t.Error("what a person trusts is not the hub")
	}
	if len(news) == 0 {
		t.Error("nobody was told")
	}
}

// A certificate that nobody but itself vouches for is pinned by its key, though its organisation says the same.
func TestOwnCertificateIsPinnedByItsKey(t *testing.T) {
	one, other := newAuthority(t, "Ondaverde"), newAuthority(t, "Ondaverde")
	state := func(a *authority) *tls.ConnectionState {
		return &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{a.cert}}}
	}
	if trust.Authority(state(one)) == trust.Authority(state(other)) {
		t.Error("two certificates of their own are one")
	}
	first, again := trust.Authority(state(one)), trust.Authority(state(one))
	if first != again || trust.Authority(nil) != "" {
		t.Error("not the same any more")
	}
}

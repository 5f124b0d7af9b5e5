//go:build !windows

package main_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
)

// startAuthority serves a certificate authority (ACME) that looks for every name at this computer, on tlsPort. It returns the
// address of its directory, and the file with the root of its own server.
func startAuthority(t *testing.T, tlsPort int) (directory, rootFile string) {
	t.Helper()
	names, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	resolver := &dns.Server{Listener: names, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, asked *dns.Msg) {
		answer := new(dns.Msg)
		answer.SetReply(asked)
		if len(asked.Question) == 1 && asked.Question[0].Qtype == dns.TypeA {
			answer.Answer = []dns.RR{&dns.A{Hdr: dns.RR_Header{Name: asked.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET}, A: net.IPv4(127, 0, 0, 1)}}
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = resolver.ActivateAndServe() }()
	t.Cleanup(func() { _ = resolver.Shutdown() })

	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	quiet, store := log.New(t.Output(), "", 0), db.NewMemoryStore()
	issuer := ca.New(quiet, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "default", ValidityPeriod: 90 * 24 * 3600}})
	checker := va.New(quiet, 1, tlsPort, true, names.Addr().String(), store)
	front := wfe.New(quiet, store, checker, issuer, []string{"pebble.letsencrypt.org"}, true, false, 1, 1)
	web := httptest.NewTLSServer(front.Handler())
	t.Cleanup(web.Close)
	rootFile = filepath.Join(t.TempDir(), "root.pem")
	if err := os.WriteFile(rootFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw}), 0o600); err != nil {
		t.Fatal(err)
	}
	return web.URL + "/dir", rootFile
}

// A hub that faces the internet by itself gets its certificate from an authority that checks its name, serves with it, and has
// it at once when it is started again.
func TestHubGetsItsCertificate(t *testing.T) {
	const name = "hub.ondaverde.example"
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := free.Addr().(*net.TCPAddr).Port
	free.Close()
	directory, root := startAuthority(t, port)
	i := install(t, "sqlite")
	address := "127.0.0.1:" + strconv.Itoa(port)
	start := func() (stop func()) {
		t.Helper()
		serve := exec.Command(binary, "serve", "--data", filepath.Join(i.folder, "data"), "--listen", address, "--domain", name, "--acme-root", root, "--acme-ca", directory)
		said, err := serve.StderrPipe()
		if err == nil {
			err = serve.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for lines := bufio.NewScanner(said); lines.Scan(); {
				if text := lines.Text(); strings.Contains(text, "ertificate") {
					t.Log(text)
				}
			}
		}()
		return func() { _ = serve.Process.Kill(); _ = serve.Wait() }
	}
	ask := func() (*x509.Certificate, error) {
		client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{
			// The authority is not one that this computer knows: what it says is looked at, not trusted.
			TLSClientConfig: &tls.Config{ServerName: name, InsecureSkipVerify: true}, DisableKeepAlives: true,
		}}
		response, err := client.Get("https://" + address + "/healthz")
		if err != nil {
			return nil, err
		}
		defer response.Body.Close()
		return response.TLS.PeerCertificates[0], nil
	}
	until := func(limit time.Duration) *x509.Certificate {
		t.Helper()
		for deadline := time.Now().Add(limit); ; time.Sleep(100 * time.Millisecond) {
			certificate, err := ask()
			if err == nil {
				return certificate
			}
			if time.Now().After(deadline) {
				t.Fatalf("no certificate: %v", err)
			}
		}
	}
	stop := start()
	first := until(60 * time.Second)
	if err := first.VerifyHostname(name); err != nil || !strings.Contains(first.Issuer.CommonName, "Pebble") {
		t.Fatalf("%v by %v: %v", first.DNSNames, first.Issuer, err)
	}
	stop()
	stop = start()
	defer stop()
	if again := until(20 * time.Second); again.SerialNumber.Cmp(first.SerialNumber) != 0 {
		t.Errorf("another certificate after a restart: %v, %v", again.SerialNumber, first.SerialNumber)
	}
}

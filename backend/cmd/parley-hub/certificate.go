package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
)

// certificates are how a hub that faces the internet by itself gets its certificate, and renews it: by ACME, over the same port
// (TLS-ALPN). Behind a proxy it needs none.
type certificates struct {
	domain, email, authority, rootFile string
}

func (c *certificates) flags(set *flag.FlagSet) {
	set.StringVar(&c.domain, "domain", "", "name of this hub on the internet: it gets and renews its own certificate, and listens on :443")
	set.StringVar(&c.email, "acme-email", "", "whom the authority can write to about the certificate")
	set.StringVar(&c.authority, "acme-ca", certmagic.LetsEncryptProductionCA, "directory of the authority")
	set.StringVar(&c.rootFile, "acme-root", "", "file with the root that the authority's own server is trusted by, where the system does not")
}

// wrap puts TLS on a listener. The certificate is asked for when the hub answers, and kept below folder.
func (c *certificates) wrap(ctx context.Context, listener net.Listener, folder string, log *slog.Logger) (net.Listener, func() error, error) {
	var roots *x509.CertPool
	if c.rootFile != "" {
		pem, err := os.ReadFile(c.rootFile)
		if roots = x509.NewCertPool(); err != nil || !roots.AppendCertsFromPEM(pem) {
			return nil, nil, fmt.Errorf("--acme-root: %s holds no certificate: %w", c.rootFile, err)
		}
	}
	var magic *certmagic.Config
	cache := certmagic.NewCache(certmagic.CacheOptions{
		GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return magic, nil }, Logger: zap.NewNop(),
	})
	context.AfterFunc(ctx, cache.Stop)
	magic = certmagic.New(cache, certmagic.Config{
		Storage: &certmagic.FileStorage{Path: filepath.Join(folder, "certificates")}, Logger: zap.NewNop(),
		OnEvent: func(_ context.Context, event string, data map[string]any) error {
			switch event {
			case "cert_obtained":
				log.Info("Certificate obtained", "renewal", data["renewal"])
			case "cert_failed":
				log.Error("Certificate not obtained", "error", data["error"])
			}
			return nil
		},
	})
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	tlsPort := 0
	if _, err := fmt.Sscanf(port, "%d", &tlsPort); err != nil {
		return nil, nil, err
	}
	magic.Issuers = []certmagic.Issuer{certmagic.NewACMEIssuer(magic, certmagic.ACMEIssuer{
		CA: c.authority, Email: c.email, Agreed: true, TrustedRoots: roots, DisableHTTPChallenge: true, AltTLSALPNPort: tlsPort, Logger: zap.NewNop(),
	})}
	config := magic.TLSConfig()
	config.MinVersion = tls.VersionTLS12
	config.NextProtos = append([]string{"h2", "http/1.1"}, config.NextProtos...)
	return tls.NewListener(listener, config), func() error { return magic.ManageAsync(ctx, []string{c.domain}) }, nil
}

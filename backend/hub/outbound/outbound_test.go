package outbound_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"parley/backend/hub/outbound"
)

func TestClient(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	defer server.Close()
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	var hosts outbound.Hosts
	client := outbound.Client(&hosts)
	defer client.CloseIdleConnections()
	get := func(at string) error {
		response, err := client.Get(at)
		if err == nil {
			response.Body.Close()
		}
		return err
	}
	for _, at := range []string{server.URL, "http://localhost:" + address.Port(), "http://169.254.169.254/latest/meta-data", "http://[::1]:" + address.Port()} {
		if get(at) == nil {
			t.Errorf("%s was reached although nobody configured it", at)
		}
	}
	hosts.Set([]string{address.Hostname()})
	if err := get(server.URL); err != nil {
		t.Errorf("a configured host was not reached: %v", err)
	}
	hosts.Set(nil)
	client.CloseIdleConnections()
	if get(server.URL) == nil {
		t.Error("a host was reached after it had been taken out")
	}
}

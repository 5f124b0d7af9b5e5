package proof

import "testing"

// What people compare stays as it was shown to them, and a signature is of this and nothing else.
func TestAgreement(t *testing.T) {
	t.Parallel()
	if got, want := Fingerprint([]byte("key")), "2c70 e12b 7a06 46f9 2279 f427 c7b3 8e73"; got != want {
		t.Errorf("shown as %q, want %q", got, want)
	}
	if got := string(Signed([]byte("nonce"))); got != "parley hub identity v1\nnonce" {
		t.Errorf("signed is %q", got)
	}
}

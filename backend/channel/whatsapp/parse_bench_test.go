package whatsapp_test

import (
	"os"
	"testing"

	"parley/backend/channel/whatsapp"
)

// BenchmarkParse is one text message, the webhook that hubs get most.
func BenchmarkParse(b *testing.B) {
	body, err := os.ReadFile("testdata/text.json")
	if err != nil {
		b.Fatal(err)
	}
	adapter := whatsapp.New(nil)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := adapter.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}

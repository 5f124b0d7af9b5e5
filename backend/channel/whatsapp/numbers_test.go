package whatsapp_test

import (
	"slices"
	"testing"

	"parley/backend/channel/whatsapp"
)

// A contact whom Meta names once with and once without the extra digit is one person.
func TestNumberForms(t *testing.T) {
	for _, pair := range [][2]string{
		{"5215512345678", "525512345678"}, {"5491123456789", "541123456789"}, {"5511987654321", "551187654321"},
	} {
		for _, digits := range pair {
			forms := whatsapp.New(nil).NumberForms(digits)
			if forms[0] != digits || !slices.Contains(forms, pair[0]) || !slices.Contains(forms, pair[1]) || len(forms) != 2 {
				t.Errorf("%s has the forms %q", digits, forms)
			}
		}
	}
	for _, digits := range []string{"351912345678", "551133334444", "14155550123", "52", ""} {
		if forms := whatsapp.New(nil).NumberForms(digits); len(forms) != 1 || forms[0] != digits {
			t.Errorf("%s has the forms %q", digits, forms)
		}
	}
}

package whatsapp

import "strings"

// NumberForms are the digits by which Meta may name one number: three countries have mobile numbers with and without an
// extra digit, and Meta's wa_id often has the other form than what people dial. Source: Meta docs, "Phone numbers:
// Brazil, Mexico and Argentina", 2026-09.
func (*Adapter) NumberForms(digits string) []string {
	other := ""
	switch {
	case strings.HasPrefix(digits, "521") && len(digits) == 13: // Mexico with the old mobile 1
		other = "52" + digits[3:]
	case strings.HasPrefix(digits, "52") && len(digits) == 12:
		other = "521" + digits[2:]
	case strings.HasPrefix(digits, "549") && len(digits) == 13: // Argentina with the international mobile 9
		other = "54" + digits[3:]
	case strings.HasPrefix(digits, "54") && len(digits) == 12:
		other = "549" + digits[2:]
	case strings.HasPrefix(digits, "55") && len(digits) == 13 && digits[4] == '9': // Brazil with the ninth digit
		other = digits[:4] + digits[5:]
	case strings.HasPrefix(digits, "55") && len(digits) == 12 && digits[4] >= '6': // mobile numbers only
		other = digits[:4] + "9" + digits[4:]
	}
	if other == "" {
		return []string{digits}
	}
	return []string{digits, other}
}

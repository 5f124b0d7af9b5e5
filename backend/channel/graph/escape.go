package graph

import (
	"encoding/json"
	"unicode/utf16"
	"unicode/utf8"
)

// MarshalEscaped encodes value as Meta puts JSON on the wire: ASCII only, everything else as \u00e4 with
// lower-case digits and surrogate pairs, and slashes as \/. Signatures are made over these bytes.
// Source: Meta docs, "Webhooks: validate payloads" ("escaped unicode version of the payload"), 2026-09.
func MarshalEscaped(value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, err
	}
	return EscapeJSON(plain), nil
}

// EscapeJSON writes valid JSON the way MarshalEscaped does. Slashes and non-ASCII runes only occur inside
// strings of valid JSON, so no parsing is needed.
func EscapeJSON(plain []byte) []byte {
	escaped := make([]byte, 0, len(plain)+len(plain)/8)
	for len(plain) > 0 {
		if b := plain[0]; b < utf8.RuneSelf {
			if b == '/' && !endsInBackslash(escaped) {
				escaped = append(escaped, '\\')
			}
			escaped = append(escaped, b)
			plain = plain[1:]
			continue
		}
		r, size := utf8.DecodeRune(plain)
		plain = plain[size:]
		if high, low := utf16.EncodeRune(r); high != utf8.RuneError {
			escaped = appendUnit(appendUnit(escaped, high), low)
		} else {
			escaped = appendUnit(escaped, r)
		}
	}
	return escaped
}

// endsInBackslash reports whether what follows is already escaped: an odd number of backslashes precedes it.
func endsInBackslash(text []byte) bool {
	odd := false
	for i := len(text) - 1; i >= 0 && text[i] == '\\'; i-- {
		odd = !odd
	}
	return odd
}

func appendUnit(to []byte, unit rune) []byte {
	const digits = "0123456789abcdef"
	return append(to, '\\', 'u', digits[unit>>12&15], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
}

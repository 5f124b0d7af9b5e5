package graph

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	"parley/backend/channel"
)

// SignatureHeader carries the signature of a webhook. The older X-Hub-Signature is SHA-1 and is ignored.
// Source: Meta docs, "Webhooks: validate payloads", 2026-09.
const SignatureHeader = "X-Hub-Signature-256"

const (
	signaturePrefix = "sha256="
	signatureLength = len(signaturePrefix) + 2*sha256.Size // 71
)

// Sign returns the value of SignatureHeader for body. The body is signed as it is on the wire: JSON that was
// decoded and encoded again has another signature.
func Sign(body []byte, appSecret channel.Secret) string {
	return signaturePrefix + mac(appSecret, body)
}

// Verify reports whether header is the signature of body, in constant time. An empty secret verifies nothing.
func Verify(header string, body []byte, appSecret channel.Secret) bool {
	if appSecret == "" || len(header) != signatureLength {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(header), []byte(Sign(body, appSecret))) == 1
}

// AppSecretProof proves to Meta that the caller with this token also knows the app secret. It goes into the
// query of every call as appsecret_proof.
func AppSecretProof(token, appSecret channel.Secret) string {
	return mac(appSecret, []byte(token.Reveal()))
}

// Challenge answers the verification of a webhook's address: the challenge that has to be the bare body of
// a 200, or false, which is a 403. Source: Meta docs, "Webhooks: verification requests", 2026-09.
func Challenge(query url.Values, verifyToken channel.Secret) (string, bool) {
	given, wanted := query.Get("hub.verify_token"), verifyToken.Reveal()
	same := subtle.ConstantTimeCompare([]byte(given), []byte(wanted)) == 1
	if wanted == "" || !same || query.Get("hub.mode") != "subscribe" || query.Get("hub.challenge") == "" {
		return "", false
	}
	return query.Get("hub.challenge"), true
}

// AnswerChallenge writes the answer to the verification of a webhook's address. The content type keeps
// a browser from seeing a page in the echoed challenge.
func AnswerChallenge(w http.ResponseWriter, r *http.Request, verifyToken channel.Secret) {
	challenge, ok := Challenge(r.URL.Query(), verifyToken)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if !ok {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	_, _ = strings.NewReader(challenge).WriteTo(w)
}

func mac(key channel.Secret, data []byte) string {
	m := hmac.New(sha256.New, []byte(key.Reveal()))
	m.Write(data)
	return hex.EncodeToString(m.Sum(nil))
}

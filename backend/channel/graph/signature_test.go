package graph_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// The vector was computed with Python's hmac and json, not with this package.
const (
	vectorSecret    = channel.Secret("practice-app-secret-5b1f0c4e9a7d")
	vectorBody      = `{"text":"Ol\u00e1 \u2713 \ud83d\udc69\u200d\ud83d\ude80 \u003ca@b.example\u003e https:\/\/x.example\/\u00fc"}`
	vectorSignature = "sha256=035b29f486159a848b861c2423380e9c52467f272f811fac1cd8552e1c8a493c"
)

func TestMarshalEscaped_writes_what_Meta_writes(t *testing.T) {
	got, err := graph.MarshalEscaped(map[string]string{"text": "Olá ✓ 👩‍🚀 <a@b.example> https://x.example/ü"})
	if err != nil || string(got) != vectorBody {
		t.Errorf("got %s, %v", got, err)
	}
	if escaped := graph.EscapeJSON(got); string(escaped) != vectorBody {
		t.Errorf("escaping twice changes it: %s", escaped)
	}
}

func TestVerify(t *testing.T) {
	if got := graph.Sign([]byte(vectorBody), vectorSecret); got != vectorSignature || len(got) != 71 {
		t.Fatalf("signature is %s", got)
	}
	cases := map[string]struct {
		header, body string
		secret       channel.Secret
		want         bool
	}{
		"right":             {vectorSignature, vectorBody, vectorSecret, true},
		"body_decoded":      {vectorSignature, strings.ReplaceAll(vectorBody, `\u00e1`, "á"), vectorSecret, false},
		"upper_case":        {strings.ToUpper(vectorSignature), vectorBody, vectorSecret, false},
		"too_long":          {vectorSignature + "0", vectorBody, vectorSecret, false},
		"without_prefix":    {strings.TrimPrefix(vectorSignature, "sha256="), vectorBody, vectorSecret, false},
		"empty":             {"", vectorBody, vectorSecret, false},
		"other_secret":      {vectorSignature, vectorBody, "other", false},
		"no_secret_is_none": {graph.Sign([]byte(vectorBody), ""), vectorBody, "", false},
	}
	for name, c := range cases {
		if got := graph.Verify(c.header, []byte(c.body), c.secret); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestAppSecretProof(t *testing.T) {
	const want = "3ccc119e83274650ecbe32e9626d84715ac61eff0c5fc1c5d7eec9ee9324cb83" // Python's hmac
	if got := graph.AppSecretProof("the-token", "the-app-secret"); got != want {
		t.Errorf("proof is %s", got)
	}
}

func TestAnswerChallenge(t *testing.T) {
	query := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {"verify"}, "hub.challenge": {"1158201444"}}
	for name, c := range map[string]struct {
		token  channel.Secret
		change [2]string
		status int
	}{
		"right":         {"verify", [2]string{}, 200},
		"other_token":   {"other", [2]string{}, 403},
		"no_token_set":  {"", [2]string{"hub.verify_token", ""}, 403},
		"other_mode":    {"verify", [2]string{"hub.mode", "unsubscribe"}, 403},
		"no_challenge":  {"verify", [2]string{"hub.challenge", ""}, 403},
		"prefix_of_one": {"verify-longer", [2]string{}, 403},
	} {
		t.Run(name, func(t *testing.T) {
			asked := url.Values{}
			for key, values := range query {
				asked[key] = values
			}
			if c.change[0] != "" {
				asked.Set(c.change[0], c.change[1])
			}
			w := httptest.NewRecorder()
			graph.AnswerChallenge(w, httptest.NewRequest("GET", "/?"+asked.Encode(), nil), c.token)
			if w.Code != c.status || (c.status == 200) != (w.Body.String() == "1158201444") {
				t.Errorf("HTTP %d %q", w.Code, w.Body)
			}
		})
	}
}

func FuzzEscapeJSON(f *testing.F) {
	f.Add("Olá / \\/ 👩‍🚀 \u2028")
	f.Fuzz(func(t *testing.T, text string) {
		plain, err := json.Marshal(text)
		if err != nil {
			t.Skip()
		}
		escaped := graph.EscapeJSON(plain)
		var want, got string
		_ = json.Unmarshal(plain, &want)
		if err := json.Unmarshal(escaped, &got); err != nil || got != want {
			t.Errorf("%q became %q, %v", want, got, err)
		}
		for _, b := range escaped {
			if b >= 0x80 {
				t.Fatalf("not ASCII: %q", escaped)
			}
		}
	})
}

// Whatever a stranger sends as signature, only the one made with the secret over these very bytes passes.
func FuzzVerify(f *testing.F) {
	f.Add(vectorSignature, []byte(vectorBody))
	f.Add("", []byte("{}"))
	f.Add("sha256="+strings.Repeat("0", 64), []byte(vectorBody))
	f.Add("sha1="+strings.Repeat("0", 40), []byte(vectorBody))
	f.Add(strings.ToUpper(vectorSignature), []byte(vectorBody))
	f.Fuzz(func(t *testing.T, header string, body []byte) {
		if graph.Verify(header, body, vectorSecret) != (header == graph.Sign(body, vectorSecret)) {
			t.Errorf("%q over %q", header, body)
		}
		if graph.Verify(header, body, "") {
			t.Errorf("no secret verified %q", header)
		}
		if signed := graph.Sign(body, vectorSecret); !graph.Verify(signed, body, vectorSecret) || graph.Verify(signed, append(body, ' '), vectorSecret) {
			t.Errorf("own signature of %q", body)
		}
	})
}

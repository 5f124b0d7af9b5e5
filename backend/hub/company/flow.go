package company

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"html"
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"parley/backend/hub/access"
	"parley/backend/hub/admin"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

const (
	cookieName   = "parley-sign-in"
	challengeLen = 43 // SHA-256 in base64url
	mostOfText   = 200
)

// Start begins a sign-in in a browser and sends it to the provider.
func (d *Door) Start(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	redirect, ok := ownAddress(query.Get("redirect"))
	challenge, err := base64.RawURLEncoding.DecodeString(query.Get("challenge"))
	if !ok || err != nil || len(query.Get("challenge")) != challengeLen || len(challenge) != sha256.Size || len(query.Get("state")) > mostOfText {
		sorry(w, http.StatusBadRequest, "This address was not made by Parley. Begin again from the application.")
		return
	}
	row, found, err := d.settings(r.Context())
	if err != nil || !found {
		d.fail(w, "Sign-in did not begin", err)
		return
	}
	client, _, err := d.client(r.Context(), row)
	if err != nil {
		d.fail(w, "Provider was not reached", err)
		return
	}
	state, browser, nowMs := random(), random(), time.Now().UnixMilli()
	flow := db.InsertSignInFlowParams{
		WorkspaceID: row.WorkspaceID, StateHash: hash(state), BrowserHash: hash(browser), Nonce: random(), Verifier: oauth2.GenerateVerifier(),
		Redirect: redirect, DeskState: query.Get("state"), Challenge: query.Get("challenge"), CreatedMs: nowMs,
		DeviceName: string([]rune(query.Get("device"))[:min(mostOfText, len([]rune(query.Get("device"))))]),
	}
	_, err = d.Store.InTx(r.Context(), row.WorkspaceID, func(tx *store.Tx) error {
		if _, err := tx.DropOldSignInFlows(r.Context(), db.DropOldSignInFlowsParams{
			WorkspaceID: row.WorkspaceID, BeforeMs: nowMs - 2*flowLimit.Milliseconds(),
		}); err != nil {
			return err
		}
		return tx.InsertSignInFlow(r.Context(), flow)
	})
	if err != nil {
		d.fail(w, "Sign-in did not begin", err)
		return
	}
	public, _ := url.Parse(row.PublicUrl)
	http.SetCookie(w, &http.Cookie{
		Name: cookieName, Value: browser, Path: "/sign-in/", HttpOnly: true, Secure: public != nil && public.Scheme == "https",
		SameSite: http.SameSiteLaxMode, MaxAge: int(flowLimit.Seconds()), // Lax: the provider's redirect brings it along
	})
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	http.Redirect(w, r, client.AuthCodeURL(state, oauth2.S256ChallengeOption(flow.Verifier), oidc.Nonce(flow.Nonce)), http.StatusFound)
}

// Callback takes a browser back from the provider and sends it on to the desk. What does not belong to a sign-in of this
// browser goes nowhere.
func (d *Door) Callback(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Referrer-Policy", "no-referrer")
	row, found, err := d.settings(r.Context())
	if err != nil || !found {
		d.fail(w, "Sign-in did not end", err)
		return
	}
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		sorry(w, http.StatusBadRequest, "This sign-in began in another browser, or long ago. Begin again from the application.")
		return
	}
	query, now := r.URL.Query(), time.Now()
	var flow db.SignInFlow
	_, err = d.Store.InTx(r.Context(), row.WorkspaceID, func(tx *store.Tx) (err error) {
		flow, err = tx.TakeSignInFlow(r.Context(), db.TakeSignInFlowParams{
			WorkspaceID: row.WorkspaceID, StateHash: hash(query.Get("state")), BrowserHash: hash(cookie.Value),
			NowMs: now.UnixMilli(), SinceMs: now.Add(-flowLimit).UnixMilli(),
		})
		return err
	})
	if store.NotFound(err) {
		sorry(w, http.StatusBadRequest, "This sign-in began in another browser, or long ago, or has ended before. Begin again from the application.")
		return
	}
	if err != nil {
		d.fail(w, "Sign-in did not end", err)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName, Path: "/sign-in/", MaxAge: -1})
	answer := url.Values{"state": {flow.DeskState}}
	switch code, err := d.admit(r.Context(), row, flow, query); {
	case err == nil:
		answer.Set("code", code)
	case errors.Is(err, errNotHere):
		answer.Set("error", "not_here")
	default:
		d.Log.Warn("Provider's answer was not taken", "error", err)
		answer.Set("error", "refused")
	}
	http.Redirect(w, r, flow.Redirect+"?"+answer.Encode(), http.StatusFound)
}

var errNotHere = errors.New("nobody here has this account")

// admit finds out who has come back, and gives the code that the desk exchanges.
func (d *Door) admit(ctx context.Context, row db.CompanySignIn, flow db.SignInFlow, query url.Values) (code string, err error) {
	if said := query.Get("error"); said != "" {
		return "", fmt.Errorf("the provider says %q", said)
	}
	c, err := d.identify(ctx, row, flow, query.Get("code"))
	if err != nil {
		return "", err
	}
	agent, err := d.agent(ctx, row, c)
	if err != nil {
		return "", err
	}
	code = random()
	_, err = d.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) error {
		_, err := tx.SetSignInCode(ctx, db.SetSignInCodeParams{
			WorkspaceID: row.WorkspaceID, StateHash: flow.StateHash, AgentID: agent.ID, CodeHash: hash(code),
		})
		return err
	})
	return code, err
}

// agent is the person with a company account, with the role that their groups give. errNotHere: they are not let in.
func (d *Door) agent(ctx context.Context, row db.CompanySignIn, c claims) (db.Agent, error) {
	if !letsIn(row, c.email) {
		return db.Agent{}, errNotHere
	}
	role := roleFor(row, c.groups)
	agent, err := d.Store.Read().AgentByEmail(ctx, c.email)
	switch {
	case store.NotFound(err) && row.Provision == "":
		return db.Agent{}, errNotHere
	case store.NotFound(err) && role == "" && row.Agents != "":
		return db.Agent{}, errNotHere // of no group that is let in
	case store.NotFound(err):
		if role == "" {
			role = row.Provision
		}
		return admin.AddAgent(ctx, d.Store, row.WorkspaceID, admin.Agent{Email: c.email, Name: c.name, Role: role})
	case err != nil:
		return db.Agent{}, fmt.Errorf("find account: %w", err)
	case agent.WorkspaceID != row.WorkspaceID || agent.Disabled:
		return db.Agent{}, errNotHere
	case role == "" && row.Agents != "":
		return db.Agent{}, errNotHere // has left the groups that are let in
	case role != "" && role != agent.Role:
		if err := admin.SetRole(ctx, d.Store, row.WorkspaceID, c.email, role); err != nil {
			return db.Agent{}, err
		}
	}
	return agent, nil
}

// Exchange makes a device session of a code. ErrCode: it cannot be.
func (d *Door) Exchange(ctx context.Context, code, verifier string) (token string, agent db.Agent, err error) {
	row, found, err := d.settings(ctx)
	if err != nil || !found {
		return "", db.Agent{}, errors.Join(err, ErrCode)
	}
	var flow db.SignInFlow
	_, err = d.Store.InTx(ctx, row.WorkspaceID, func(tx *store.Tx) (err error) {
		flow, err = tx.TakeSignInCode(ctx, db.TakeSignInCodeParams{
			WorkspaceID: row.WorkspaceID, CodeHash: hash(code), SinceMs: time.Now().Add(-codeLimit).UnixMilli(),
		})
		return err
	})
	if store.NotFound(err) {
		return "", db.Agent{}, ErrCode
	}
	if err != nil {
		return "", db.Agent{}, fmt.Errorf("exchange code: %w", err)
	}
	if subtle.ConstantTimeCompare([]byte(oauth2.S256ChallengeFromVerifier(verifier)), []byte(flow.Challenge)) != 1 {
		return "", db.Agent{}, ErrCode // and the code is gone
	}
	agent, err = d.Store.Read().Agent(ctx, db.AgentParams{WorkspaceID: row.WorkspaceID, ID: flow.AgentID})
	if err != nil {
		return "", db.Agent{}, fmt.Errorf("exchange code: %w", err)
	}
	if agent.Disabled {
		return "", db.Agent{}, access.ErrDenied
	}
	token, err = d.Access.Open(ctx, agent, flow.DeviceName, "company account")
	return token, agent, err
}

// ownAddress takes the one address that a browser may be sent to with a code: where a desk listens on the same computer.
func ownAddress(text string) (string, bool) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" || u.Path != "/done" || u.RawQuery != "" || u.Fragment != "" || u.User != nil || u.Port() == "" {
		return "", false
	}
	address, err := netip.ParseAddr(u.Hostname())
	return u.String(), err == nil && address.IsLoopback()
}

func (d *Door) fail(w http.ResponseWriter, what string, err error) {
	if err == nil {
		sorry(w, http.StatusNotFound, "This hub has no sign-in with a company account.")
		return
	}
	d.Log.Error(what, "error", err)
	sorry(w, http.StatusServiceUnavailable, "The hub could not do this now. Try again in a few minutes.")
}

// sorry is a page that says what is wrong. It loads and runs nothing.
func sorry(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	fmt.Fprintf(w, `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>Parley</title>`+
		`<body style="font:16px/1.5 system-ui;margin:15vh auto;max-width:30em;padding:0 1em"><h1 style="font-size:20px">Parley</h1><p>%s</p></body></html>`, html.EscapeString(text))
}

package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"

	"parley/backend/conversation"
	"parley/backend/hub/server"
	"parley/backend/practice"

	"golang.org/x/sync/errgroup"
)

// practiceLine is the one line on stdout: what a hub, or a program of somebody else, needs to connect.
type practiceLine struct {
	GraphURL      string `json:"graph_url"`
	PhoneNumberID string `json:"phone_number_id"`
	Number        string `json:"number"`
	BusinessID    string `json:"waba_id"`
	PageID        string `json:"page_id"`
	Token         string `json:"token"`
	AppSecret     string `json:"app_secret"`
	VerifyToken   string `json:"verify_token"`
	PhoneURL      string `json:"phone_url"`
}

const practiceHelp = `Usage: parley-hub practice [flags]

Runs practice Meta: a simulated Graph API of WhatsApp and Messenger with contacts to play. It prints one JSON line
with the addresses, ids and secrets to connect with, and serves until it is stopped. Nothing leaves this computer.

Flags:
%s
Control (JSON; POST needs the header Content-Type: application/json; only from this computer):
  GET  /phone/                             the practice phone, for a browser
  GET  /phone/api/contacts                 contacts, clock and faults
  POST /phone/api/contacts                 {"name":"Rui","phone":"447700900999"}     a new contact
  POST /phone/api/contacts/ID/messages     {"text":"Hi"}, {"sample":"photo"}, {"edit":MESSAGE,"text":"Hello"} …
  GET  /phone/api/contacts/ID/messages     the thread as the contact sees it
  POST /phone/api/contacts/ID/read         {}             they read what they got
  POST /phone/api/contacts/ID/block        {"blocked":true}
  POST /phone/api/contacts/ID/number       {"phone":"447700900998"}                  they change their number
  POST /phone/api/contacts/ID/user-id      {}             their user id is made anew
  POST /phone/api/clock                    {"advanceMs":82800000}                    23 hours later
  POST /phone/api/faults                   {"duplicate":true,"failNext":{"code":131026,"late":true}}; {} ends them
  POST /phone/api/templates                {"name":"follow_up","language":"fr","status":"PAUSED"}
  POST /phone/api/webhook                  {"channel":"whatsapp","body":{…}}         any webhook, signed
  POST /phone/api/reset                    {}             start over
All of it is described in backend/practice/README.md.
`

// runPractice serves practice Meta until it is told to stop.
func runPractice(ctx context.Context, c *call) error {
	set := flag.NewFlagSet("practice", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	listen := set.String("listen", "127.0.0.1:8490", "`address` to listen on")
	webhooks := set.String("webhooks", "", "`URL` of the receiver; webhooks go to URL"+server.WhatsAppPath+" and URL"+server.MessengerPath)
	whatsApp := set.String("webhooks-whatsapp", "", "whole `URL` for WhatsApp's webhooks, instead")
	facebook := set.String("webhooks-messenger", "", "whole `URL` for Messenger's webhooks, instead")
	public := set.String("public-url", "", "`URL` under which others reach it, when that is not the address it listens on")
	state := set.String("state", "", "`file` to keep everything in; without it all is forgotten at the end")
	lively := set.Bool("lively", false, "contacts write, read and answer by themselves")
	if c.asksForHelp() {
		var flags strings.Builder
		set.SetOutput(&flags)
		set.PrintDefaults()
		fmt.Fprintf(c.stdout, practiceHelp, flags.String())
		return nil
	}
	if err := c.parse(set); err != nil {
		return err
	}
	targets, err := practiceTargets(*webhooks, *whatsApp, *facebook)
	if err != nil {
		return err
	}
	meta, err := practice.New(practice.Options{
		StateFile: *state, Quiet: !*lively, Logger: slog.New(slog.NewJSONHandler(c.stderr, nil)),
	})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", *listen)
	if err != nil {
		return fmt.Errorf("practice cannot listen on %s: %w", *listen, err)
	}
	base := "http://" + listener.Addr().String()
	if *public != "" {
		base = strings.TrimRight(*public, "/")
	}
	meta.SetBaseURL(base)
	meta.Connect(targets[0], targets[1])
	if err := json.NewEncoder(c.stdout).Encode(practiceLineOf(meta, base)); err != nil {
		return errors.Join(fmt.Errorf("write stdout: %w", err), listener.Close())
	}
	return servePractice(ctx, meta, listener)
}

// practiceTargets are the addresses of both channels' webhooks, "" where there is none yet.
func practiceTargets(base, whatsApp, facebook string) ([2]string, error) {
	targets := [2]string{whatsApp, facebook}
	for i, path := range []string{server.WhatsAppPath, server.MessengerPath} {
		if targets[i] == "" && base != "" {
			targets[i] = strings.TrimRight(base, "/") + path
		}
		if targets[i] == "" {
			continue
		}
		if u, err := url.Parse(targets[i]); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
			return targets, usagef("%q is no http or https address", targets[i])
		}
	}
	return targets, nil
}

func practiceLineOf(meta *practice.Meta, base string) practiceLine {
	line := practiceLine{GraphURL: base, Token: practice.SystemToken.Reveal(), PhoneURL: base + "/phone/"}
	for _, account := range meta.Accounts() {
		switch {
		case account.Channel == conversation.ChannelMessenger:
			line.PageID = account.ID
		case line.PhoneNumberID == "":
			line.PhoneNumberID, line.Number, line.BusinessID = account.ID, account.Number, account.BusinessID
			line.AppSecret, line.VerifyToken = account.AppSecret.Reveal(), account.VerifyToken.Reveal()
		}
	}
	return line
}

// servePractice answers on a listener until ctx ends, and then lets the world come to a rest.
func servePractice(ctx context.Context, meta *practice.Meta, listener net.Listener) error {
	web := &http.Server{Handler: meta.Handler(), ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout}
	world, stopWorld := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWorld()
	group, working := errgroup.WithContext(world)
	group.Go(func() error { return meta.Serve(world) })
	group.Go(func() error {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
	group.Go(func() error {
		select {
		case <-ctx.Done():
		case <-working.Done():
		}
		end, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
		defer cancel()
		err := web.Shutdown(end)
		stopWorld()
		return err
	})
	return group.Wait()
}

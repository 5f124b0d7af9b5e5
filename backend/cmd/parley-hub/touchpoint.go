package main

import (
	"context"
	"flag"
	"fmt"

	"parley/backend/channel/graph"
	"parley/backend/conversation"
	"parley/backend/hub/admin"
	"parley/backend/hub/server"
	"parley/backend/hub/touchpoint"
)

// connection is what both channels' touchpoints need.
type connection struct {
	name, queue, tokenFile, appSecretFile, verifyTokenFile, graphURL, graphVersion string
}

func (k *connection) flags(set *flag.FlagSet) {
	set.StringVar(&k.name, "name", "", "how agents call it")
	set.StringVar(&k.queue, "queue", "", "queue where its conversations wait (default the first one)")
	set.StringVar(&k.tokenFile, "token-file", "", "file with Meta's access token")
	set.StringVar(&k.appSecretFile, "app-secret-file", "", "file with the app secret, which signs webhooks")
	set.StringVar(&k.verifyTokenFile, "verify-token-file", "", "file with the verify token of the webhook subscription")
	set.StringVar(&k.graphURL, "graph-url", "", "Graph API address (default "+graph.DefaultBaseURL+")")
	set.StringVar(&k.graphVersion, "graph-version", "", "Graph API version (default "+graph.DefaultVersion+")")
}

func (k *connection) secrets() (touchpoint.Secrets, error) {
	var s touchpoint.Secrets
	for _, f := range []struct {
		flag, file string
		to         *string
	}{
		{"--token-file", k.tokenFile, &s.Token},
		{"--app-secret-file", k.appSecretFile, &s.AppSecret},
		{"--verify-token-file", k.verifyTokenFile, &s.VerifyToken},
	} {
		secret, err := secretFile(f.flag, f.file)
		if err != nil {
			return s, err
		}
		*f.to = secret
	}
	return s, nil
}

// runAddWhatsApp connects a WhatsApp number.
func runAddWhatsApp(ctx context.Context, c *call) error {
	set, place := c.flags("touchpoint add whatsapp")
	var k connection
	k.flags(set)
	id := set.String("phone-number-id", "", "Meta's id of the number")
	number := set.String("number", "", "the number in international form, such as +447700900014")
	business := set.String("waba-id", "", "id of the WhatsApp Business Account")
	if err := c.parse(set); err != nil {
		return err
	}
	if *id == "" || *number == "" || *business == "" || k.name == "" {
		return usagef("--name, --phone-number-id, --number and --waba-id are needed")
	}
	return c.addTouchpoint(ctx, place, k, server.WhatsAppPath, admin.Touchpoint{
		Channel: conversation.ChannelWhatsApp, Identification: *number, AccountID: *id, BusinessID: *business,
	})
}

// runAddMessenger connects a Page.
func runAddMessenger(ctx context.Context, c *call) error {
	set, place := c.flags("touchpoint add messenger")
	var k connection
	k.flags(set)
	id := set.String("page-id", "", "Meta's id of the Page")
	if err := c.parse(set); err != nil {
		return err
	}
	if *id == "" || k.name == "" {
		return usagef("--name and --page-id are needed")
	}
	return c.addTouchpoint(ctx, place, k, server.MessengerPath, admin.Touchpoint{
		Channel: conversation.ChannelMessenger, AccountID: *id,
	})
}

func (c *call) addTouchpoint(ctx context.Context, place *place, k connection, path string, t admin.Touchpoint) error {
	secrets, err := k.secrets()
	if err != nil {
		return err
	}
	h, err := c.open(ctx, place)
	if err != nil {
		return err
	}
	defer h.Close()
	workspace, err := admin.Only(ctx, h.Store)
	if err != nil {
		return err
	}
	if k.queue != "" {
		queue, err := admin.FindQueue(ctx, h.Store, workspace.ID, k.queue)
		if err != nil {
			return err
		}
		t.QueueID = queue.ID
	}
	t.Name, t.Secrets, t.GraphURL, t.GraphVersion = k.name, secrets, k.graphURL, k.graphVersion
	row, err := admin.AddTouchpoint(ctx, h.Store, h.Sealer, workspace.ID, h.Directory.Adapter(t.Channel).Window(), t)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.stdout, "Touchpoint %s added. Let Meta's webhooks go to https://YOUR-HUB%s.\n", row.ID, path)
	return nil
}

package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"parley/backend/conversation"
	"parley/backend/hub"
	"parley/backend/hub/admin"
	"parley/backend/hub/routing"
	"parley/backend/hub/store/db"
	"parley/backend/hub/touchpoint"
)

// runRouteQueue says how a queue's conversations find their agent. What is not named stays as it is.
func runRouteQueue(ctx context.Context, c *call) error {
	set, place := c.flags("queue route")
	name := set.String("queue", "", "the queue's name")
	mode := set.String("mode", "", "pick (agents take them), assign (who has waited longest gets one) or offer (they are asked)")
	offer := set.Duration("offer", 0, "how long an offer stands, such as 30s")
	unanswered := set.Duration("unanswered", 0, "how long an agent may leave a contact without an answer, such as 10m; 0 for ever")
	hours := set.String("hours", "", `when the business is there, such as "mon-fri 09:00-18:00; sat 10:00-13:00"; empty for always`)
	zone := set.String("zone", "", "time zone of the hours, such as Europe/Lisbon")
	answerFile := set.String("answer-file", "", "file with the automatic answer outside of the hours; - for none")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" {
		return usagef("--queue is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		queue, err := admin.FindQueue(ctx, h.Store, w.ID, *name)
		if err != nil {
			return err
		}
		s, err := admin.RoutingOf(ctx, h.Store, queue)
		if err != nil {
			return err
		}
		set.Visit(func(f *flag.Flag) {
			switch f.Name {
			case "mode":
				s.Mode = routing.Mode(*mode)
			case "offer":
				s.Offer = *offer
			case "unanswered":
				s.Unanswered = *unanswered
			case "hours":
				s.HoursText = *hours
			case "zone":
				s.Zone = *zone
			}
		})
		if s.Answer, err = answerOf(*answerFile, s.Answer); err != nil {
			return err
		}
		if err := admin.SetRouting(ctx, h.Store, w.ID, queue.ID, s); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s: %s.\n", queue.Name, describeRouting(s))
		return nil
	})
}

// answerOf reads an automatic answer from a file; "-" for none, and without a file it stays as it is.
func answerOf(file, before string) (string, error) {
	switch file {
	case "":
		return before, nil
	case "-":
		return "", nil
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("--answer-file: %w", err)
	}
	return strings.TrimSpace(string(text)), nil
}

// describeRouting says how a queue is routed, in a line.
func describeRouting(s routing.Settings) string {
	parts := []string{map[routing.Mode]string{
		routing.Pick: "agents pick", routing.Assign: "assigned to who has waited longest", routing.Offer: fmt.Sprintf("offered for %v", s.Offer),
	}[s.Mode]}
	if s.Unanswered > 0 {
		parts = append(parts, fmt.Sprintf("back after %v without an answer", s.Unanswered))
	}
	if s.HoursText != "" {
		parts = append(parts, fmt.Sprintf("%s %s", s.HoursText, s.Zone))
	}
	if s.Answer != "" {
		parts = append(parts, "answers by itself outside of these hours")
	}
	return strings.Join(parts, ", ")
}

// runListTouchpoints names the touchpoints with their settings.
func runListTouchpoints(ctx context.Context, c *call) error {
	set, place := c.flags("touchpoint list")
	if err := c.parse(set); err != nil {
		return err
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		rows, err := h.Store.Read().Touchpoints(ctx, w.ID)
		if err != nil {
			return err
		}
		for _, row := range rows {
			fmt.Fprintf(c.stdout, "%s\t%s\t%s\t%s\n", row.Name, row.Channel, row.Identification, describeTouchpoint(row))
		}
		return nil
	})
}

func describeTouchpoint(row db.Touchpoint) string {
	s := touchpoint.SettingsOf(row)
	parts := []string{fmt.Sprintf("window %v", s.Window), fmt.Sprintf("weight %d", s.Weight)}
	if standard := time.Duration(row.StandardWindowMs) * time.Millisecond; standard > 0 && s.Window > standard {
		parts = append(parts, "human agent")
	}
	if s.WrapUp {
		parts = append(parts, "wrap-up")
	}
	if s.Sticky {
		parts = append(parts, "last agent first")
	}
	return strings.Join(parts, ", ")
}

// runSetTouchpoint changes settings of a touchpoint. What is not named stays as it is.
func runSetTouchpoint(ctx context.Context, c *call) error {
	set, place := c.flags("touchpoint set")
	name := set.String("name", "", "the touchpoint's name")
	window := set.Duration("window", 0, "how long the session window stays open after a contact's message, such as 24h")
	human := set.Bool("human-agent", false, "Meta has approved the human-agent feature for the Page: 7 days instead of 24 hours")
	weight := set.Int64("weight", 0, "points of an agent's capacity that one conversation takes, 1 to 100")
	wrapUp := set.Bool("wrap-up", false, "End Chat leads to notes and a disposition")
	sticky := set.Bool("last-agent", false, "who had a contact's last conversation is asked first")
	queue := set.String("queue", "", "queue where its new conversations wait")
	if err := c.parse(set); err != nil {
		return err
	}
	if *name == "" {
		return usagef("--name is needed")
	}
	return c.inWorkspace(ctx, place, func(h *hub.Hub, w db.Workspace) error {
		row, err := admin.FindTouchpoint(ctx, h.Store, w.ID, *name)
		if err != nil {
			return err
		}
		s, rule := touchpoint.SettingsOf(row), h.Directory.Adapter(conversation.Channel(row.Channel)).Window()
		set.Visit(func(f *flag.Flag) {
			switch f.Name {
			case "window":
				s.Window = *window
			case "weight":
				s.Weight = *weight
			case "wrap-up":
				s.WrapUp = *wrapUp
			case "last-agent":
				s.Sticky = *sticky
			case "human-agent":
				err = s.HumanAgent(*human, rule)
			}
		})
		if err != nil {
			return err
		}
		if *queue != "" {
			found, err := admin.FindQueue(ctx, h.Store, w.ID, *queue)
			if err != nil {
				return err
			}
			s.QueueID = found.ID
		}
		if err := admin.ChangeTouchpoint(ctx, h.Store, w.ID, row.ID, s, rule); err != nil {
			return err
		}
		if row, err = admin.FindTouchpoint(ctx, h.Store, w.ID, *name); err != nil {
			return err
		}
		fmt.Fprintf(c.stdout, "%s: %s.\n", row.Name, describeTouchpoint(row))
		return nil
	})
}

package whatsapp

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"

	"parley/backend/channel"
	"parley/backend/channel/graph"
)

// accountFields are the webhook fields about the business account itself. Meta names no number's id in them, at
// most what the number reads like. Source: Meta docs, "WhatsApp Business Account webhooks", 2026-09.
var accountFields = map[string]func(json.RawMessage, origin) ([]channel.Event, error){
	"account_update":                     accountUpdate,
	"account_review_update":              accountReview,
	"phone_number_quality_update":        numberQuality,
	"phone_number_name_update":           numberName,
	"business_capability_update":         capability,
	"security":                           security,
	"message_template_status_update":     templateStatus,
	"message_template_quality_update":    templateChange,
	"message_template_components_update": templateChange,
	"template_category_update":           templateChange,
}

// levels are the account updates that do more than tell. Source: Meta docs, "account_update webhook", 2026-09.
var levels = map[string]channel.HealthLevel{
	"VERIFIED_ACCOUNT":        channel.HealthGood,
	"ACCOUNT_RECONNECTED":     channel.HealthGood,
	"ACCOUNT_VIOLATION":       channel.HealthWarning,
	"ACCOUNT_RESTRICTION":     channel.HealthWarning,
	"ACCOUNT_DELETED":         channel.HealthBlocked,
	"ACCOUNT_OFFBOARDED":      channel.HealthBlocked,
	"PARTNER_REMOVED":         channel.HealthBlocked,
	"PARTNER_APP_UNINSTALLED": channel.HealthBlocked,
	// Of a ban: waba_ban_state.
	"DISABLE":              channel.HealthBlocked,
	"SCHEDULE_FOR_DISABLE": channel.HealthWarning,
	"REINSTATE":            channel.HealthGood,
	// Of a restriction: no answers to contacts either.
	"RESTRICTED_CUSTOMER_INITIATED_MESSAGING": channel.HealthBlocked,
}

func accountUpdate(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		Event       string `json:"event"`
		PhoneNumber string `json:"phone_number"`
		BanInfo     struct {
			State string `json:"waba_ban_state"`
			Date  string `json:"waba_ban_date"`
		} `json:"ban_info"`
		Violation struct {
			Type string `json:"violation_type"`
		} `json:"violation_info"`
		Restrictions []struct {
			Type string `json:"restriction_type"`
		} `json:"restriction_info"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Event == "" {
		return nil, errors.New("account update cannot be read")
	}
	level := levels[wire.Event]
	details := []string{wire.BanInfo.State, wire.BanInfo.Date, wire.Violation.Type}
	if wire.Event == "DISABLED_UPDATE" {
		level = cmp.Or(levels[wire.BanInfo.State], channel.HealthBlocked)
	}
	for _, restriction := range wire.Restrictions {
		details = append(details, restriction.Type)
		if levels[restriction.Type] == channel.HealthBlocked {
			level = channel.HealthBlocked
		}
	}
	return from.health(channel.Health{
		Topic: channel.HealthAccount, Level: level, Number: number(wire.PhoneNumber),
		Event: wire.Event, Detail: join(details...),
	}), nil
}

func accountReview(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		Decision string `json:"decision"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Decision == "" {
		return nil, errors.New("account review cannot be read")
	}
	level := map[string]channel.HealthLevel{"APPROVED": channel.HealthGood, "REJECTED": channel.HealthBlocked}[wire.Decision]
	return from.health(channel.Health{Topic: channel.HealthAccount, Level: level, Event: "REVIEW", Detail: wire.Decision}), nil
}

// numberQuality reports the rating of a number, or how many people may be written to.
//
//	{"display_phone_number":"447700900014","event":"FLAGGED","current_limit":"TIER_10K"}
func numberQuality(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		Number string          `json:"display_phone_number"`
		Event  string          `json:"event"`
		Limit  string          `json:"current_limit"`
		PerDay json.RawMessage `json:"max_daily_conversations_per_business"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Event == "" {
		return nil, errors.New("number quality cannot be read")
	}
	health := channel.Health{
		Topic: channel.HealthLimit, Number: number(wire.Number), Event: wire.Event, Detail: wire.Limit,
		PerDay: cmp.Or(perDay([]byte(wire.Limit)), perDay(wire.PerDay)),
	}
	switch wire.Event {
	case "FLAGGED":
		health.Topic, health.Level = channel.HealthQuality, channel.HealthWarning
	case "UNFLAGGED":
		health.Topic, health.Level = channel.HealthQuality, channel.HealthGood
	case "DOWNGRADE":
		health.Level = channel.HealthWarning
	case "UPGRADE":
		health.Level = channel.HealthGood
	}
	return from.health(health), nil
}

func numberName(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		Number   string `json:"display_phone_number"`
		Decision string `json:"decision"`
		Name     string `json:"requested_verified_name"`
		Reason   string `json:"rejection_reason"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Decision == "" {
		return nil, errors.New("number name cannot be read")
	}
	level := map[string]channel.HealthLevel{"APPROVED": channel.HealthGood, "REJECTED": channel.HealthWarning}[wire.Decision]
	return from.health(channel.Health{
		Topic: channel.HealthName, Level: level, Number: number(wire.Number), Event: wire.Decision, Detail: join(wire.Name, noneless(wire.Reason)),
	}), nil
}

// capability reports what the business may do: {"max_daily_conversation_per_phone":1000,"max_phone_numbers_per_business":25}
func capability(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		PerBusiness json.RawMessage `json:"max_daily_conversations_per_business"`
		PerPhone    json.RawMessage `json:"max_daily_conversation_per_phone"` // until v24
	}
	if json.Unmarshal(raw, &wire) != nil {
		return nil, errors.New("capability cannot be read")
	}
	limit := cmp.Or(perDay(wire.PerBusiness), perDay(wire.PerPhone))
	return from.health(channel.Health{Topic: channel.HealthLimit, Event: "CAPABILITY", PerDay: limit}), nil
}

func security(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire struct {
		Number string `json:"display_phone_number"`
		Event  string `json:"event"`
	}
	if json.Unmarshal(raw, &wire) != nil || wire.Event == "" {
		return nil, errors.New("security news cannot be read")
	}
	return from.health(channel.Health{Topic: channel.HealthSecurity, Number: number(wire.Number), Event: wire.Event}), nil
}

// wireTemplateChange is the value of all four fields about templates:
//
//	{"event":"PAUSED","message_template_id":594425479261596,"message_template_name":"follow_up",
//	 "message_template_language":"pt_PT","reason":"NONE","other_info":{"title":"FIRST_PAUSE","description":"…"}}
type wireTemplateChange struct {
	Event     string       `json:"event"`
	ID        graph.Number `json:"message_template_id"`
	Name      string       `json:"message_template_name"`
	Language  string       `json:"message_template_language"`
	Reason    string       `json:"reason"`
	Category  string       `json:"new_category"`
	Quality   string       `json:"new_quality_score"`
	OtherInfo struct {
		Title       string `json:"title"`
		Description string `json:"description"`
	} `json:"other_info"`
	Rejection struct {
		Reason         string `json:"reason"`
		Recommendation string `json:"recommendation"`
	} `json:"rejection_info"`
}

func templateStatus(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire wireTemplateChange
	if json.Unmarshal(raw, &wire) != nil || wire.Event == "" {
		return nil, errors.New("template status cannot be read")
	}
	return templateChange(raw, from)
}

func templateChange(raw json.RawMessage, from origin) ([]channel.Event, error) {
	var wire wireTemplateChange
	if json.Unmarshal(raw, &wire) != nil || (wire.ID == 0 && wire.Name == "") {
		return nil, errors.New("template change names no template")
	}
	change := &channel.TemplateChange{
		Name: clean(wire.Name), Language: clean(wire.Language), Status: clean(wire.Event),
		Category: clean(wire.Category), Quality: clean(wire.Quality), AtMs: from.atMs(),
		Reason: join(noneless(wire.Reason), noneless(wire.Rejection.Reason), wire.Rejection.Recommendation, wire.OtherInfo.Title, wire.OtherInfo.Description),
	}
	if wire.ID != 0 {
		change.ID = strconv.FormatInt(int64(wire.ID), 10)
	}
	return []channel.Event{{Template: change}}, nil
}

// health completes an event. A level that nobody named is a notice.
func (o origin) health(h channel.Health) []channel.Event {
	h.Level = cmp.Or(h.Level, channel.HealthNotice)
	h.Event, h.Detail, h.AtMs = clean(h.Event), clean(h.Detail), o.atMs()
	return []channel.Event{{Health: &h}}
}

func (o origin) atMs() int64 {
	ms, err := o.time.Ms()
	if err != nil {
		return 0
	}
	return ms
}

// perDay reads a messaging limit: 1000, "1000", "TIER_1K" or "TIER_UNLIMITED", which is -1. Anything else is 0.
func perDay(raw []byte) int {
	text := strings.TrimPrefix(strings.Trim(string(raw), `"`), "TIER_")
	if text == "UNLIMITED" {
		return -1
	}
	thousands := strings.HasSuffix(text, "K")
	count, err := strconv.Atoi(strings.TrimSuffix(text, "K"))
	switch {
	case err != nil || count < -1 || count > math.MaxInt32:
		return 0
	case thousands:
		return count * 1000
	default:
		return count
	}
}

// number returns the digits of a number as people write it, "" when it is none.
func number(display string) string {
	only := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, display)
	if !digits.MatchString(only) {
		return ""
	}
	return only
}

// noneless drops Meta's word for nothing.
func noneless(reason string) string {
	if reason == "NONE" {
		return ""
	}
	return reason
}

func join(parts ...string) string {
	var kept []string
	for _, part := range parts {
		if part != "" {
			kept = append(kept, clean(part))
		}
	}
	return strings.Join(kept, ", ")
}

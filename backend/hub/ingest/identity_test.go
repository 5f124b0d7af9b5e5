package ingest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"parley/backend/hub/hubtest"
	"parley/backend/hub/store/db"
)

// newUserID is Meta's news that a person has another user id from now on.
func newUserID(who person, current string, atMs int64) object {
	return object{"object": "whatsapp_business_account", "entry": []object{{"id": hubtest.Business, "changes": []object{{
		"field": "user_id_update", "value": object{
			"messaging_product": "whatsapp", "metadata": object{"phone_number_id": hubtest.Number},
			"user_id_update": []object{{"wa_id": who.phone, "timestamp": fmt.Sprint(atMs / 1000), "user_id": object{"previous": who.userID, "current": current}}},
		},
	}}}}}
}

func (d *door) contact(t *testing.T, id string) db.Contact {
	t.Helper()
	row, err := d.Store.Read().Contact(t.Context(), db.ContactParams{WorkspaceID: d.ID, ID: id})
	if err != nil {
		t.Fatal(err)
	}
	return row
}

// A person whose user id Meta makes anew stays the person whose history the agent sees.
func TestUserIDChanges(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		t.Run("messages_under_the_new_id_go_on_in_the_same_conversation", func(t *testing.T) {
			who := somebody()
			anew := person{userID: who.userID + "9", name: who.name}
			d.accept(t, whatsApp, webhook(text(who, "wamid.before."+who.userID, hubtest.Start, "before")))
			d.accept(t, whatsApp, newUserID(who, anew.userID, hubtest.Start+1000))
			d.accept(t, whatsApp, newUserID(who, anew.userID, hubtest.Start+1000))
			d.accept(t, whatsApp, webhook(text(anew, "wamid.after."+who.userID, hubtest.Start+2000, "after")))
			if thread := d.Thread(t, d.only(t, who).ID); len(thread) != 2 || d.only(t, anew).ID != thread[0].ConversationID {
				t.Errorf("%d lines", len(thread))
			}
		})
		t.Run("also_when_the_news_comes_before_the_first_message", func(t *testing.T) {
			who := somebody()
			anew := person{userID: who.userID + "9", name: who.name}
			d.accept(t, whatsApp, newUserID(who, anew.userID, hubtest.Start+1000))
			d.accept(t, whatsApp, webhook(text(anew, "wamid.after."+who.userID, hubtest.Start+2000, "after")))
			d.accept(t, whatsApp, webhook(text(who, "wamid.before."+who.userID, hubtest.Start, "before")))
			if thread := d.Thread(t, d.only(t, who).ID); len(thread) != 2 {
				t.Errorf("%d lines", len(thread))
			}
		})
		t.Run("when_both_have_written_by_then_a_person_is_asked", func(t *testing.T) {
			who := somebody()
			anew := person{userID: who.userID + "9", name: who.name}
			d.accept(t, whatsApp, webhook(text(who, "wamid.before."+who.userID, hubtest.Start, "before")))
			d.accept(t, whatsApp, webhook(text(anew, "wamid.after."+who.userID, hubtest.Start+2000, "after")))
			before, after := d.only(t, who), d.only(t, anew)
			if before.ContactID == after.ContactID {
				t.Fatal("merged without asking")
			}
			d.accept(t, whatsApp, newUserID(who, anew.userID, hubtest.Start+1000))
			if c := d.contact(t, before.ContactID); c.SuggestedID != after.ContactID || c.SuggestedReason != "identity" {
				t.Errorf("nobody is suggested: %+v", c)
			}
			if d.only(t, who).ContactID == d.only(t, anew).ContactID {
				t.Error("merged without asking")
			}
		})
		t.Run("somebody_new_with_a_known_number_is_suggested_and_not_mixed_up", func(t *testing.T) {
			who := somebody()
			heir := person{phone: who.phone, userID: who.userID + "8", name: "Somebody else"}
			d.accept(t, whatsApp, webhook(text(who, "wamid.before."+who.userID, hubtest.Start, "before")))
			d.accept(t, whatsApp, webhook(text(heir, "wamid.heir."+who.userID, hubtest.Start+2000, "hello")))
			first, second := d.only(t, who), d.only(t, heir)
			if first.ContactID == second.ContactID {
				t.Fatal("a number's new owner was taken for the old one")
			}
			if c := d.contact(t, second.ContactID); c.SuggestedID != first.ContactID || c.SuggestedReason != "number" {
				t.Errorf("nobody is suggested: %+v", c)
			}
		})
	})
}

// Meta names some numbers with and without an extra digit.
func TestNumberForms(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		for i, pair := range [][2]string{{"5215512345678", "525512345678"}, {"541123456789", "5491123456789"}, {"5511987654321", "551187654321"}} {
			one, other := person{phone: pair[0], name: "Ana"}, person{phone: pair[1], name: "Ana"}
			d.accept(t, whatsApp, webhook(text(one, fmt.Sprint("wamid.one.", i), hubtest.Start, "1")))
			d.accept(t, whatsApp, webhook(text(other, fmt.Sprint("wamid.other.", i), hubtest.Start+1000, "2")))
			if thread := d.Thread(t, d.only(t, one).ID); len(thread) != 2 {
				t.Errorf("%s and %s became two people", pair[0], pair[1])
			}
		}
	})
}

// News of an account are shown on the touchpoint: the newest of each topic, in whatever order they come.
func TestHealth(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		news := func(event string, atMs int64) object {
			return object{"object": "whatsapp_business_account", "entry": []object{{"id": hubtest.Business, "time": atMs / 1000, "changes": []object{{
				"field": "phone_number_quality_update", "value": object{"display_phone_number": "351910000014", "event": event, "current_limit": "TIER_1K"},
			}}}}}
		}
		bodies := []object{news("UNFLAGGED", hubtest.Start+2000), news("FLAGGED", hubtest.Start+1000)}
		rand.Shuffle(len(bodies), func(i, j int) { bodies[i], bodies[j] = bodies[j], bodies[i] })
		for _, body := range bodies {
			d.accept(t, whatsApp, body)
		}
		rows, err := d.Store.Read().TouchpointHealth(t.Context(), db.TouchpointHealthParams{WorkspaceID: d.ID, TouchpointID: d.WhatsApp.ID})
		if err != nil || len(rows) == 0 {
			t.Fatalf("%d rows, %v; dead letters %+v", len(rows), err, d.deadLetters(t))
		}
		for _, row := range rows {
			if row.Topic == "quality" && row.Event != "UNFLAGGED" {
				t.Errorf("an older event is shown: %+v", row)
			}
		}
	})
}

// A change of a template has Meta asked for all of them.
func TestTemplateChange(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, d *door) {
		d.accept(t, whatsApp, object{"object": "whatsapp_business_account", "entry": []object{{"id": hubtest.Business, "time": hubtest.Start / 1000, "changes": []object{{
			"field": "message_template_status_update", "value": object{"event": "PAUSED", "message_template_id": 1, "message_template_name": "hello", "message_template_language": "en_US"},
		}}}}})
		next, err := d.Store.Read().NextDue(t.Context(), "templates")
		if err != nil || next == 0 {
			t.Errorf("nobody asks for templates: %d, %v", next, err)
		}
	})
}

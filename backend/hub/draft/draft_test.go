package draft_test

import (
	"errors"
	"strings"
	"testing"

	"parley/backend/conversation"
	"parley/backend/hub/access"
	"parley/backend/hub/draft"
	"parley/backend/hub/hubtest"
	"parley/backend/hub/store"
	"parley/backend/hub/store/storetest"
	hubv1 "parley/backend/proto/parley/hub/v1"

	"google.golang.org/protobuf/proto"
)

func TestMain(m *testing.M) { storetest.Main(m) }

// place is one computer of an agent, with what its agent has before their eyes.
type place struct {
	t              *testing.T
	drafts         *draft.Drafts
	actor          access.Actor
	device         string
	conversationID string
	base           int64
}

func (p *place) save(text string, savedMs int64) *hubv1.Draft {
	p.t.Helper()
	stands, err := p.drafts.Save(p.t.Context(), p.actor, &hubv1.SaveDraftRequest{
		ConversationId: p.conversationID, Content: &hubv1.DraftContent{Text: text}, SavedMs: savedMs, DeviceId: p.device, BaseVersion: p.base,
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return stands
}

// reads is what the feed does: the agent has the draft before their eyes.
func (p *place) reads(d *hubv1.Draft) { p.base = d.GetVersion() }

func TestSave(t *testing.T) {
	t.Parallel()
	storetest.OnEach(t, func(t *testing.T, s *store.Store) {
		w := hubtest.New(t, s, 2, hubtest.Channels()...)
		drafts := draft.New(s, w.Now)
		start := w.NowMs() - 60_000
		begin := func(t *testing.T) (office, home *place) {
			id := w.Conversation(t, nil).ID
			at := func() *place {
				return &place{t: t, drafts: drafts, actor: w.Agents[0], device: conversation.NewID(), conversationID: id}
			}
			return at(), at()
		}
		is := func(t *testing.T, d *hubv1.Draft, text, previous string) {
			t.Helper()
			if d.GetContent().GetText() != text || d.GetPrevious().GetText() != previous {
				t.Errorf("%q stands before %q, want %q before %q", d.GetContent().GetText(), d.GetPrevious().GetText(), text, previous)
			}
		}
		t.Run("an_agent_goes_on_at_home_with_what_they_began_in_the_office", func(t *testing.T) {
			office, home := begin(t)
			home.reads(office.save("Good mor", start))
			is(t, home.save("Good morning", start+1), "Good morning", "")
		})
		t.Run("of_two_that_did_not_know_of_each_other_the_newer_stands_and_the_other_can_be_had_back", func(t *testing.T) {
			office, home := begin(t)
			home.save("from home", start+5)
			is(t, office.save("from the office", start+9), "from the office", "from home")
			office, home = begin(t)
			home.save("from home", start+9)
			is(t, office.save("from the office, late", start+5), "from home", "from the office, late")
		})
		t.Run("what_was_brought_back_is_kept_in_the_other_ones_place", func(t *testing.T) {
			office, home := begin(t)
			home.save("from home", start+5)
			office.save("from the office", start+9)
			home.base = 0
			is(t, home.save("from home", start+20), "from home", "from the office")
		})
		t.Run("saving_again_changes_nothing", func(t *testing.T) {
			office, _ := begin(t)
			office.save("once", start)
			before, _ := s.Read().Head(t.Context(), w.ID)
			first := office.save("once", start)
			if again := office.save("once", start); !proto.Equal(first, again) {
				t.Errorf("%v, then %v", first, again)
			}
			office.save("older words, on a slow line", start-1)
			if after, _ := s.Read().Head(t.Context(), w.ID); after != before {
				t.Errorf("the feed moved from %v to %v", before, after)
			}
		})
		t.Run("what_was_sent_does_not_come_back_from_a_computer_that_was_offline", func(t *testing.T) {
			office, home := begin(t)
			office.save("Hello", start)
			office.save("", start+9)
			is(t, home.save("Hel", start+5), "", "Hel")
		})
		t.Run("a_clock_that_is_ahead_does_not_win_for_ever", func(t *testing.T) {
			office, home := begin(t)
			home.reads(office.save("from tomorrow", w.NowMs()+86_400_000))
			w.Advance(1e9)
			is(t, home.save("from today", w.NowMs()), "from today", "")
		})
		t.Run("a_file_that_is_uploaded_by_now_takes_its_place_in_the_same_draft", func(t *testing.T) {
			office, _ := begin(t)
			office.save("with a file", start)
			stands, err := drafts.Save(t.Context(), office.actor, &hubv1.SaveDraftRequest{
				ConversationId: office.conversationID, SavedMs: start, DeviceId: office.device,
				Content: &hubv1.DraftContent{Text: "with a file", ReplyToMessageId: conversation.NewID()},
			})
			if err != nil || stands.GetContent().GetReplyToMessageId() == "" {
				t.Fatal(stands, err)
			}
		})
		t.Run("each_agent_has_their_own", func(t *testing.T) {
			office, _ := begin(t)
			office.save("mine", start)
			colleague := *office
			colleague.actor = w.Agents[1]
			is(t, colleague.save("theirs", start+1), "theirs", "")
		})
		t.Run("refuses_what_is_not_valid", func(t *testing.T) {
			office, _ := begin(t)
			for name, change := range map[string]func(*hubv1.SaveDraftRequest){
				"too long":            func(r *hubv1.SaveDraftRequest) { r.Content.Text = strings.Repeat("x", draft.MaxTextBytes+1) },
				"no UTF-8":            func(r *hubv1.SaveDraftRequest) { r.Content.Text = "\xff" },
				"no device":           func(r *hubv1.SaveDraftRequest) { r.DeviceId = "x" },
				"no time":             func(r *hubv1.SaveDraftRequest) { r.SavedMs = 0 },
				"a file of nobody":    func(r *hubv1.SaveDraftRequest) { r.Content.Files = []*hubv1.DraftFile{{MediaId: conversation.NewID()}} },
				"no file's id":        func(r *hubv1.SaveDraftRequest) { r.Content.Files = []*hubv1.DraftFile{{MediaId: "../x"}} },
				"too many files":      func(r *hubv1.SaveDraftRequest) { r.Content.Files = make([]*hubv1.DraftFile, draft.MaxFiles+1) },
				"an answer to a line": func(r *hubv1.SaveDraftRequest) { r.Content.ReplyToMessageId = "'" },
			} {
				request := &hubv1.SaveDraftRequest{
					ConversationId: office.conversationID, Content: &hubv1.DraftContent{Text: "x"}, SavedMs: start, DeviceId: office.device,
				}
				change(request)
				if _, err := drafts.Save(t.Context(), office.actor, request); !errors.Is(err, draft.ErrInvalid) {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		t.Run("refuses_conversations_that_the_agent_may_not_see", func(t *testing.T) {
			foreign := w.InQueue(t, w.Queue(t, "Complaints", w.Agents[1]))
			for _, id := range []string{foreign.ID, conversation.NewID()} {
				_, err := drafts.Save(t.Context(), w.Agents[0], &hubv1.SaveDraftRequest{
					ConversationId: id, Content: &hubv1.DraftContent{Text: "x"}, SavedMs: start, DeviceId: conversation.NewID(),
				})
				if !errors.Is(err, draft.ErrForbidden) {
					t.Errorf("%v", err)
				}
			}
		})
	})
}

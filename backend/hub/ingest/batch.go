package ingest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"parley/backend/channel"
	"parley/backend/conversation"
	"parley/backend/hub/ledger"
	"parley/backend/hub/store"
	"parley/backend/hub/store/db"
)

// batch applies many webhooks to one workspace: it loads what they touch, works in memory, and writes what changed.
// Loaded conversations and messages are locked until the commit.
type batch struct {
	tx    *store.Tx
	nowMs int64
	known *acquaintances

	contactOf  map[store.IdentityKey]string
	contacts   map[string]*db.Contact
	latest     map[store.PairKey]*db.Conversation // the open conversation of a pair, or else the last
	byID       map[string]*db.Conversation
	before     map[string]db.Conversation // as they were loaded
	byProvider map[store.ProviderKey]*db.Message
	messages   map[string]*db.Message

	newMessages map[string]bool // messages made in this batch
	profiles    map[string]bool // contacts whose profile is asked for
	recount     map[string]bool // conversations whose messages came out of order
	dirty       struct{ contacts, conversations, messages map[string]bool }
	rows        store.Rows
}

func newBatch(tx *store.Tx, nowMs int64, known *acquaintances) *batch {
	b := &batch{
		tx: tx, nowMs: nowMs, known: known,
		contactOf: map[store.IdentityKey]string{}, contacts: map[string]*db.Contact{},
		latest: map[store.PairKey]*db.Conversation{}, byID: map[string]*db.Conversation{},
		before:     map[string]db.Conversation{},
		byProvider: map[store.ProviderKey]*db.Message{}, messages: map[string]*db.Message{},
		newMessages: map[string]bool{}, profiles: map[string]bool{}, recount: map[string]bool{},
	}
	b.dirty.contacts, b.dirty.conversations, b.dirty.messages = map[string]bool{}, map[string]bool{}, map[string]bool{}
	return b
}

// load reads and locks everything that the items name, in a fixed order of tables.
func (b *batch) load(ctx context.Context, items []item) error {
	merges, err := b.tx.Merges(ctx)
	if err != nil {
		return fmt.Errorf("look for merges: %w", err)
	}
	b.known.heed(b.tx.WorkspaceID, merges)
	identities, stale := map[store.IdentityKey]bool{}, map[string]bool{}
	for _, it := range items {
		for _, key := range keysOf(it) {
			contact, known := b.known.recall(b.tx.WorkspaceID, key)
			if !known {
				identities[key] = true
				continue
			}
			b.contactOf[key], b.contacts[contact.ID] = contact.ID, &contact
			if it.event.Identity != nil || !tellsNothing(contact, it.event.Message) {
				stale[contact.ID] = true
			}
		}
	}
	known, err := b.tx.LoadIdentities(ctx, slices.Collect(maps.Keys(identities)))
	if err != nil {
		return fmt.Errorf("load identities: %w", err)
	}
	for _, row := range known {
		b.contactOf[store.IdentityKey{Channel: row.Channel, Kind: row.Kind, Scope: row.Scope, Value: row.Value}] = row.ContactID
	}
	pairs, contactIDs := map[store.PairKey]bool{}, map[string]bool{}
	providers, ids := map[store.ProviderKey]bool{}, map[string]bool{}
	for _, it := range items {
		if it.dead != nil {
			continue
		}
		for _, key := range keysOf(it) {
			if contactID := b.contactOf[key]; contactID != "" {
				if b.contacts[contactID] == nil || stale[contactID] {
					contactIDs[contactID] = true
				}
				pairs[store.PairKey{TouchpointID: it.touchpoint.ID, ContactID: contactID}] = true
			}
		}
		providerID, ref := reference(it.event)
		if providerID != "" {
			providers[store.ProviderKey{TouchpointID: it.touchpoint.ID, ProviderID: providerID}] = true
		}
		if ref != "" {
			ids[ref] = true
		}
	}
	contacts, err := b.tx.LoadContacts(ctx, sorted(contactIDs))
	if err != nil {
		return fmt.Errorf("load contacts: %w", err)
	}
	for i := range contacts {
		b.contacts[contacts[i].ID] = &contacts[i]
	}
	latest, err := b.tx.LockLatest(ctx, slices.Collect(maps.Keys(pairs)))
	if err != nil {
		return fmt.Errorf("lock conversations: %w", err)
	}
	for i := range latest {
		c := &latest[i]
		b.byID[c.ID], b.before[c.ID] = c, *c
		b.latest[store.PairKey{TouchpointID: c.TouchpointID, ContactID: c.ContactID}] = c
	}
	return b.loadMessages(ctx, slices.Collect(maps.Keys(providers)), sorted(ids))
}

// loadMessages locks messages by Meta's id or ours, and the conversations they belong to.
func (b *batch) loadMessages(ctx context.Context, providers []store.ProviderKey, ids []string) error {
	messages, err := b.tx.LoadMessages(ctx, providers, ids)
	if err != nil {
		return fmt.Errorf("lock messages: %w", err)
	}
	missing := map[string]bool{}
	for i := range messages {
		m := &messages[i]
		if b.messages[m.ID] != nil {
			continue
		}
		b.remember(m)
		if b.byID[m.ConversationID] == nil {
			missing[m.ConversationID] = true
		}
	}
	conversations, err := b.tx.LockConversations(ctx, sorted(missing))
	if err != nil {
		return fmt.Errorf("lock conversations: %w", err)
	}
	for i := range conversations {
		c := &conversations[i]
		b.byID[c.ID], b.before[c.ID] = c, *c
	}
	return nil
}

func (b *batch) remember(m *db.Message) {
	b.messages[m.ID] = m
	if m.ProviderID != "" {
		b.byProvider[store.ProviderKey{TouchpointID: m.TouchpointID, ProviderID: m.ProviderID}] = m
	}
}

func (b *batch) apply(ctx context.Context, it item) error {
	switch {
	case it.dead != nil:
		b.rows.DeadLetters = append(b.rows.DeadLetters, *it.dead)
	case it.event.Message != nil:
		return b.message(ctx, it)
	case it.event.Status != nil:
		return b.status(ctx, it)
	case it.event.Watermark != nil:
		return b.watermark(ctx, it)
	case it.event.Identity != nil:
		return b.identity(ctx, it)
	case it.event.Template != nil:
		b.wake(LaneTemplates, it.touchpoint.BusinessID, it.touchpoint.ID)
	case it.event.Health != nil:
		b.health(it, *it.event.Health)
	case it.event.Fault != nil:
		b.health(it, faultHealth(*it.event.Fault))
	}
	return nil
}

// status enters a report about one of our messages, or keeps it until the message is known by Meta's id.
func (b *batch) status(ctx context.Context, it item) error {
	s := *it.event.Status
	s.ProviderID = shortID(s.ProviderID)
	id, attempt := ledger.ParseRef(s.ClientRef)
	m := b.messages[id]
	if m == nil || m.TouchpointID != it.touchpoint.ID {
		m = b.byProvider[store.ProviderKey{TouchpointID: it.touchpoint.ID, ProviderID: s.ProviderID}]
	}
	if m == nil {
		b.park(it.touchpoint.ID, &s)
		return nil
	}
	if m.Direction != string(conversation.DirectionOut) {
		return nil
	}
	return b.enter(ctx, m, ledger.Report{State: s.State, AtMs: s.AtMs, ProviderID: s.ProviderID, Failure: s.Failure, Attempt: attempt})
}

func (b *batch) park(touchpointID string, s *channel.Status) {
	failure := ""
	if s.Failure != nil {
		if text, err := json.Marshal(s.Failure); err == nil {
			failure = string(text)
		}
	}
	b.rows.Parked = append(b.rows.Parked, db.ParkedStatus{
		WorkspaceID: b.tx.WorkspaceID, TouchpointID: touchpointID, ProviderID: s.ProviderID,
		State: string(s.State), AtMs: s.AtMs, Failure: failure, CreatedMs: b.nowMs,
	})
}

// watermark enters a report about all our messages to a contact up to a time.
func (b *batch) watermark(ctx context.Context, it item) error {
	w := it.event.Watermark
	contactID := ""
	for _, key := range lookupKeys(it, w.Contact) {
		if contactID = b.contactOf[key]; contactID != "" {
			break
		}
	}
	if contactID == "" {
		return nil // nobody we have written to
	}
	if err := b.tx.PutWatermark(ctx, db.PutWatermarkParams{
		WorkspaceID: b.tx.WorkspaceID, TouchpointID: it.touchpoint.ID, ContactID: contactID, State: string(w.State), UntilMs: w.UntilMs, AtMs: w.AtMs,
	}); err != nil {
		return fmt.Errorf("keep watermark: %w", err)
	}
	meant, err := b.tx.WatermarkMessages(ctx, db.WatermarkMessagesParams{
		WorkspaceID: b.tx.WorkspaceID, TouchpointID: it.touchpoint.ID, ContactID: contactID, UntilMs: w.UntilMs,
	})
	if err != nil {
		return fmt.Errorf("find messages of a watermark: %w", err)
	}
	ids := make([]string, 0, len(meant))
	for _, m := range meant {
		ids = append(ids, m.ID)
	}
	slices.Sort(ids)
	if err := b.loadMessages(ctx, nil, ids); err != nil {
		return err
	}
	for _, id := range ids {
		if m := b.messages[id]; m != nil {
			if err := b.enter(ctx, m, ledger.Report{State: w.State, AtMs: w.AtMs}); err != nil {
				return err
			}
		}
	}
	return nil
}

// catchUp enters the watermarks that came before Meta's own time of a message was known.
func (b *batch) catchUp(ctx context.Context, m *db.Message) error {
	marks, err := b.tx.Watermarks(ctx, db.WatermarksParams{WorkspaceID: m.WorkspaceID, TouchpointID: m.TouchpointID, ContactID: m.ContactID})
	if err != nil {
		return fmt.Errorf("read watermarks: %w", err)
	}
	for _, w := range marks {
		if m.AcceptedMs > w.UntilMs {
			continue
		}
		if err := b.enter(ctx, m, ledger.Report{State: conversation.DeliveryState(w.State), AtMs: w.AtMs}); err != nil {
			return err
		}
	}
	return nil
}

// enter enters a report, and those that waited for Meta's id when it brought that.
func (b *batch) enter(ctx context.Context, m *db.Message, r ledger.Report) error {
	anonymous := m.ProviderID == ""
	message, conv := ledger.Enter(m, b.byID[m.ConversationID], r)
	if message {
		b.dirty.messages[m.ID] = true
		b.remember(m)
	}
	if conv {
		b.dirty.conversations[m.ConversationID] = true
	}
	if anonymous && m.ProviderID != "" {
		return b.replayParked(ctx, m)
	}
	return nil
}

// replayParked enters the statuses that came before their message was known by Meta's id.
func (b *batch) replayParked(ctx context.Context, m *db.Message) error {
	key := db.ParkedStatusesParams{WorkspaceID: m.WorkspaceID, TouchpointID: m.TouchpointID, ProviderID: m.ProviderID}
	parked, err := b.tx.ParkedStatuses(ctx, key)
	if err != nil {
		return fmt.Errorf("read parked statuses: %w", err)
	}
	if len(parked) > 0 {
		if err := b.tx.DropParkedStatuses(ctx, db.DropParkedStatusesParams(key)); err != nil {
			return fmt.Errorf("drop parked statuses: %w", err)
		}
	}
	b.rows.Parked = slices.DeleteFunc(b.rows.Parked, func(p db.ParkedStatus) bool {
		fits := p.TouchpointID == m.TouchpointID && p.ProviderID == m.ProviderID
		if fits {
			parked = append(parked, p)
		}
		return fits
	})
	for _, p := range parked {
		r, err := ledger.Parked(p)
		if err != nil {
			return err
		}
		if err := b.enter(ctx, m, r); err != nil {
			return err
		}
	}
	return nil
}

// count counts anew who waits in a conversation whose messages came out of order. What an agent of ours has answered
// or ended goes by the order of the thread, since they cannot have seen what came later; an answer from elsewhere
// goes by Meta's clock.
func (b *batch) count(ctx context.Context, c *db.Conversation) error {
	upTo, err := b.tx.AnsweredUpTo(ctx, db.AnsweredUpToParams{WorkspaceID: c.WorkspaceID, ConversationID: c.ID})
	if err != nil {
		return fmt.Errorf("count unanswered messages: %w", err)
	}
	for id := range b.newMessages {
		if m := b.messages[id]; m.ConversationID == c.ID && m.Elsewhere && conversation.Kind(m.Kind).Speaks() {
			upTo.MomentMs = max(upTo.MomentMs, m.SentMs)
		}
	}
	open, err := b.tx.Unanswered(ctx, db.UnansweredParams{
		ReadNo: c.ReadNo, WorkspaceID: c.WorkspaceID, ConversationID: c.ID, AfterNo: upTo.LineNo, AfterMs: upTo.MomentMs,
	})
	if err != nil {
		return fmt.Errorf("count unanswered messages: %w", err)
	}
	tally := conversation.Tally{Unread: open.Unread, WaitingSinceMs: open.SinceMs}
	for id := range b.newMessages {
		m := b.messages[id]
		if m.ConversationID == c.ID && m.Direction == string(conversation.DirectionIn) && conversation.Kind(m.Kind).Speaks() && m.SentMs > upTo.MomentMs {
			tally = tally.ContactWrote(m.SentMs)
		}
	}
	c.Unread, c.WaitingSinceMs = tally.Unread, tally.WaitingSinceMs
	return nil
}

// write writes what has changed and notes it for the feed, in an order in which a desk can apply it: contacts
// before their conversations, conversations before their messages.
func (b *batch) write(ctx context.Context) error {
	for _, id := range sorted(b.recount) {
		if err := b.count(ctx, b.byID[id]); err != nil {
			return err
		}
	}
	for _, id := range sorted(b.dirty.contacts) {
		b.rows.Contacts = append(b.rows.Contacts, *b.contacts[id])
		b.tx.Changed(store.TypeContact, id)
	}
	for _, id := range sorted(b.dirty.conversations) {
		if row := *b.byID[id]; onlyTouched(b.before[id], row) {
			b.rows.TouchConversations = append(b.rows.TouchConversations, row)
		} else {
			b.rows.PutConversations = append(b.rows.PutConversations, row)
		}
		b.tx.Changed(store.TypeConversation, id)
	}
	for _, id := range sorted(b.dirty.messages) {
		if b.newMessages[id] {
			b.rows.Messages = append(b.rows.Messages, *b.messages[id])
		} else {
			b.rows.PutMessages = append(b.rows.PutMessages, *b.messages[id])
		}
		b.tx.Changed(store.TypeMessage, id)
	}
	return b.tx.Write(ctx, b.rows)
}

// onlyTouched reports whether a loaded conversation has changed only in what messages move.
func onlyTouched(before, now db.Conversation) bool {
	return before.ID != "" && before.Status == now.Status && before.OpenedMs == now.OpenedMs && before.QueueID == now.QueueID &&
		before.AssigneeID == now.AssigneeID && before.AssignedMs == now.AssignedMs && before.DispositionID == now.DispositionID &&
		before.EndedMs == now.EndedMs && before.ClosedMs == now.ClosedMs && before.ReadNo == now.ReadNo
}

func sorted(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }

// addressesOf are the people an event is about, for events that find or make a contact.
func addressesOf(e channel.Event) []channel.Address {
	switch {
	case e.Message != nil:
		return []channel.Address{e.Message.From}
	case e.Watermark != nil:
		return []channel.Address{e.Watermark.Contact}
	case e.Identity != nil:
		return []channel.Address{e.Identity.Before, e.Identity.After}
	default:
		return nil
	}
}

// keysOf are all keys by which the people of an event can be known.
func keysOf(it item) (keys []store.IdentityKey) {
	if it.dead != nil {
		return nil
	}
	for _, address := range addressesOf(it.event) {
		keys = append(keys, lookupKeys(it, address)...)
	}
	return keys
}

// reference is the message that an event is about: Meta's id, and ours where the event carries it.
func reference(e channel.Event) (providerID, clientRef string) {
	switch {
	case e.Message != nil:
		id, _ := ledger.ParseRef(e.Message.ClientRef)
		return providerIDOf(e), id
	case e.Status != nil:
		id, _ := ledger.ParseRef(e.Status.ClientRef)
		return shortID(e.Status.ProviderID), id
	default:
		return "", ""
	}
}

// providerIDOf is Meta's id of a message, or one made of its content so that a repeated webhook gives the same.
func providerIDOf(e channel.Event) string {
	if e.Message.ProviderID != "" {
		return shortID(e.Message.ProviderID)
	}
	sum := sha256.Sum256(e.Raw)
	return "raw:" + hex.EncodeToString(sum[:16])
}

// maxIDBytes is the longest id of Meta's that is kept as it is. PostgreSQL has no index entries above some 2,700 bytes.
const maxIDBytes = 512

// shortID stands for an id of Meta's in the database.
func shortID(id string) string {
	if len(id) <= maxIDBytes {
		return id
	}
	sum := sha256.Sum256([]byte(id))
	return "long:" + hex.EncodeToString(sum[:16])
}

// lookupKeys are identityKeys with the other forms in which Meta may name the same number.
func lookupKeys(it item, a channel.Address) []store.IdentityKey {
	keys := identityKeys(it, a)
	numbered, ok := it.touchpoint.Adapter.(channel.Numbered)
	if a.Phone == "" || !ok {
		return keys
	}
	for _, form := range numbered.NumberForms(a.Phone)[1:] {
		keys = append(keys, store.IdentityKey{Channel: it.touchpoint.Channel, Kind: store.IdentityPhone, Value: form})
	}
	return keys
}

// identityKeys are the ways in which an address names a contact, the surest first.
func identityKeys(it item, a channel.Address) []store.IdentityKey {
	var keys []store.IdentityKey
	ch := it.touchpoint.Channel
	if a.UserID != "" {
		keys = append(keys, store.IdentityKey{Channel: ch, Kind: store.IdentityUser, Scope: a.Scope, Value: a.UserID})
	}
	if a.Phone != "" {
		keys = append(keys, store.IdentityKey{Channel: ch, Kind: store.IdentityPhone, Value: a.Phone})
	}
	return keys
}

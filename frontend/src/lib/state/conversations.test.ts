import { describe, expect, it } from 'vitest';
import { closingRows, Conversations, deadlineRows, groupByChannel, sortInbox, sortMine } from './conversations.svelte';
import { row } from './testing';

describe('Conversations', () => {
  it('replaces a row as a whole and drops an older one', () => {
    const store = new Conversations();
    store.load('me', [row('a', { version: 3, preview: 'old', draft: 'kept?' })]);
    store.put([row('a', { version: 4, preview: 'new' })]);
    expect(store.get('a')).toMatchObject({ preview: 'new', draft: '' });
    store.put([row('a', { version: 2, preview: 'late' })]);
    expect(store.get('a')?.preview).toBe('new');
  });

  it('takes a row of the same version, because drafts and unread counts change on this computer', () => {
    const store = new Conversations();
    store.load('me', [row('a', { unread: 2 })]);
    store.put([row('a', { unread: 0 })]);
    expect(store.get('a')?.unread).toBe(0);
  });

  it('puts rows into lists by status, and counts them', () => {
    const store = new Conversations();
    store.load('me', [
      row('queued', { status: 'queued', assigneeId: '' }),
      row('mine', { unread: 2 }),
      row('wrap', { status: 'wrap_up', unread: 1 }),
      row('theirs', { assigneeId: 'other' }),
      row('closed', { status: 'closed' }),
    ]);
    expect(store.inbox.map((one) => one.id)).toEqual(['queued']);
    expect(store.mine.map((one) => one.id)).toEqual(['mine', 'wrap']);
    expect(store.unread).toBe(3);
    store.put([row('queued', { status: 'assigned', version: 2 })]);
    expect(store.inbox).toHaveLength(0);
    expect(store.mine).toHaveLength(3);
    store.remove(['mine']);
    expect(store.mine).toHaveLength(2);
  });

  it('forgets on load what is not in it', () => {
    const store = new Conversations();
    store.load('me', [row('a'), row('b')]);
    store.load('me', [row('b')]);
    expect(store.get('a')).toBeUndefined();
  });
});

describe('sorting and grouping', () => {
  const rows = [
    row('late', { openedMs: 30, windowUntilMs: 500 }),
    row('early', { openedMs: 10, windowUntilMs: 900 }),
    row('closed', { openedMs: 20, windowUntilMs: 50 }),
  ];
  it.each([
    ['oldest', ['early', 'closed', 'late']],
    ['newest', ['late', 'closed', 'early']],
    ['closing', ['late', 'early', 'closed']],
  ] as const)('sorts the Inbox by %s', (sort, order) => {
    expect(sortInbox(rows, sort, 100).map((one) => one.id)).toEqual(order);
  });

  it('puts the latest message on top of the own rows', () => {
    const own = [row('a', { lastMessageMs: 1 }), row('b', { lastMessageMs: 9 })];
    expect(sortMine(own).map((one) => one.id)).toEqual(['b', 'a']);
  });

  it('groups by channel in the given order and leaves empty groups out', () => {
    const own = [
      row('m1', { touchpointId: 'ms' }),
      row('w1', { touchpointId: 'wa' }),
      row('m2', { touchpointId: 'ms' }),
    ];
    const groups = groupByChannel(own, (one) => one.touchpointId, ['wa', 'ms', 'sms']);
    expect(groups.map((group) => [group.channel, group.rows.map((one) => one.id)])).toEqual([
      ['wa', ['w1']],
      ['ms', ['m1', 'm2']],
    ]);
  });
});

describe('the deadline lane', () => {
  const hour = 3_600_000;
  const now = 100 * hour;
  const rows = [
    row('replied', { windowUntilMs: now + hour / 2 }),
    row('waits', { windowUntilMs: now + hour, waitingSinceMs: 1 }),
    row('waits-most', { windowUntilMs: now + hour / 4, waitingSinceMs: 1 }),
    row('has-time', { windowUntilMs: now + 20 * hour, waitingSinceMs: 1 }),
    row('closed', { windowUntilMs: now, waitingSinceMs: 1 }),
    row('ended', { windowUntilMs: now + hour, waitingSinceMs: 1, status: 'wrap_up' }),
  ];
  it('points at windows that close soon, those who wait first', () => {
    expect(closingRows(rows, now).map((one) => one.id)).toEqual(['waits-most', 'waits', 'replied']);
  });
  it('is absent while every window has time', () => {
    expect(closingRows(rows, now - 10 * hour)).toEqual([]);
  });
  it('as a view holds everybody who waits, by time left', () => {
    expect(deadlineRows(rows, now).map((one) => one.id)).toEqual(['waits-most', 'waits', 'has-time', 'closed']);
  });
});

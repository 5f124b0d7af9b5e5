import { describe, expect, it } from 'vitest';
import { content, relate } from '../bridge/fake-data';
import { msg } from './testing';
import { firstUnread, newDivider, threadItems } from './thread-items';

const DAY = 86_400_000;

describe('threadItems', () => {
  it('divides days and puts the New divider before the first unread message', () => {
    const list = [msg('a', 1, { sentMs: DAY }), msg('b', 2, { sentMs: 2 * DAY }), msg('c', 3, { sentMs: 2 * DAY + 1 })];
    const items = threadItems(list, 'me', firstUnread(list, 1));
    expect(items.map((item) => item.kind)).toEqual(['day', 'message', 'day', 'message', 'new', 'message']);
  });

  it('keeps the New divider until the agent answers or ends the chat', () => {
    const list = [
      msg('mine', 1, { direction: 'out', agentId: 'me' }),
      msg('a', 2),
      msg('auto', 3, { direction: 'out', agentId: '' }),
      msg('b', 4),
    ];
    const assigned = { status: 'assigned', pending: '' } as const;
    expect(newDivider(list, 'a', assigned, 'me')).toBe('a');
    expect(newDivider(list, '', assigned, 'me')).toBe('');
    expect(newDivider([...list, msg('answer', 0, { direction: 'out', agentId: 'me' })], 'a', assigned, 'me')).toBe('');
    expect(newDivider(list, 'a', { status: 'wrap_up', pending: '' }, 'me')).toBe('');
    expect(newDivider(list, 'a', { status: 'closed', pending: '' }, 'me')).toBe('');
    expect(newDivider(list, 'a', { status: 'assigned', pending: 'end_chat' }, 'me')).toBe('');
  });

  it('says where the window closed, between what came before and after', () => {
    const list = [
      msg('a', 1, { sentMs: DAY }),
      msg('late', 2, { sentMs: 2 * DAY + 9, direction: 'out', agentId: 'me' }),
    ];
    const kinds = (closedMs: number) => threadItems(list, 'me', '', closedMs).map((item) => item.key.split('-')[0]);
    expect(kinds(0)).toEqual(['day', 'a', 'day', 'late']);
    expect(kinds(2 * DAY)).toEqual(['day', 'a', 'day', 'closed', 'late']);
    expect(kinds(2 * DAY + 10)).toEqual(['day', 'a', 'day', 'late', 'closed']);
    expect(kinds(3 * DAY)).toEqual(['day', 'a', 'day', 'late', 'day', 'closed']);
    // Before what is loaded it stands further up.
    expect(kinds(DAY)).toEqual(['day', 'a', 'day', 'late']);
  });

  const reaction = (emoji: string, targetId: string) => content('reaction', '', { emoji, targetId });

  it('shows reactions, edits and deletions on their message, in whatever order they came', () => {
    const list = relate([
      msg('early', 1, { content: reaction('😮', 'p2') }),
      msg('a', 2, { providerId: 'p1' }),
      msg('r1', 3, { content: reaction('👍', 'p1') }),
      msg('r2', 4, { content: reaction('❤️', 'p1') }),
      msg('r3', 5, { direction: 'out', content: reaction('🙏', 'p1') }),
      msg('e', 6, { content: content('edit', 'better', { targetId: 'p1' }) }),
      msg('b', 7, { providerId: 'p2' }),
      msg('d', 8, { content: content('deletion', '', { targetId: 'p2' }) }),
    ]);
    const items = threadItems(list, 'me', '').filter((item) => item.kind !== 'day');
    expect(items.map((item) => item.key)).toEqual(['a', 'b']);
    expect(items[0]).toMatchObject({ edited: 'better', deleted: false });
    expect(items[1]).toMatchObject({ edited: undefined, deleted: true });
    const on = (id: string) => list.find((one) => one.id === id)!.reactions.map((one) => [one.emoji, one.out]);
    expect(on('a')).toEqual([
      ['❤️', false],
      ['🙏', true],
    ]);
    expect(on('b')).toEqual([['😮', false]]);
  });

  it('takes a reaction back', () => {
    const list = relate([
      msg('a', 1, { providerId: 'p1' }),
      msg('r1', 2, { content: reaction('👍', 'p1') }),
      msg('r2', 3, { content: reaction('', 'p1') }),
    ]);
    expect(list[0]!.reactions).toEqual([]);
    expect(threadItems(list, 'me', '').map((item) => item.kind)).toEqual(['day', 'message']);
  });

  it('makes a line of a reaction whose message is not here, is of another conversation, or that did not arrive', () => {
    const list = relate([
      msg('a', 1, { providerId: 'p1' }),
      msg('unknown', 2, { content: reaction('👍', 'elsewhere') }),
      msg('failed', 3, { direction: 'out', state: 'failed', content: reaction('👍', 'p1') }),
    ]);
    const other = {
      ...list[0]!.about,
      messageId: 'x',
      conversationId: 'before',
      author: '',
      out: false,
      kind: 'text',
      text: '',
    };
    list.push({ ...msg('earlier', 4, { content: reaction('😢', 'p0') }), about: other });
    expect(threadItems(list, 'me', '').map((item) => item.kind)).toEqual(['day', 'message', 'note', 'note', 'note']);
    expect(list[0]!.reactions).toEqual([]);
  });

  it('groups messages of one side that follow closely, and not across events', () => {
    const list = [
      msg('a', 1, { sentMs: 1000 }),
      msg('b', 2, { sentMs: 2000 }),
      msg('x', 3, { sentMs: 2500, direction: 'event', content: content('assigned') }),
      msg('c', 4, { sentMs: 3000 }),
      msg('d', 5, { sentMs: 3000 + 10 * 60_000 }),
    ];
    const shown = threadItems(list, 'me', '').filter((item) => item.kind === 'message');
    expect(shown.map((item) => [item.follows, item.followed])).toEqual([
      [false, true],
      [true, false],
      [false, false],
      [false, false],
    ]);
  });

  it('names colleagues and automatic messages, not the agent', () => {
    const list = [
      msg('mine', 1, { direction: 'out', agentId: 'me', agentName: 'Inês' }),
      msg('rui', 2, { direction: 'out', agentId: 'rui', agentName: 'Rui' }),
      msg('auto', 3, { direction: 'out' }),
    ];
    const shown = threadItems(list, 'me', '').filter((item) => item.kind === 'message');
    expect(shown.map((item) => item.author)).toEqual(['', 'Rui', 'automatic']);
  });
});

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { agent, content, failure, message as fakeMessage } from './bridge/fake-data';
import type { Agent, Failure, Message, Touchpoint } from './bridge/types';
import { isChecking, isHeld, pausedCount, shownState, waitingOf } from './delivery';
import { REASONS } from './reasons';
import { msg, row } from './state/testing';
import { admins, failureText, pausedText, refusalText, systemText } from './words';

const whatsapp = { channel: 'whatsapp', name: 'Bookings', templates: true, pausedReason: '' } as Touchpoint;
const messenger = { channel: 'messenger', name: 'Travel', templates: false, pausedReason: '' } as Touchpoint;
const agents: Agent[] = [
  agent('1', 'Ana', { role: 'admin' }),
  agent('2', 'Rui', { role: 'agent' }),
  agent('3', 'Inês', { role: 'admin' }),
];

function said(what: Failure, touchpoint = whatsapp, windowUntilMs = 0) {
  return failureText({ failure: what } as Message, touchpoint, agents, windowUntilMs, 10_000);
}

describe('words of failures', () => {
  // The reasons are the channel's; a new one must not reach an agent as "a code that Parley does not know".
  const go = readFileSync(new URL('../../../backend/channel/reason.go', import.meta.url), 'utf8');
  const keys = new Map([...go.matchAll(/\t(Reason\w+)\s+Reason = "(\w+)"/g)].map(([, name, key]) => [name!, key!]));
  const nexts = new Map([...go.matchAll(/\t(Next\w+)\s+Next = "(\w*)"/g)].map(([, name, key]) => [name!, key!]));
  const rows = [...go.matchAll(/\t(Reason\w+):\s+\{Class\w+, "(?:[^"\\]|\\.)*", (Next\w+)\}/g)];

  it('exist for every reason of the channels, with the same next action', () => {
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.length).toBe(keys.size);
    for (const [, name, next] of rows) {
      const own = REASONS[keys.get(name!)!];
      expect(own, name).toBeDefined();
      expect(own!.next, name).toBe(nexts.get(next!));
      expect(own!.words({ channel: 'WhatsApp' }), name).toMatch(/[.]$/);
      expect(own!.words({ channel: 'WhatsApp' }), name).not.toMatch(/[{}]/);
    }
  });

  it('name the channel, and fall back to the class', () => {
    expect(said(failure('unavailable', 131026))).toEqual({
      text: 'Not delivered. This contact cannot be reached on WhatsApp. They may have blocked the business or left.',
      next: 'copy',
    });
    expect(said({ ...failure('', 131026), class: 'recipient' }).text).toBe(said(failure('unavailable', 131026)).text);
    expect(said({ ...failure('new_one', 4711), class: 'new_class' }).text).toContain('Parley does not know');
    expect(said({ ...failure('unknown', 4711), class: 'unknown' }).text).toContain('Meta’s code is 4711.');
    expect(said(failure('undeliverable', 1), messenger).text).toContain('has no Messenger');
  });

  it('say what the limit is, and who can repair it', () => {
    const big = {
      ...failure('file_too_large', 0),
      class: 'media',
      limit: 5 * 1024 * 1024,
      actual: 7_400_000,
      as: 'document',
    };
    expect(said(big).text).toBe(
      'Not delivered. The file is too large for WhatsApp. It has 7.4 MB; at most 5 MB are taken. It can go as a document.',
    );
    expect(said({ ...failure('text_too_long', 0), class: 'content', limit: 4096, actual: 5000 }).text).toContain(
      '5000 characters',
    );
    expect(said({ ...failure('payment', 131042), class: 'account' }).text).toContain('Ana or Inês can repair it.');
    expect(admins([])).toBe('');
  });

  it('do not blame a window that was open', () => {
    const blocked = { ...failure('person_or_window', 551), class: 'recipient' };
    const at = (failedMs: number) =>
      failureText({ failure: blocked, failedMs } as Message, { ...messenger, windowMs: 5000 }, agents, 9_000, 10_000)
        .text;
    expect(at(6_000)).toBe(
      'Not delivered. This contact cannot be reached on Messenger. They may have blocked the business or left. ' +
        'Wait until they write again, or try later.',
    );
    expect(at(9_500)).toContain('or the session window has closed');
    expect(at(3_000), 'they have written since: which of the two it was is not known').toContain(
      'or the session window',
    );
  });

  it('offer a template only where there are templates', () => {
    const late = { ...failure('window', 131047), class: 'window' };
    expect(said(late, whatsapp, 9_000)).toMatchObject({ next: 'template' });
    expect(said(late, whatsapp, 9_000).text).toMatch(/^Not delivered: the window had closed at/);
    expect(said(late, messenger).next).toBe('copy');
  });
});

describe('what is known of a delivery', () => {
  const waits = (waitReason: string, waitUntilMs = 14_000, state: Message['state'] = 'in_hub') =>
    waitingOf(msg('a', 1, { direction: 'out', state, waitReason, waitUntilMs }), whatsapp, 10_000);

  it('counts down while it is paced, by the hub’s clock', () => {
    expect(waits('pair')).toEqual({ kind: 'paced', reason: 'pair', seconds: 4 });
    expect(waits('pair', 9_000)).toEqual({ kind: 'paced', reason: 'pair', seconds: 0 });
    expect(waits('something')).toMatchObject({ reason: 'busy' });
    // A number that sends too much is no alert: it goes on by itself.
    const slow = { ...whatsapp, pausedReason: 'busy' };
    const slowed = msg('a', 1, { direction: 'out', state: 'in_hub', waitReason: 'busy', waitUntilMs: 14_000 });
    expect([waitingOf(slowed, slow, 10_000).kind, isHeld(slow), isHeld({ ...slow, pausedReason: 'account' })]).toEqual([
      'paced',
      false,
      true,
    ]);
    expect(waits('pair', 14_000, 'accepted')).toEqual({ kind: 'none' });
  });

  it('leaves a pause to the banner', () => {
    expect(waits('token')).toEqual({ kind: 'paused' });
    const paused = { ...whatsapp, pausedReason: 'token' };
    const list = [
      msg('a', 1, { direction: 'out', state: 'in_hub' }),
      msg('b', 2, { direction: 'out', state: 'read' }),
      msg('c', 0, { direction: 'out', state: 'on_computer' }),
    ];
    expect([pausedCount(list, paused), pausedCount(list, whatsapp)]).toEqual([2, 0]);
    expect(pausedText(paused)).toBe('WhatsApp no longer accepts the access token of Bookings.');
  });

  it('lets the hub look for two minutes before a person decides', () => {
    const lost = msg('a', 1, { direction: 'out', state: 'unconfirmed', unconfirmedMs: 10_000 });
    expect([isChecking(lost, 129_000), isChecking(lost, 130_000)]).toEqual([true, false]);
  });

  it('does not call a message failed that may have arrived', () => {
    const left = msg('a', 1, {
      direction: 'out',
      state: 'failed',
      failure: { ...failure('', 0), class: 'unconfirmed' },
    });
    expect([shownState(left), shownState(msg('b', 2, { state: 'failed' }))]).toEqual(['unconfirmed', 'failed']);
  });
});

describe('system lines', () => {
  const line = (rawKind: string, payload = '', text = '') =>
    systemText(fakeMessage('c', { content: content('system', text, { rawKind, payload }) }), row('Ana'), '10:42');

  it('say what happened, and name what is new', () => {
    expect(line('user_changed_number', '351912345678')).toBe('Ana changed their number to +351912345678 at 10:42');
    expect(line('customer_identity_changed')).toContain('Make sure before you share anything private');
    expect(line('account_linking', 'unlinked')).toBe('Ana unlinked their account at 10:42');
    expect(line('from_the_future', '', 'Something new')).toBe('Notice from the channel at 10:42: Something new');
  });
});

describe('refusals', () => {
  it('have words for every code of the contract', () => {
    const codes = ['taken', 'status', 'not_yours', 'window', 'news', 'expired', 'invalid', 'not_found', 'disposition'];
    const sentences = [...codes, 'forbidden', 'template', 'conflict', 'offline'].map((code) =>
      refusalText({ code, agentName: 'Rui', sinceMs: 1 }, row('Ana'), 2),
    );
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

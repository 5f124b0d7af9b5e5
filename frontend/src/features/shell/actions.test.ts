import { beforeEach, describe, expect, it } from 'vitest';
import { FakeShell } from '../../lib/bridge/fake';
import { Parley } from '../../lib/state/parley.svelte';
import { ACTIONS, actionOf, bindings } from './actions';

const run = (id: string, parley: Parley) => {
  const action = ACTIONS.find((one) => one.id === id)!;
  expect(action.possible?.(parley) ?? true).toBe(true);
  action.run(parley);
};

describe('actions', () => {
  let parley: Parley;
  beforeEach(async () => {
    parley = new Parley(new FakeShell().transport);
    return await parley.start();
  });

  it('have one key each, and none of them is Alt and a letter, or a letter alone', () => {
    const keys = [...bindings('').values()].filter((key) => key !== '');
    expect(new Set(keys).size).toBe(keys.length);
    for (const key of keys) expect(key).not.toMatch(/Alt\+[A-Z]$|^[A-Z]$/);
    const ids = ACTIONS.map((action) => action.id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('are found by their keys, also by those that a person has chosen', () => {
    expect(actionOf('Mod+Shift+T', '')?.id).toBe('transfer');
    expect(actionOf('F8', 'transfer=F8')?.id).toBe('transfer');
    expect(actionOf('Mod+Shift+T', 'transfer=F8')).toBeUndefined();
    expect(actionOf('Mod+Shift+T', 'transfer=')).toBeUndefined();
    expect(actionOf('/', '')).toBeUndefined();
    expect(actionOf('', '')).toBeUndefined();
  });

  it('lead to whoever has waited longest', () => {
    const first = parley.conversations.mine
      .filter((row) => row.waitingSinceMs > 0)
      .sort((a, b) => a.waitingSinceMs - b.waitingSinceMs)[0]!;
    run('next_waiting', parley);
    expect(parley.view.openId).toBe(first.id);
    run('next_waiting', parley);
    expect(parley.view.openId).not.toBe(first.id);
  });

  it('take the oldest of the Inbox', async () => {
    const oldest = [...parley.conversations.inbox].sort((a, b) => a.openedMs - b.openedMs)[0]!;
    run('assign_next', parley);
    await new Promise((done) => setTimeout(done, 5));
    expect(parley.view.openId).toBe(oldest.id);
    expect(parley.conversations.get(oldest.id)?.status).toBe('assigned');
  });

  it('are offered only where they can be done', () => {
    const possible = () => ACTIONS.filter((one) => one.possible?.(parley) ?? true).map((one) => one.id);
    expect(possible()).not.toContain('end_chat');
    parley.opening.open('c-tom');
    expect(possible()).toEqual(expect.arrayContaining(['end_chat', 'transfer', 'send_to_inbox', 'search']));
    expect(possible()).not.toContain('assign');
    expect(possible()).not.toContain('disposition');
  });
});

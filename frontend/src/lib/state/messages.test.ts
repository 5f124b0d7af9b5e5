import { describe, expect, it } from 'vitest';
import { Thread, Threads } from './messages.svelte';
import { msg } from './testing';

function open(...ids: [string, number][]): Thread {
  const thread = new Thread('c');
  thread.load({ messages: ids.map(([id, no]) => msg(id, no)), complete: false, earlier: false }, true);
  return thread;
}
const order = (thread: Thread) => thread.list.map((one) => one.id);

describe('Thread', () => {
  it('replaces a message as a whole and drops an older version', () => {
    const thread = open(['a', 1]);
    thread.put([msg('a', 1, { version: 3, state: 'delivered' })]);
    thread.put([msg('a', 1, { version: 2, state: 'accepted' })]);
    expect(thread.get('a')?.state).toBe('delivered');
  });

  it('shows what was sent at once and follows it through its ticks', () => {
    const thread = open(['a', 7]);
    thread.put([msg('mine', 0, { direction: 'out', state: 'on_computer' })]);
    expect(thread.lastId).toBe('mine');
    const states = ['in_hub', 'sending', 'accepted', 'delivered', 'read'] as const;
    states.forEach((state, step) => {
      thread.put([msg('mine', 8, { direction: 'out', state, version: 2 + step })]);
      expect(thread.get('mine')?.state).toBe(state);
    });
    expect(order(thread)).toEqual(['a', 'mine']);
  });

  it('keeps what waits on this computer behind what the hub has', () => {
    const thread = open(['a', 1]);
    thread.put([msg('mine', 0, { direction: 'out', state: 'on_computer' })]);
    thread.put([msg('b', 2)]);
    expect(order(thread)).toEqual(['a', 'b', 'mine']);
    thread.put([msg('mine', 3, { direction: 'out', state: 'in_hub', version: 2 })]);
    thread.put([msg('c', 4)]);
    expect(order(thread)).toEqual(['a', 'b', 'mine', 'c']);
  });

  it('puts a late message where it belongs, and none above a run that has older ones', () => {
    const thread = open(['b', 5], ['d', 7]);
    thread.put([msg('c', 6), msg('old', 1)]);
    expect(order(thread)).toEqual(['b', 'c', 'd']);
    thread.complete = true;
    thread.put([msg('old', 1)]);
    expect(order(thread)).toEqual(['old', 'b', 'c', 'd']);
  });

  it('counts new messages behind a run that does not reach the end', () => {
    const thread = open(['a', 1]);
    thread.load({ messages: [msg('a', 1)], complete: true, earlier: false }, false);
    thread.put([msg('z', 99)]);
    expect(order(thread)).toEqual(['a']);
    expect(thread.newer).toBe(1);
    thread.append({ messages: [msg('z', 99)], complete: true, earlier: false }, true);
    expect(order(thread)).toEqual(['a', 'z']);
    expect(thread.newer).toBe(0);
  });

  it('puts an older page on top without repeating a message', () => {
    const thread = open(['c', 3]);
    thread.prepend({ messages: [msg('a', 1), msg('b', 2), msg('c', 3)], complete: true, earlier: false });
    expect(order(thread)).toEqual(['a', 'b', 'c']);
    expect(thread.complete).toBe(true);
  });
});

describe('Threads', () => {
  it('lets the thread go that was used longest ago', () => {
    const threads = new Threads();
    const first = threads.use('c0');
    for (let i = 1; i < Threads.kept; i += 1) threads.use(`c${i}`);
    expect(threads.use('c0')).toBe(first);
    threads.use('another');
    expect(threads.get('c0')).toBe(first);
    expect(threads.get('c1')).toBeUndefined();
  });
});

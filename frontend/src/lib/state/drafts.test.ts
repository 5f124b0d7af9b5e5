import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Draft } from '../bridge/types';
import { Drafts } from './drafts.svelte';

const stored = (text: string): Draft => ({ conversationId: 'c', text, replyTo: '', attachments: [], savedMs: 1 });

describe('Drafts', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('saves within 250 ms of the last key, once', async () => {
    const saved: string[] = [];
    const drafts = new Drafts(async (draft) => void saved.push(draft.text));
    drafts.edit('c', { text: 'H' });
    await vi.advanceTimersByTimeAsync(100);
    drafts.edit('c', { text: 'Hi' });
    await vi.advanceTimersByTimeAsync(250);
    expect(saved).toEqual(['Hi']);
  });

  it('saves at once on flush, and never out of order', async () => {
    const saved: string[] = [];
    let release: (() => void) | undefined;
    const drafts = new Drafts(async (draft) => {
      if (draft.text === 'first') await new Promise<void>((done) => (release = done));
      saved.push(draft.text);
    });
    drafts.edit('c', { text: 'first' });
    const first = drafts.flush('c');
    drafts.edit('c', { text: 'second' });
    const second = drafts.flush('c');
    await vi.advanceTimersByTimeAsync(0);
    expect(saved).toEqual([]);
    release?.();
    await Promise.all([first, second]);
    expect(saved).toEqual(['first', 'second']);
  });

  it('does not let a stored draft overwrite what is being typed', () => {
    const drafts = new Drafts(async () => undefined);
    drafts.edit('c', { text: 'newer' });
    drafts.load(stored('older'));
    expect(drafts.get('c').text).toBe('newer');
  });

  it('restores a stored draft, and keeps conversations apart', () => {
    const drafts = new Drafts(async () => undefined);
    expect(drafts.find('c')).toBeUndefined();
    drafts.load(stored('kept'));
    expect(drafts.get('c').text).toBe('kept');
    expect(drafts.get('other').text).toBe('');
  });

  it('tells about a save that failed and keeps the text', async () => {
    const failures: unknown[] = [];
    const drafts = new Drafts(
      async () => Promise.reject(new Error('disk')),
      (cause) => failures.push(cause),
    );
    drafts.edit('c', { text: 'Hi' });
    await drafts.flush('c');
    expect(failures).toHaveLength(1);
    expect(drafts.get('c').text).toBe('Hi');
  });

  it('takes what another computer has written, and keeps what names it for the next save', async () => {
    const saved: Draft[] = [];
    const drafts = new Drafts(async (draft) => void saved.push(draft));
    drafts.load(stored('here'));
    const there: Draft = {
      ...stored('there'),
      savedMs: 7,
      replaced: { atMs: 7, text: 'here', files: 0 },
    };
    drafts.replace('c', async () => there);
    await vi.advanceTimersByTimeAsync(0);
    expect(drafts.get('c')).toEqual(there);
    drafts.edit('c', { text: 'there, and more' });
    expect(drafts.get('c').replaced).toBeUndefined();
    await drafts.flush('c');
    expect(saved[0]).toMatchObject({ text: 'there, and more', savedMs: 7 });
  });

  it('does not replace what is being typed, only once the agent rests', async () => {
    const drafts = new Drafts(async () => undefined);
    drafts.load(stored(''));
    drafts.edit('c', { text: 'typing' });
    drafts.replace('c', async () => stored('there'));
    await vi.advanceTimersByTimeAsync(1000);
    expect(drafts.get('c').text).toBe('typing');
    drafts.edit('c', { text: 'typing on' });
    await vi.advanceTimersByTimeAsync(2500);
    expect(drafts.get('c').text).toBe('typing on');
    await vi.advanceTimersByTimeAsync(2000);
    expect(drafts.get('c').text).toBe('there');
  });

  it('keeps a key that was pressed while the other draft was read', async () => {
    const drafts = new Drafts(async () => undefined);
    drafts.load(stored(''));
    let read: ((draft: Draft) => void) | undefined;
    drafts.replace('c', () => new Promise((done) => (read = done)));
    drafts.edit('c', { text: 'a key' });
    read?.(stored('there'));
    await vi.advanceTimersByTimeAsync(0);
    expect(drafts.get('c').text).toBe('a key');
  });

  it('does not load a draft that nobody has opened', async () => {
    const drafts = new Drafts(async () => undefined);
    const load = vi.fn(async () => stored('there'));
    drafts.replace('c', load);
    await vi.advanceTimersByTimeAsync(0);
    expect(load).not.toHaveBeenCalled();
  });

  it('keeps what was typed while a send was under way', async () => {
    const saved: string[] = [];
    const drafts = new Drafts(async (draft) => void saved.push(draft.text));
    drafts.edit('c', { text: 'first' });
    await drafts.flush('c');
    const sent = drafts.get('c');
    drafts.edit('c', { text: 'first and' });
    drafts.sent(sent);
    expect(drafts.get('c').text).toBe(' and');
    await drafts.flush('c');
    expect(saved.at(-1)).toBe(' and');
  });

  it('shows what came back before the send had ended, and does not save over it', async () => {
    const saved: string[] = [];
    const drafts = new Drafts(async (draft) => void saved.push(draft.text));
    drafts.edit('c', { text: 'Hi' });
    await drafts.flush('c');
    const sent = drafts.get('c');
    drafts.replace('c', async () => ({ ...stored('Hi'), savedMs: 9 }));
    drafts.sent(sent);
    await vi.advanceTimersByTimeAsync(0);
    expect(drafts.get('c')).toMatchObject({ text: 'Hi', savedMs: 9 });
    drafts.sent(sent);
    expect(drafts.get('c').text).toBe('Hi');
    await drafts.flushAll();
    expect(saved).toEqual(['Hi']);
  });
});

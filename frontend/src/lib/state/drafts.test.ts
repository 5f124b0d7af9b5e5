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
});

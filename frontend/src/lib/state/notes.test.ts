import { describe, expect, it } from 'vitest';
import type { Note } from '../bridge/types';
import { FakeShell } from '../bridge/fake';
import { Notes } from './notes.svelte';
import { Parley } from './parley.svelte';

const note = (text: string) => ({ id: text, text, createdMs: 1 }) as Note;

describe('notes', () => {
  it('are those of the reading that began last, whichever ends last', async () => {
    const notes = new Notes();
    let end: (read: Note[]) => void = () => undefined;
    const first = notes.load('c', () => new Promise((done) => (end = done)));
    expect(notes.follows('c')).toBe(true);
    await notes.load('c', async () => [note('new')]);
    end([]);
    await first;
    expect(notes.of('c')?.map((one) => one.text)).toEqual(['new']);
  });

  it('of a colleague are shown although they come while the conversation opens', async () => {
    const shell = new FakeShell();
    const parley = new Parley(shell.transport);
    const stop = await parley.start();
    const { notes } = shell.transport.snapshot;
    // The shell has read them, and its answer is still on its way.
    let held = true;
    shell.transport.snapshot.notes = async (id) => {
      const read = await notes(id);
      if (held) await new Promise((done) => setTimeout(done, 30));
      return read;
    };
    const opened = parley.reading.load('c-tom');
    await new Promise((done) => setTimeout(done, 5));
    held = false;
    shell.data.notes.push({
      ...shell.data.notes[0]!,
      id: 'seasick',
      conversationId: 'c-tom',
      text: 'She gets seasick',
    });
    shell.emit('notes', { conversationId: 'c-tom' });
    await opened;
    await new Promise((done) => setTimeout(done, 50));
    expect(parley.notes.of('c-tom')?.some((one) => one.id === 'seasick')).toBe(true);
    stop();
  });
});

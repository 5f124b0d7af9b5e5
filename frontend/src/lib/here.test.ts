import { describe, expect, it } from 'vitest';
import type { Colleague, Doing } from './bridge/types';
import { foremost, hereText } from './here';

const is = (agentId: string, doing: Doing): Colleague => ({ agentId, doing });
const name = (id: string) => ({ rui: 'Rui', sofia: 'Sofia' })[id] ?? '';

describe('who is here', () => {
  it('says nothing when nobody is', () => {
    expect(foremost([])).toBeUndefined();
    expect(hereText([], name)).toBe('');
  });

  it('says first who writes to the contact, then who writes a note, then who looks', () => {
    const all = [is('rui', 'viewing'), is('sofia', 'note'), is('tom', 'typing')];
    expect(hereText(all, name)).toBe('A colleague is typing');
    expect(hereText(all.slice(0, 2), name)).toBe('Sofia is writing a note');
    expect(hereText(all.slice(0, 1), name)).toBe('Rui has this conversation open');
  });

  it('names all who do the same', () => {
    expect(hereText([is('rui', 'typing'), is('sofia', 'typing')], name)).toBe('Rui and Sofia are typing');
  });

  it('leaves out what a later version knows', () => {
    expect(hereText([is('rui', 'dancing' as Doing)], name)).toBe('');
  });
});

import { describe, expect, it } from 'vitest';
import { caps, pressed, problemOf, readBindings, writeBindings } from './keys';

function press(key: string, code: string, held = ''): KeyboardEvent {
  return {
    key,
    code,
    ctrlKey: held.includes('c'),
    shiftKey: held.includes('s'),
    altKey: held.includes('a'),
    metaKey: held.includes('m'),
    getModifierState: (name: string) => name === 'AltGraph' && held.includes('g'),
  } as KeyboardEvent;
}

describe('keys', () => {
  it.each([
    [press('t', 'KeyT', 'c'), 'Mod+T'],
    [press('T', 'KeyT', 'cs'), 'Mod+Shift+T'],
    [press('!', 'Digit1', 'cs'), 'Mod+Shift+1'],
    [press('&', 'Digit1', 'c'), 'Mod+1'],
    [press('е', 'KeyT', 'c'), 'Mod+T'],
    [press('q', 'KeyA', 'c'), 'Mod+Q'],
    [press('Tab', 'Tab', 'cs'), 'Ctrl+Shift+Tab'],
    [press('F6', 'F6', 's'), 'Shift+F6'],
    [press('Control', 'ControlLeft', 'c'), ''],
  ])('are called the same on every layout', (event, want) => {
    expect(pressed(event, 'linux')).toBe(want);
  });

  it('have ⌘ for Ctrl on a Mac', () => {
    expect(pressed(press('k', 'KeyK', 'm'), 'darwin')).toBe('Mod+K');
    expect(pressed(press('Tab', 'Tab', 'c'), 'darwin')).toBe('Ctrl+Tab');
    expect(caps('Mod+Shift+T', 'darwin')).toEqual(['⌘', '⇧', 'T']);
    expect(caps('Mod+Enter', 'linux')).toEqual(['Ctrl', '↵']);
  });

  it.each([
    [press('e', 'KeyE'), { kind: 'types', what: 'e' }],
    [press('€', 'KeyE', 'ca'), { kind: 'types', what: '€' }],
    [press('@', 'KeyQ', 'cag'), { kind: 'types', what: '@' }],
    [press('ę', 'KeyE', 'a'), { kind: 'types', what: 'ę' }],
    [press('c', 'KeyC', 'c'), { kind: 'system' }],
    [press('Escape', 'Escape'), { kind: 'system' }],
    [press('l', 'KeyL', 'm'), { kind: 'types', what: 'l' }],
  ])('that type a letter in this layout, or belong to the system, are refused', (event, want) => {
    expect(problemOf(event, 'linux')).toEqual(want);
  });

  it.each([press('y', 'KeyY', 'cs'), press('F8', 'F8'), press('ArrowUp', 'ArrowUp', 'a')])(
    'that type nothing may be used',
    (event) => {
      expect(problemOf(event, 'linux')).toBeUndefined();
    },
  );

  it('that were changed are kept as text, also those that are switched off', () => {
    const changed = new Map([
      ['transfer', 'Mod+Shift+Y'],
      ['end_chat', ''],
    ]);
    expect(readBindings(writeBindings(changed))).toEqual(changed);
    expect(readBindings('')).toEqual(new Map());
    expect(readBindings('nonsense =x')).toEqual(new Map());
  });
});

/**
 * Keys as text: "Mod+Shift+T". Mod is ⌘ on macOS and Ctrl elsewhere; Ctrl is Ctrl everywhere. The last part is a letter, a
 * digit, a mark, or the name of a key as the browser calls it.
 */

export type Platform = string;

/** What is pressed, as text; "" while only modifiers are down. */
export function pressed(event: KeyboardEvent, platform: Platform): string {
  const key = keyName(event);
  if (key === '') return '';
  const mac = platform === 'darwin';
  const mod = mac ? event.metaKey : event.ctrlKey;
  const parts: string[] = [];
  if (mod) parts.push(event.key === 'Tab' && !mac ? 'Ctrl' : 'Mod');
  if (mac && event.ctrlKey) parts.push('Ctrl');
  if (!mac && event.metaKey) parts.push('Meta');
  if (event.altKey) parts.push('Alt');
  if (event.shiftKey) parts.push('Shift');
  return [...parts, key].join('+');
}

const MODIFIERS = new Set([
  'Control',
  'Shift',
  'Alt',
  'AltGraph',
  'Meta',
  'OS',
  'Dead',
  'Unidentified',
  'CapsLock',
  'Fn',
]);

function keyName(event: KeyboardEvent): string {
  const { key, code } = event;
  if (MODIFIERS.has(key)) return '';
  if (key.length !== 1) return key;
  // With Shift a digit types a mark, and which one differs; and a layout without Latin letters still has Latin keys.
  if (/^Digit\d$/.test(code) && !/\d/.test(key)) return code.slice(5);
  if (/^Key[A-Z]$/.test(code) && !/[a-z]/i.test(key)) return code.slice(3);
  if (key === ' ') return 'Space';
  if (key === '+') return 'Plus';
  return key.toUpperCase();
}

/** Why keys cannot be a shortcut. */
export type KeyProblem = { kind: 'types'; what: string } | { kind: 'system' } | { kind: 'taken'; by: string };

/** What editing and the systems have for themselves. */
const SYSTEM = new Set([
  ...'ACVXZY'.split('').map((letter) => `Mod+${letter}`),
  ...['Mod+Shift+Z', 'Mod+Q', 'Mod+W', 'Alt+F4', 'Alt+Tab', 'Mod+Alt+Delete', 'Mod+Shift+V'],
  ...['Tab', 'Shift+Tab', 'Enter', 'Shift+Enter', 'Escape', 'Space', 'Backspace', 'Delete'],
  ...['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Home', 'End', 'PageUp', 'PageDown'],
]);

/**
 * Whether an event may become a shortcut. What types a character in the present layout is none: without Ctrl or ⌘, and
 * with Ctrl and Alt together, which is AltGr.
 */
export function problemOf(event: KeyboardEvent, platform: Platform): KeyProblem | undefined {
  const keys = pressed(event, platform);
  const command = platform === 'darwin' ? event.metaKey : event.ctrlKey && !event.altKey;
  const graph = event.getModifierState('AltGraph');
  if (event.key.length === 1 && (!command || graph)) return { kind: 'types', what: event.key };
  if (SYSTEM.has(keys) || (event.metaKey && platform !== 'darwin')) return { kind: 'system' };
  return undefined;
}

/** The bindings that a person has changed, as the settings keep them: "transfer=Mod+Shift+Y end_chat=". */
export function readBindings(text: string): Map<string, string> {
  const bindings = new Map<string, string>();
  for (const pair of text.split(' ')) {
    const at = pair.indexOf('=');
    if (at > 0) bindings.set(pair.slice(0, at), pair.slice(at + 1));
  }
  return bindings;
}

export function writeBindings(bindings: ReadonlyMap<string, string>): string {
  return [...bindings].map(([id, keys]) => `${id}=${keys}`).join(' ');
}

const SHOWN: Record<string, string> = {
  Enter: '↵',
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Plus: '+',
  Comma: ',',
};

/** The caps to show for keys: one for each. */
export function caps(keys: string, platform: Platform): string[] {
  if (keys === '') return [];
  const mac = platform === 'darwin';
  return keys.split('+').map((part) => {
    if (part === 'Mod') return mac ? '⌘' : 'Ctrl';
    if (part === 'Alt' && mac) return '⌥';
    if (part === 'Shift' && mac) return '⇧';
    return SHOWN[part] ?? part;
  });
}

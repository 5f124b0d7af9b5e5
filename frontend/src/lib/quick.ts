import type { Contact, QuickReply } from './bridge/types';
import { fold, matches } from './text/fold';
import { oneLine } from './text/safe';

/** Quick replies: finding them by what is typed behind "/", and filling their places. */

/** What is filled by itself. */
export const QUICK_VARIABLES = [
  'contact.name',
  'contact.first_name',
  'agent.name',
  'agent.first_name',
  'touchpoint.name',
] as const;

/** One that is yet to be written. */
export const NEW_QUICK: Readonly<QuickReply> = {
  id: '',
  shared: false,
  shortcut: '',
  title: '',
  text: '',
  language: '',
};

const PLACE = /\{\{\s*([^{}\s]+)\s*\}\}/g;

/** What is typed behind "/" at the beginning of the line with the caret; undefined when there is no "/". */
export function slashed(text: string, caret: number): { query: string; start: number } | undefined {
  const start = text.lastIndexOf('\n', caret - 1) + 1;
  const line = text.slice(start, caret);
  return /^\/[^\s/]*$/.test(line) ? { query: line.slice(1), start } : undefined;
}

/**
 * Those that fit a query, the best first: the shortcut begins so, the shortcut or the title has it, the text has it. Among
 * equals the contact's language comes first.
 */
export function findQuick(replies: readonly QuickReply[], query: string, language: string): QuickReply[] {
  const wanted = fold(query.trim()).folded;
  const rank = (reply: QuickReply): number => {
    const shortcut = fold(reply.shortcut).folded;
    if (wanted === '' || shortcut.startsWith(wanted)) return 0;
    if (shortcut.includes(wanted) || matches(reply.title, query)) return 1;
    return matches(reply.text, query) ? 2 : 3;
  };
  const foreign = (reply: QuickReply) => (sameLanguage(reply.language, language) ? 0 : reply.language === '' ? 1 : 2);
  return replies
    .map((reply) => ({ reply, rank: rank(reply), foreign: foreign(reply) }))
    .filter((one) => one.rank < 3)
    .sort((a, b) => a.rank - b.rank || a.foreign - b.foreign || a.reply.shortcut.localeCompare(b.reply.shortcut))
    .map((one) => one.reply);
}

function sameLanguage(a: string, b: string): boolean {
  const base = (code: string) => code.toLowerCase().split(/[-_]/)[0];
  return a !== '' && base(a) === base(b);
}

/** The variables that fill themselves, with what is known for them. */
export function known(contact: Contact, agentName: string, touchpoint: string): Record<string, string> {
  const name = oneLine(contact.name, 100);
  const agent = oneLine(agentName, 100);
  return {
    'contact.name': name,
    'contact.first_name': name.split(/\s+/)[0] ?? '',
    'contact.number': contact.number,
    'contact.email': contact.email,
    'agent.name': agent,
    'agent.first_name': agent.split(/\s+/)[0] ?? '',
    'touchpoint.name': touchpoint,
  };
}

/** Fills what is known; a place for which nothing is known stays, for the agent to fill. */
export function fill(text: string, values: Record<string, string>): string {
  return text.replace(PLACE, (place, name: string) => values[name] || place);
}

/** The places that are not filled, in order. */
export function places(text: string): { start: number; end: number }[] {
  return [...text.matchAll(PLACE)].map((match) => ({ start: match.index, end: match.index + match[0].length }));
}

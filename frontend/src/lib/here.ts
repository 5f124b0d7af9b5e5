import type { Colleague, Doing } from './bridge/types';
import { perLanguage } from './language';
import { m } from './paraglide/messages.js';

/** What colleagues should know of first. */
const DOINGS: readonly Doing[] = ['typing', 'note', 'viewing'];

const joined = perLanguage((tag) => new Intl.ListFormat(tag, { type: 'conjunction' }));

/** The most that somebody does in a conversation, and who does; undefined when nobody is there. */
export function foremost(here: readonly Colleague[]): { doing: Doing; agentIds: string[] } | undefined {
  const doing = DOINGS.find((one) => here.some((colleague) => colleague.doing === one));
  if (doing === undefined) return undefined;
  return { doing, agentIds: here.filter((one) => one.doing === doing).map((one) => one.agentId) };
}

/** Who else is in a conversation, in a sentence: "Rui is typing"; "" when nobody is there. */
export function hereText(here: readonly Colleague[], nameOf: (agentId: string) => string): string {
  const most = foremost(here);
  if (!most) return '';
  const names = joined().format(most.agentIds.map((id) => nameOf(id) || m.a_colleague()));
  const count = most.agentIds.length;
  if (most.doing === 'typing') return m.here_typing({ names, count });
  if (most.doing === 'note') return m.here_note({ names, count });
  return m.here_viewing({ names, count });
}

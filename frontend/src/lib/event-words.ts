import { m } from './paraglide/messages.js';
import { oneLine } from './text/safe';

/** What a line about a conversation is made of. */
export interface EventWords {
  kind: string;
  /** Who did it; "" for the hub. */
  agent: string;
  contact: string;
  /** Who got it. */
  text: string;
  /** The agent's own name. */
  me: string;
  time: string;
}

/** Who did something with a conversation, and what: the first is in bold. Undefined for what is not known. */
export function eventWords({ kind, agent, contact, text, me, time }: EventWords): [string, string] | undefined {
  const who = agent || m.someone();
  const receiver = text === me ? m.you() : oneLine(text, 60);
  switch (kind) {
    case 'assigned':
      return [who, m.event_assigned({ time })];
    case 'sent_to_inbox':
      return [who, m.event_sent_to_inbox({ time })];
    case 'transferred':
      return [who, m.event_transferred({ time, to: receiver })];
    case 'routed':
      return [receiver, m.event_routed({ time })];
    case 'timed_out':
      return [receiver, m.event_timed_out({ time })];
    case 'ended':
      return [who, m.event_ended({ time })];
    case 'reopened':
      return [contact, m.event_reopened({ time })];
    case 'closed':
      return agent === '' ? [m.area_conversation(), m.event_closed({ time })] : [agent, m.event_closed_by({ time })];
    case 'began':
      return [contact, m.event_began({ time })];
    case 'window_closed':
      return [m.card_window(), m.event_window_closed({ time })];
    case 'note':
      return [who, m.event_note({ time })];
    case 'note_edited':
      return [who, m.event_note_edited({ time })];
    case 'unmerged':
      return [who, m.event_unmerged({ time, name: oneLine(text, 60) })];
    case 'merged':
      return [who, m.event_merged({ time, name: oneLine(text, 60) })];
  }
  return undefined;
}

import type { Conversation } from '../../lib/bridge/types';
import { m } from '../../lib/paraglide/messages.js';
import type { Parley } from '../../lib/state/parley.svelte';

/** Whether the agent may transfer a conversation: what they have, and as a supervisor whatever waits or is assigned. */
export function mayTransfer(parley: Parley, row: Conversation): boolean {
  if (parley.gone || row.pending !== '') return false;
  if (row.status === 'assigned' && row.assigneeId === parley.workspace.me.id) return true;
  return parley.workspace.supervises && (row.status === 'assigned' || row.status === 'queued');
}

export function askTransfer(parley: Parley, row: Conversation): void {
  if (!parley.connection.live) parley.view.toast(m.refused_offline(), 'trouble');
  else parley.view.dialog = { kind: 'transfer', conversationId: row.id };
}

/** Send to Inbox asks first; the draft becomes the note that goes along. */
export function askSendToInbox(parley: Parley, row: Conversation): void {
  const draft = parley.drafts.get(row.id).text.trim();
  const queue = parley.workspace.queue(row.queueId)?.name ?? '';
  parley.view.ask({
    title: m.ask_inbox(),
    text: draft === '' ? m.ask_inbox_text({ queue }) : m.ask_inbox_draft({ queue }),
    confirm: m.send_to_inbox(),
    note: draft,
    noteLabel: m.ask_inbox_note(),
    onconfirm: (note) => void parley.handling.sendToInbox(row.id, note),
  });
}

/** End Chat asks only when something would be left behind: an unsent draft, messages that did not arrive. */
export function askEndChat(parley: Parley, row: Conversation): void {
  const draft = parley.drafts.find(row.id);
  // One that is not loaded yet is known by its row.
  const unsent = draft ? draft.text.trim() !== '' || draft.attachments.length > 0 : row.draft !== '';
  if (!unsent && row.troubled === 0) {
    void parley.handling.endChat(row.id);
    return;
  }
  const reasons = [
    unsent ? m.ask_end_draft() : '',
    row.troubled > 0 ? m.ask_end_troubled({ count: row.troubled }) : '',
  ];
  parley.view.ask({
    title: m.ask_end(),
    text: reasons.filter((reason) => reason !== '').join(' '),
    confirm: m.end_chat(),
    onconfirm: () => void parley.handling.endChat(row.id),
  });
}

import type { Conversation, Message } from '../bridge/types';
import { content, message as fakeMessage } from '../bridge/fake-data';

/** A row with every field set; tests change what they are about. */
export function row(id: string, change: Partial<Conversation> = {}): Conversation {
  return {
    id,
    version: 1,
    contact: {
      id: `contact-${id}`,
      version: 1,
      name: id,
      number: '',
      email: '',
      username: '',
      pictureUrl: '',
      language: '',
      suggestedContactId: '',
      suggestedReason: '',
      mergedIntoId: '',
    },
    touchpointId: 'tp-wa',
    queueId: 'queue-1',
    status: 'assigned',
    assigneeId: 'me',
    assignedMs: 0,
    openedMs: 0,
    lastMessageMs: 0,
    preview: '',
    lastKind: 'text',
    lastDirection: 'in',
    lastState: '',
    unread: 0,
    waitingSinceMs: 0,
    windowUntilMs: 0,
    windowReason: 'message',
    lastInboundMs: 0,
    dispositionId: '',
    endedMs: 0,
    closedMs: 0,
    troubled: 0,
    draft: '',
    pending: '',
    lastNo: 0,
    restMs: 0,
    lastInboundId: '',
    weight: 20,
    transferredBy: '',
    offeredTo: '',
    offerUntilMs: 0,
    here: [],
    transferredMs: 0,
    ...change,
  };
}

export function msg(id: string, no: number, change: Partial<Message> = {}): Message {
  return fakeMessage('c', { id, no, sentMs: (no || 1000) * 1000, content: content('text', id), ...change });
}

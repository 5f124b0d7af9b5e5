import type { FakeData } from './fake-data';
import type { Activity, ActivityGroup } from './types';

const MINUTE = 60_000;

/** Something of every kind around a contact, newest first: what their conversations and notes say, and a story for the rest. */
export function fakeActivities(data: FakeData, contactId: string, only: ActivityGroup): Activity[] {
  const all: [ActivityGroup, Activity][] = [];
  for (const row of data.conversations.filter((one) => one.contact.id === contactId)) {
    const add = (group: ActivityGroup, kind: string, atMs: number, agentId = '', change: Partial<Activity> = {}) =>
      all.push([
        group,
        {
          id: `${row.id}/${kind}/${atMs}`,
          kind,
          atMs,
          agentId,
          agentName: data.agents.find((one) => one.id === agentId)?.name ?? '',
          conversationId: row.id,
          touchpointId: row.touchpointId,
          text: '',
          dispositionPath: '',
          ...change,
        },
      ]);
    const at = (minutes: number) => row.openedMs + minutes * MINUTE;
    add('conversations', 'began', row.openedMs);
    add('hands', 'assigned', at(1), 'agent-rui');
    add('hands', 'transferred', at(2), 'agent-rui', { text: data.me.name });
    add('conversations', 'window_closed', at(3));
    add('conversations', 'closed', at(4), 'agent-rui', { dispositionPath: 'New booking › Confirmed' });
    add('conversations', 'merged', at(5), 'agent-sofia', { text: 'Marta F.', conversationId: '' });
    for (const note of data.notes.filter((one) => one.conversationId === row.id)) {
      add('notes', 'note', note.createdMs, note.agentId, { id: note.id, text: note.text });
    }
  }
  return all
    .filter(([group]) => only === '' || group === only)
    .map(([, one]) => one)
    .sort((a, b) => b.atMs - a.atMs);
}

import type { Conversation, Load } from '../../lib/bridge/types';
import { m } from '../../lib/paraglide/messages.js';
import type { WorkspaceStore } from '../../lib/state/workspace.svelte';
import { matches } from '../../lib/text/fold';
import { statusWord } from '../../lib/words';

/** Somebody or something that a conversation can be given to. */
export interface Choice {
  kind: 'agent' | 'queue';
  id: string;
  name: string;
  /** What speaks for it, or why it is not possible. */
  hint: string;
  /** The word of who is away; "" for all others. */
  away: string;
  possible: boolean;
}

type Business = Pick<WorkspaceStore, 'me' | 'agents' | 'queues' | 'supervises' | 'touchpoint'>;

/** All queues; the one in which the conversation belongs already is no choice. */
export function queueChoices(workspace: Business, row: Conversation): Choice[] {
  return workspace.queues.map((queue) => {
    const here = queue.id === row.queueId;
    return {
      kind: 'queue',
      id: queue.id,
      name: queue.name,
      hint: here ? m.transfer_queue_here() : m.transfer_queue_hint(),
      away: '',
      possible: !here,
    };
  });
}

/**
 * The colleagues, those who can take the conversation first. Agents cannot choose who is away or has no room; who
 * supervises can. Without loads nothing is said about room: the hub decides.
 */
export function agentChoices(workspace: Business, row: Conversation, loads: Load[] | undefined): Choice[] {
  const weight = workspace.touchpoint(row.touchpointId)?.weight ?? 0;
  const choices = workspace.agents
    .filter((agent) => agent.id !== workspace.me.id || (workspace.supervises && agent.id !== row.assigneeId))
    .map((agent): Choice => {
      const away = agent.status === 'away';
      const points = loads?.find((load) => load.agentId === agent.id)?.points ?? 0;
      const room = weight > 0 ? Math.floor(Math.max(0, agent.capacity - points) / weight) : 0;
      const full = loads !== undefined && room === 0;
      const has = agent.id === row.assigneeId;
      let hint = loads === undefined ? '' : m.transfer_room({ count: room });
      if (full) hint = m.transfer_full({ points, capacity: agent.capacity });
      if ((full || away) && workspace.supervises) hint = `${full ? `${hint}. ` : ''}${m.transfer_anyway()}`;
      if (has) hint = m.transfer_has_it();
      if (agent.disabled) hint = m.transfer_disabled();
      return {
        kind: 'agent',
        id: agent.id,
        name: agent.name,
        hint,
        away: away && !agent.disabled ? statusWord(agent) : '',
        possible: !agent.disabled && !has && (workspace.supervises || (!away && !full)),
      };
    });
  return [...choices.filter((one) => one.possible), ...choices.filter((one) => !one.possible)];
}

export function found(choices: Choice[], query: string): Choice[] {
  return query.trim() === '' ? choices : choices.filter((one) => matches(one.name, query));
}

import type { FakeData } from './fake-data';
import type { Wallboard } from './types';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

/** A team on an ordinary morning. */
export function wallboard(
  { queues, agents, loads }: Pick<FakeData, 'queues' | 'agents' | 'loads'>,
  now: number,
): Wallboard {
  const begun = [0, 0, 1, 3, 6, 14, 22, 19, 12, 17, 20, 7];
  const from = Math.floor(now / HOUR_MS) * HOUR_MS - 11 * HOUR_MS;
  return {
    nowMs: now,
    queues: queues.map((queue, i) => ({
      queueId: queue.id,
      waiting: [5, 2, 0][i % 3]!,
      oldestMs: i % 3 === 2 ? 0 : now - (i === 0 ? 24 : 6) * MINUTE_MS,
      closing: i === 0 ? 2 : 0,
      nextCloseMs: i === 0 ? now + 23 * MINUTE_MS : 0,
    })),
    agents: agents.map((agent, i) => {
      const load = loads.find((one) => one.agentId === agent.id);
      return {
        agentId: agent.id,
        conversations: load?.conversations ?? 0,
        points: load?.points ?? 0,
        waiting: load ? i : 0,
        oldestMs: load && i > 0 ? now - 11 * i * MINUTE_MS : 0,
      };
    }),
    hours: begun.map((count, i) => ({
      fromMs: from + i * HOUR_MS,
      begun: count,
      answered: Math.max(0, count - (i === 11 ? 3 : 0)),
      medianMs: count === 0 ? 0 : (3 + ((i * 7) % 5)) * MINUTE_MS,
      mostMs: count === 0 ? 0 : (9 + ((i * 11) % 13)) * MINUTE_MS,
    })),
  };
}

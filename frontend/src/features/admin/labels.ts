import type { Disposition, Queue } from '../../lib/bridge/types';

/** The dispositions that some queues share. */
export interface LabelSet {
  id: string;
  queues: string[];
}

/** A disposition as it is edited: with its level from 1 and its siblings that are offered, itself among them. */
export interface Label extends Disposition {
  level: number;
  siblings: Disposition[];
}

/** Each set that a queue has, in the order of the queues. */
export function setsOf(queues: readonly Queue[]): LabelSet[] {
  const sets: LabelSet[] = [];
  for (const queue of queues) {
    const set = sets.find((one) => one.id === queue.dispositionSetId);
    if (set) set.queues.push(queue.name);
    else sets.push({ id: queue.dispositionSetId, queues: [queue.name] });
  }
  return sets;
}

/** What is offered of a set, from the top down; what is under a retired one is left out with it. */
export function labelsOf(set: readonly Disposition[], parentId = '', level = 1): Label[] {
  const siblings = set.filter((one) => one.parentId === parentId && !one.hidden);
  return siblings.flatMap((one) => [{ ...one, level, siblings }, ...labelsOf(set, one.id, level + 1)]);
}

/** Where a disposition can stand: neither under itself nor under what is under it. */
export function placesFor(set: readonly Disposition[], id: string): Label[] {
  const all = labelsOf(set);
  const at = all.findIndex((one) => one.id === id);
  if (at < 0) return all;
  const { level } = all[at]!;
  const end = all.findIndex((one, i) => i > at && one.level <= level);
  return [...all.slice(0, at), ...(end < 0 ? [] : all.slice(end))];
}

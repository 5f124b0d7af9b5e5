import type { Disposition, Queue } from '../../lib/bridge/types';
import { m } from '../../lib/paraglide/messages.js';

/** The dispositions that some queues share. */
export interface LabelSet {
  id: string;
  /** None: no queue uses it. */
  queues: string[];
  /** What it offers at the top. */
  labels: string[];
}

/** A disposition as it is edited: with its level from 1 and its siblings that are offered, itself among them. */
export interface Label extends Disposition {
  level: number;
  siblings: Disposition[];
}

/** Each set that a queue has, in the order of the queues, and then those that none has any more and that offer something. */
export function setsOf(queues: readonly Queue[], dispositions: readonly Disposition[]): LabelSet[] {
  const sets = new Map<string, LabelSet>();
  const set = (id: string) => sets.get(id) ?? sets.set(id, { id, queues: [], labels: [] }).get(id)!;
  for (const queue of queues) set(queue.dispositionSetId).queues.push(queue.name);
  for (const one of dispositions) {
    if (one.parentId === '' && !one.hidden) set(one.setId).labels.push(one.name);
  }
  return [...sets.values()];
}

/** What a set is called: the queues that share it, or what it offers. */
export function setName({ queues, labels }: LabelSet): string {
  if (queues.length > 0) return queues.join(', ');
  return m.labels_set_unused({ names: labels.slice(0, 3).join(', ') + (labels.length > 3 ? '…' : '') });
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

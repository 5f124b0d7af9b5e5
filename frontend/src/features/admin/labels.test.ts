import { expect, it } from 'vitest';
import type { Disposition, Queue } from '../../lib/bridge/types';
import { offered } from '../snapshot/dispositions';
import { labelsOf, placesFor, setName, setsOf } from './labels';

const label = (id: string, parentId = '', hidden = false): Disposition => ({
  id,
  setId: 's',
  parentId,
  name: id,
  hidden,
});
const SET = [
  label('a'),
  label('b'),
  label('c', '', true),
  label('a1', 'a'),
  label('a2', 'a'),
  label('c1', 'c'),
  label('a1x', 'a1'),
];

it('lists what is offered from the top down, and leaves out what was retired with all that is under it', () => {
  expect(labelsOf(SET).map((one) => `${one.level} ${one.id}`)).toEqual(['1 a', '2 a1', '3 a1x', '2 a2', '1 b']);
  expect(labelsOf(SET)[1]!.siblings.map((one) => one.id)).toEqual(['a1', 'a2']);
  expect(offered(SET).map((one) => one.id)).toEqual(['a', 'b', 'a1', 'a2', 'a1x']);
});

it('offers no place for a label under itself', () => {
  expect(placesFor(SET, 'a1').map((one) => one.id)).toEqual(['a', 'a2', 'b']);
  expect(placesFor(SET, 'a').map((one) => one.id)).toEqual(['b']);
  expect(placesFor(SET, '').map((one) => one.id)).toEqual(['a', 'a1', 'a1x', 'a2', 'b']);
});

it('names each set by the queues that share it', () => {
  const queue = (name: string, dispositionSetId: string) => ({ id: name, name, dispositionSetId }) as Queue;
  const queues = [queue('Bookings', 'x'), queue('Tours', 'y'), queue('Groups', 'x')];
  expect(setsOf(queues, [])).toEqual([
    { id: 'x', queues: ['Bookings', 'Groups'], labels: [] },
    { id: 'y', queues: ['Tours'], labels: [] },
  ]);
});

it('names a set that no queue uses by what it offers, and forgets one that offers nothing', () => {
  const queue = { id: 'q', name: 'Bookings', dispositionSetId: 'x' } as Queue;
  const old = ['Paid', 'Lost', 'Moved', 'Asked'].map((name) => ({ ...label(name), setId: 'y' }));
  const sets = setsOf([queue], [...old, { ...label('gone', '', true), setId: 'z' }]);
  expect(sets.map((one) => one.id)).toEqual(['x', 'y']);
  expect(sets.map(setName)).toEqual(['Bookings', 'No queue: Paid, Lost, Moved…']);
});

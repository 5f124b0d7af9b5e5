import { PICKED } from '../../lib/bridge/fake-data';
import { describe, expect, it } from 'vitest';
import { agent } from '../../lib/bridge/fake-data';
import type { Load, Touchpoint } from '../../lib/bridge/types';
import { row } from '../../lib/state/testing';
import { agentChoices, found, queueChoices } from './choices';

const me = agent('me', 'me');
const team = [
  agent('Full', 'Full'),
  agent('Lena', 'Lena', { disabled: true }),
  me,
  agent('Rui', 'Rui'),
  agent('Sofia', 'Sofia', { status: 'away', statusText: 'Lunch' }),
];
const loads: Load[] = [
  { agentId: 'Full', points: 90, conversations: 4 },
  { agentId: 'Rui', points: 40, conversations: 2 },
];
const business = {
  me,
  agents: team,
  queues: [
    { id: 'queue-1', name: 'Bookings', version: 1, agentIds: [], dispositionSetId: '', routing: PICKED },
    { id: 'queue-2', name: 'Complaints', version: 1, agentIds: [], dispositionSetId: '', routing: PICKED },
  ],
  supervises: false,
  touchpoint: () => ({ weight: 20 }) as Touchpoint,
};

describe('whom a conversation can be transferred to', () => {
  it('offers who is there and has room, and greys the others with the reason', () => {
    const choices = agentChoices(business, row('c'), loads);
    expect(choices.map((one) => [one.name, one.possible])).toEqual([
      ['Rui', true],
      ['Full', false],
      ['Lena', false],
      ['Sofia', false],
    ]);
    expect(choices[0]!.hint).toBe('Has room for 3 more');
    expect(choices[1]!.hint).toBe('No room: 90 of 100 points');
    expect(choices[2]!.hint).toBe('This account is switched off');
    expect(choices[3]!.away).toBe('Lunch');
  });

  it('lets who supervises choose everybody but who has it, and themselves', () => {
    const choices = agentChoices({ ...business, supervises: true }, row('c', { assigneeId: 'Rui' }), loads);
    expect(choices.filter((one) => one.possible).map((one) => one.name)).toEqual(['Full', 'me', 'Sofia']);
  });

  it('says nothing about room before the hub has told', () => {
    expect(agentChoices(business, row('c'), undefined).find((one) => one.name === 'Full')).toMatchObject({
      possible: true,
      hint: '',
    });
  });

  it('offers every queue but the one where it belongs', () => {
    expect(queueChoices(business, row('c')).map((one) => one.possible)).toEqual([false, true]);
  });

  it('finds names without their accents', () => {
    expect(found(agentChoices(business, row('c'), loads), 'rúi').map((one) => one.id)).toEqual(['Rui']);
  });
});

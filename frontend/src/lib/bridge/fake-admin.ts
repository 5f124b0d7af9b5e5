import type { AdminTransport, Check, Member, MemberInvitation, Traffic } from './admin-types';
import { ParleyError } from './errors';
import { DAY, type FakeData } from './fake-data';

/** A hub's administration that lives in the page. */
export class FakeAdmin {
  members: Member[];
  /** What a check finds. */
  checks: Check[] = [
    { step: 'token', result: 'warning', reason: 'expires', detail: '2026-12-05T10:00:00Z' },
    { step: 'permissions', result: 'good', reason: '', detail: '' },
    { step: 'account', result: 'good', reason: '', detail: '+44 7700 900014, Ondaverde' },
    { step: 'webhook', result: 'bad', reason: 'not_subscribed', detail: '' },
    { step: 'templates', result: 'unknown', reason: 'unreachable', detail: '' },
  ];
  readonly #traffic: Traffic[];
  /** What the next change is refused with: a word of the contract. */
  problem = '';

  constructor(data: Pick<FakeData, 'agents' | 'queues' | 'touchpoints'>, now: number) {
    this.members = data.agents.map((agent, i) => ({
      agentId: agent.id,
      email: `${agent.name.split(' ')[0]!.normalize('NFD').replace(/\W/g, '').toLowerCase()}@ondaverde.example`,
      name: agent.name,
      role: i === 0 ? 'admin' : agent.role,
      queueIds: i % 2 === 0 ? data.queues.slice(1, 2).map((queue) => queue.id) : [],
      disabled: agent.disabled,
      invitedUntilMs: i === 3 ? now + 5 * DAY : 0,
      lockedUntilMs: 0,
      sessions: agent.disabled || i === 3 ? 0 : 1 + (i % 2),
      usedMs: agent.disabled || i === 3 ? 0 : now - i * 3_600_000,
      open: [7, 2][i] ?? 0,
    }));
    this.#traffic = data.touchpoints.map((touchpoint, i) => ({
      touchpointId: touchpoint.id,
      inboundMs: i === 2 ? 0 : now - 60_000 * (i + 1),
      sentMs: i === 2 ? 0 : now - 240_000,
      waiting: i === 1 ? 3 : 0,
      oldestMs: i === 1 ? now - 900_000 : 0,
      failed: i === 0 ? 1 : 0,
      deadLetters: i === 0 ? 2 : 0,
    }));
  }

  readonly transport: AdminTransport = {
    people: async () => (this.#stumble(), structuredClone(this.members)),
    invitePerson: async (member) => {
      this.#stumble();
      this.members = [...this.members, { ...member, agentId: `agent-${this.members.length}` }];
      return this.#invitation();
    },
    inviteAgain: async () => (this.#stumble(), this.#invitation()),
    changePerson: async (member) => this.#change(member.agentId, member),
    switchPerson: async (id, disabled) => this.#change(id, { disabled }),
    resetPassword: async (id) => (this.#change(id, { sessions: 0, usedMs: 0 }), this.#invitation()),
    endPersonSessions: async (id) => {
      const { sessions } = this.members.find((one) => one.agentId === id)!;
      this.#change(id, { sessions: 0, usedMs: 0 });
      return sessions;
    },
    traffic: async () => (this.#stumble(), this.#traffic),
    checkTouchpoint: async () => (this.#stumble(), this.checks),
  };

  #change(id: string, change: Partial<Member>): void {
    this.#stumble();
    this.members = this.members.map((one) => (one.agentId === id ? { ...one, ...change } : one));
  }

  #stumble(): void {
    const code = this.problem;
    this.problem = '';
    if (code !== '') throw new ParleyError(code);
  }

  #invitation(): MemberInvitation {
    return { link: 'parley://join/?hub=https%3A%2F%2Fhub.ondaverde.example&code=q7', expiresMs: Date.now() + 7 * DAY };
  }
}

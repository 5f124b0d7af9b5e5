import type { AdminTransport, Member, MemberInvitation } from './admin-types';
import { ParleyError } from './errors';
import { DAY, type FakeData } from './fake-data';

/** A hub's administration that lives in the page. */
export class FakeAdmin {
  members: Member[];
  /** What the next change is refused with: a word of the contract. */
  problem = '';

  constructor(data: Pick<FakeData, 'agents' | 'queues'>, now: number) {
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

import type {
  AdminTransport,
  ApiKey,
  AuditEntry,
  Check,
  DeadLetter,
  Erasure,
  Hook,
  Keeping,
  TestContact,
  Member,
  MemberInvitation,
  TestAnswer,
  Traffic,
} from './admin-types';
import { ParleyError } from './errors';
import { DAY, type FakeData } from './fake-data';
import type { fakeLabels } from './fake-labels';

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
  testContacts: TestContact[] = [
    {
      conversationId: 'c-marta',
      name: 'Marta Sousa',
      lastInboundMs: Date.now() - 60_000,
      windowUntilMs: Date.now() + DAY,
    },
  ];
  keeping: Keeping = { historyDays: 90, accessDays: 7, letterDays: 90 };
  erasure: Erasure = {
    contactId: '',
    name: 'Marta Nogueira',
    number: '+351 912 345 678',
    merged: 1,
    conversations: 3,
    open: 1,
    messages: 128,
    files: 4,
    notes: 2,
    drafts: 1,
    unsent: 1,
  };
  /** What Meta says to a test message. */
  tested: TestAnswer = { taken: true, reason: '', detail: '' };
  keys: ApiKey[];
  hooks: Hook[] = [];
  letters: DeadLetter[];
  entries: AuditEntry[];
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
    this.keys = [
      {
        id: 'k1',
        name: 'CRM',
        agentId: data.agents[0]!.id,
        beginning: 'parley_key_Ab3x9Q',
        scopes: ['read', 'contacts'],
        createdMs: now - 30 * DAY,
        expiresMs: now + 60 * DAY,
        usedMs: now - 120_000,
        address: '203.0.113.7',
      },
    ];
    this.letters = [
      {
        id: 'l2',
        channel: 'whatsapp',
        accountId: '',
        reason: 'field "calls" is not known',
        receivedMs: now - 600_000,
        whole: true,
      },
      {
        id: 'l1',
        channel: 'messenger',
        accountId: '999',
        reason: 'no touchpoint has this account',
        receivedMs: now - DAY,
        whole: false,
      },
    ];
    const [first, second] = data.agents;
    const entry = {
      id: '',
      atMs: now - 60_000,
      actorId: first!.id,
      subjectId: second!.id,
      detail: '',
      address: '203.0.113.7',
    };
    this.entries = [
      { ...entry, id: 'e3', action: 'role_changed', detail: 'agent to supervisor' },
      { ...entry, id: 'e2', action: 'signed_in', subjectId: first!.id, detail: 'password' },
      { ...entry, id: 'e1', action: 'agent_invited', actorId: '', address: '' },
    ];
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

  readonly transport: Omit<AdminTransport, keyof ReturnType<typeof fakeLabels>> = {
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
    deadLetters: async () => ({ letters: this.letters, more: false }),
    showDeadLetter: async () => '{\n  "type": "payment",\n  "from": "••• (12)"\n}',
    replayDeadLetter: async (id) => (this.#stumble(), (this.letters = this.letters.filter((one) => one.id !== id)), 0),
    discardDeadLetter: async (id) => void (this.letters = this.letters.filter((one) => one.id !== id)),
    setKeeping: async ({ historyDays, accessDays, letterDays }) => {
      this.#stumble();
      const { keeping } = this;
      this.keeping = {
        historyDays: historyDays || keeping.historyDays,
        accessDays: accessDays || keeping.accessDays,
        letterDays: letterDays || keeping.letterDays,
      };
      return this.keeping;
    },
    previewErasure: async (contactId) => (this.#stumble(), { ...this.erasure, contactId }),
    eraseContact: async () => this.#stumble(),
    exportContact: async () => (this.#stumble(), '/home/ines/contact.zip'),
    saveQueue: async ({ id }) => (this.#stumble(), id || 'queue-new'),
    addTouchpoint: async () => (this.#stumble(), 'tp-new'),
    replaceSecrets: async () => this.#stumble(),
    testContacts: async () => (this.#stumble(), this.testContacts),
    sendTest: async () => (this.#stumble(), this.tested),
    webhookAddress: async (channel) => `https://hub.ondaverde.example/webhooks/${channel}`,
    keys: async () => (this.#stumble(), this.keys),
    addKey: async ({ name, agentId, scopes }) => {
      this.#stumble();
      this.keys = [...this.keys, { ...this.keys[0]!, id: name, name, agentId, scopes, usedMs: 0 }];
      return 'parley_key_x7Qm2pZ4';
    },
    revokeKey: async (id) => void (this.keys = this.keys.filter((one) => one.id !== id)),
    hooks: async () => (this.#stumble(), this.hooks),
    addHook: async () => (this.#stumble(), 'whsec_x7Qm2pZ4'),
    changeHook: async () => this.#stumble(),
    rotateHook: async () => (this.#stumble(), 'whsec_b9Rt5kW1'),
    removeHook: async (id) => void (this.hooks = this.hooks.filter((one) => one.id !== id)),
    testHook: async () => (this.#stumble(), ''),
    tryHook: async () => this.#stumble(),
    switchHook: async (id, on) =>
      void (this.hooks = this.hooks.map((one) =>
        one.id === id ? { ...one, offReason: on ? '' : 'by hand', gaveUp: false } : one,
      )),
    audit: async (before, { actorId, action }) => ({
      entries: (before === '' ? this.entries : []).filter(
        (one) => (actorId === '' || one.actorId === actorId) && (action === '' || one.action === action),
      ),
      more: before === '',
    }),
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

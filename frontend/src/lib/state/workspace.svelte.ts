import { alertDefaults } from '../alerts';
import type { Agent, Bootstrap, Connection, Disposition, Queue, Settings, Touchpoint } from '../bridge/types';
import { setLanguage, wished } from '../language';
import { baseLocale, type Locale } from '../paraglide/runtime.js';

const NOBODY: Agent = {
  id: '',
  name: '',
  role: '',
  disabled: false,
  status: 'available',
  statusText: '',
  statusMs: 0,
  capacity: 0,
};

/** The business: what is configured and rarely changes. A load replaces everything. */
export class WorkspaceStore {
  name = $state('');
  practice = $state(false);
  platform = $state('');
  me = $state.raw<Agent>(NOBODY);
  touchpoints = $state.raw<Touchpoint[]>([]);
  queues = $state.raw<Queue[]>([]);
  agents = $state.raw<Agent[]>([]);
  dispositions = $state.raw<Disposition[]>([]);

  readonly #touchpointsById = $derived(new Map(this.touchpoints.map((touchpoint) => [touchpoint.id, touchpoint])));
  readonly #queuesById = $derived(new Map(this.queues.map((queue) => [queue.id, queue])));
  readonly #agentsById = $derived(new Map(this.agents.map((agent) => [agent.id, agent])));
  /** Channels in the order of the touchpoints. */
  readonly channels = $derived([...new Set(this.touchpoints.map((touchpoint) => touchpoint.channel))]);

  get supervises(): boolean {
    return this.me.role === 'supervisor' || this.me.role === 'admin';
  }

  load(boot: Bootstrap): void {
    this.name = boot.workspace.name;
    this.practice = boot.workspace.practice;
    this.platform = boot.platform;
    this.me = boot.me;
    this.touchpoints = boot.touchpoints;
    this.queues = boot.queues;
    this.agents = boot.agents;
    this.dispositions = boot.dispositions;
  }

  touchpoint(id: string): Touchpoint | undefined {
    return this.#touchpointsById.get(id);
  }

  queue(id: string): Queue | undefined {
    return this.#queuesById.get(id);
  }

  /** Whether the agent sees what waits in a queue: it is everybody's, or theirs, or they supervise. */
  worksIn({ agentIds }: Queue): boolean {
    return agentIds.length === 0 || agentIds.includes(this.me.id) || this.supervises;
  }

  agentName(id: string): string {
    return this.#agentsById.get(id)?.name ?? '';
  }

  channelOf(touchpointId: string): string {
    return this.#touchpointsById.get(touchpointId)?.channel ?? '';
  }

  /** The outcome labels of a queue, flat. */
  dispositionsOf(queueId: string): Disposition[] {
    const set = this.#queuesById.get(queueId)?.dispositionSetId;
    return this.dispositions.filter((disposition) => disposition.setId === set);
  }
}

/** So long without a complete cache is worth a word afterwards. */
const AWAY_MS = 90_000;

/** How the desk stands to the hub. A load replaces everything. */
export class ConnectionStore {
  value = $state.raw<Connection>({
    state: 'connecting',
    sinceMs: 0,
    completeMs: 0,
    hubOffsetMs: 0,
    waiting: 0,
    waitingMessages: 0,
    error: '',
    checkedConversations: 0,
    newMessages: 0,
    gaps: 0,
    awayMs: 0,
    provenMs: 0,
    accessEnded: false,
  });
  /** A catch-up has just ended after an outage, a sleep or a restart: what the nothing-missed strip shows until it is put away. */
  caughtUp = $state.raw<Connection | undefined>(undefined);

  readonly live = $derived(this.value.state === 'live');
  readonly offline = $derived(this.value.state === 'offline');

  #wasOffline = false;
  #provenMs = 0;

  load(next: Connection): void {
    if (next.state === 'offline') this.#wasOffline = true;
    if (next.state === 'live') {
      const proven = next.provenMs !== this.#provenMs;
      if (this.#wasOffline || (proven && (next.awayMs >= AWAY_MS || next.gaps > 0))) this.caughtUp = next;
      this.#wasOffline = false;
      this.#provenMs = next.provenMs;
    }
    if (next.state === 'offline') this.caughtUp = undefined;
    this.value = next;
  }
}

/** The person's own settings. A load replaces everything. */
export class SettingsStore {
  value = $state.raw<Settings>({
    theme: 'system',
    enterSends: false,
    notifications: true,
    hideText: false,
    alerts: alertDefaults(),
    foldedGroups: '',
    sideTab: 'snapshot',
    keys: '',
    language: '',
    density: 'normal',
    textSize: 100,
    listWidth: 0,
    sideWidth: 0,
    mediaMb: 1024,
    keepRunning: true,
  });

  /** The language of the interface: the setting, or the system's. */
  language = $state.raw<Locale>(baseLocale);

  readonly folded = $derived(new Set(this.value.foldedGroups.split(',').filter((channel) => channel !== '')));

  load(next: Settings): void {
    this.value = next;
    const language = wished(next.language, typeof navigator === 'undefined' ? [] : navigator.languages);
    setLanguage(language);
    this.language = language;
  }
}

import { getContext, setContext } from 'svelte';
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { healthText } from '../alert-words';
import { toParleyError } from '../bridge/errors';
import type { Transport } from '../bridge/transport';
import type {
  AlertSettings,
  Conversation,
  NotificationHealth,
  ParleyEvent,
  Presence,
  Refusal,
  Settings,
  SoundName,
} from '../bridge/types';
import { m } from '../paraglide/messages.js';
import { Sounds } from '../sounds';
import { contactName, errorText, refusalText } from '../words';
import { Account } from './account.svelte';
import { Asking } from './asking';
import { Contacts } from './contacts';
import { Conversations } from './conversations.svelte';
import { Drafts } from './drafts.svelte';
import { EventStream } from './events';
import { Handling } from './handling';
import { HookAlarm } from './hooks.svelte';
import { Lists } from './lists.svelte';
import { Look, SETTING, type Panel } from './look.svelte';
import { Threads } from './messages.svelte';
import { Notes } from './notes.svelte';
import { Now } from './now.svelte';
import { Opening } from './opening';
import { QuickReplies } from './quick-replies.svelte';
import { Reading } from './reading';
import { Rows } from './rows';
import { Sending } from './sending';
import { View } from './view.svelte';
import { ConnectionStore, SettingsStore, WorkspaceStore } from './workspace.svelte';

/** The stores, the event stream that fills them, and what acts on them. */
export class Parley {
  readonly transport: Transport;
  readonly now: Now;
  readonly view = new View();
  readonly workspace = new WorkspaceStore();
  readonly connection = new ConnectionStore();
  readonly settings = new SettingsStore();
  readonly look = new Look(this.settings);
  readonly conversations = new Conversations();
  readonly threads = new Threads();
  readonly notes = new Notes();
  readonly account: Account;
  readonly lists: Lists;
  readonly drafts: Drafts;
  readonly asking: Asking = new Asking(this);
  readonly rows: Rows = new Rows(this);
  readonly reading: Reading = new Reading(this);
  readonly opening: Opening = new Opening(this);
  readonly handling: Handling = new Handling(this);
  readonly sending: Sending = new Sending(this);
  readonly contacts: Contacts = new Contacts(this);
  readonly quick: QuickReplies = new QuickReplies(this);
  readonly hooks: HookAlarm = new HookAlarm(this);
  /** Why the shell gave a waiting command back, per conversation, until the agent has seen it. */
  readonly refusals = new SvelteMap<string, Refusal>();
  /** Conversations whose contact was erased while this page was open. */
  readonly erased = new SvelteSet<string>();
  readonly stream: EventStream;
  readonly sounds: Sounds;
  /** How the system takes notifications; undefined before it was asked. */
  health = $state.raw<NotificationHealth | undefined>(undefined);
  /** Something could not be loaded at the start; "" otherwise. */
  failed = $state('');
  refreshing = $state(false);
  /** Counts up when templates have changed. */
  templatesChanged = $state(0);

  /** The open row as it was last, for when it leaves the lists while it is looked at. */
  #toldKept = '';
  #lastOpen: Conversation | undefined;

  constructor(transport: Transport, now = new Now()) {
    this.transport = transport;
    this.now = now;
    this.sounds = new Sounds((url) => transport.attachments.bytes(url));
    this.lists = new Lists(this);
    this.drafts = new Drafts(
      (draft) => transport.drafts.save(draft),
      (cause) => this.asking.report(cause),
    );
    this.account = new Account(transport, this.view, this.drafts, () => this.loadPage());
    this.stream = new EventStream({
      apply: (event) => this.apply(event),
      resume: (seq) => transport.shell.resume(seq),
      reload: () => this.reload(),
    });
  }

  /** The open conversation. It stays readable when it leaves the lists. */
  readonly current: Conversation | undefined = $derived.by(() => {
    const id = this.view.openId;
    if (id === '' || this.erased.has(id)) return undefined;
    const row = this.conversations.get(id);
    if (row) this.#lastOpen = row;
    return row ?? (this.#lastOpen?.id === id ? this.#lastOpen : undefined);
  });
  /** The open conversation is no longer this agent's to see. */
  readonly gone = $derived(this.view.openId !== '' && this.conversations.get(this.view.openId) === undefined);

  /** The points that the agent's conversations take. */
  readonly load = $derived(this.conversations.mine.reduce((sum, row) => sum + row.weight, 0));

  /** Begins from nothing: whatever the page knew of one workspace is not for another. */
  loadPage: () => void = () => location.reload();

  // Life

  /** Loads everything and follows the events until the returned function is called. */
  async start(): Promise<() => void> {
    const stopEvents = this.transport.onEvent((event) => this.stream.receive(event));
    const stopClock = this.now.start();
    try {
      await this.stream.start();
      // What came with the page may be older than the first event that it could hear.
      this.stream.catchUp();
      void this.asking.quietly(() => this.opening.takeNavigation());
    } catch (cause) {
      this.failed = errorText(toParleyError(cause));
    }
    return () => {
      stopEvents();
      stopClock();
    };
  }

  /** Loads everything; replaces what is here. Returns the event that is then included. */
  async reload(): Promise<number> {
    const handed = this.transport.workspace.handed();
    const boot = handed?.boot ?? (await this.transport.workspace.load());
    this.account.place = boot.place;
    this.#tellSettings(boot.settingsKept);
    if (this.account.welcome) {
      this.settings.load(boot.settings);
      this.workspace.platform = boot.platform;
      return boot.eventSeq;
    }
    // Nothing of contacts is shown, nor kept in the page, while access has ended.
    const lists = boot.connection.accessEnded
      ? { inbox: [], mine: [], drafted: [] }
      : (handed?.lists ?? (await this.transport.conversations.list()));
    this.workspace.load(boot);
    this.settings.load(boot.settings);
    this.connection.load(boot.connection);
    this.now.setOffset(boot.connection.hubOffsetMs);
    const first = !this.conversations.loaded;
    this.conversations.load(boot.me.id, [...lists.drafted, ...lists.inbox, ...lists.mine]);
    if (first) this.view.tab = lists.mine.length > 0 || lists.inbox.length === 0 ? 'mine' : 'inbox';
    this.threads.clear();
    this.opening.forget();
    this.notes.clear();
    for (const id of this.drafts.ids) this.#replaceDraft(id);
    this.quick.list = undefined;
    this.failed = '';
    if (this.view.openId !== '') void this.reading.load(this.view.openId);
    return boot.eventSeq;
  }

  /** Says once that settings could not be read, and where they are. */
  #tellSettings(kept: string): void {
    if (kept === '' || kept === this.#toldKept) return;
    this.#toldKept = kept;
    this.view.toast(m.settings_kept({ path: kept }), 'trouble', 60_000);
  }

  apply(event: ParleyEvent): void {
    switch (event.kind) {
      case 'conversations':
        this.rows.changed(event.ids);
        break;
      case 'messages':
        this.rows.messagesChanged(event.conversationId, event.ids);
        break;
      case 'notes':
        if (this.notes.follows(event.conversationId)) void this.reading.loadNotes(event.conversationId);
        break;
      case 'workspace':
        void this.asking.quietly(async () => {
          const boot = await this.transport.workspace.load();
          this.workspace.load(boot);
          this.settings.load(boot.settings);
          if (this.quick.list) this.quick.list = await this.transport.quickReplies.list();
        });
        break;
      case 'templates':
        this.templatesChanged += 1;
        break;
      case 'drafts':
        this.#replaceDraft(event.conversationId);
        break;
      case 'connection':
        void this.asking.quietly(async () => this.#takeConnection(await this.transport.workspace.connection()));
        break;
      case 'navigate':
        void this.asking.quietly(() => this.opening.takeNavigation());
        break;
      case 'refused':
        this.#refused(event);
        break;
      case 'erased':
        this.#erase(event);
        break;
      case 'sound':
        void this.asking.quietly(() =>
          this.sounds.play((event.ids[0] ?? 'none') as SoundName, this.settings.value.alerts.volume),
        );
        break;
      case 'health':
        void this.asking.quietly(async () => this.#takeHealth(await this.transport.settings.notificationHealth()));
        break;
      case 'tested':
        this.view.toast(m.alert_test_clicked());
        break;
      case 'invited':
        this.account.invited();
        break;
      case 'place':
        this.loadPage();
        break;
      case 'reset':
        break;
    }
  }

  #replaceDraft(conversationId: string): void {
    this.drafts.replace(conversationId, (id) => this.transport.drafts.load(id));
  }

  /** Puts back what another computer's draft has replaced. */
  async bringBack(conversationId: string): Promise<void> {
    await this.asking.quietly(async () => this.drafts.load(await this.transport.drafts.bringBack(conversationId)));
    this.view.wantsEditor += 1;
  }

  #takeConnection(connection: Parameters<ConnectionStore['load']>[0]): void {
    const changed = this.connection.value.accessEnded !== connection.accessEnded;
    this.connection.load(connection);
    this.now.setOffset(connection.hubOffsetMs);
    if (changed) {
      if (connection.accessEnded) this.opening.close();
      void this.stream.start().catch((cause: unknown) => this.asking.report(cause));
    }
  }

  /** Says once that notifications do not work as they should: an agent who relies on them must know. */
  #takeHealth(health: NotificationHealth): void {
    this.health = health;
    if (health.trouble !== '') {
      this.view.toast(healthText(health), 'trouble', 20_000, {
        text: m.nav_settings(),
        run: () => (this.view.dialog = { kind: 'alerts', conversationId: '' }),
      });
    }
  }

  /** Forgets a conversation whose contact was erased, and says what went with it. */
  #erase({ conversationId, unsent }: ParleyEvent): void {
    this.erased.add(conversationId);
    if (this.#lastOpen?.id === conversationId) this.#lastOpen = undefined;
    this.conversations.remove([conversationId]);
    this.threads.drop(conversationId);
    this.notes.drop(conversationId);
    this.drafts.drop(conversationId);
    this.refusals.delete(conversationId);
    if (this.view.dialog?.conversationId === conversationId) this.view.dialog = undefined;
    if (unsent) this.view.toast(m.erased_unsent(), 'plain', 20_000);
  }

  #refused(event: ParleyEvent): void {
    if (!event.refusal) return;
    // Only what was written comes back as a draft; for all else a sentence will do.
    if (event.command === 'send_message') {
      this.refusals.set(event.conversationId, event.refusal);
      this.sending.gaveBack(event.messageId);
      this.threads.get(event.conversationId)?.remove([event.messageId]);
      this.#replaceDraft(event.conversationId);
    }
    if (event.conversationId !== this.view.openId || event.command !== 'send_message') {
      const row = this.conversations.get(event.conversationId);
      if (event.command === 'end_chat' && event.refusal.code === 'news') {
        const name = row ? contactName(row.contact) : m.the_contact();
        this.view.toast(m.refused_end_news({ name }), 'trouble', 15_000);
        return;
      }
      const text = refusalText(event.refusal, row, this.now.ms, event.command === 'send_message');
      this.view.toast(row ? `${contactName(row.contact)}: ${text}` : text, 'trouble', 15_000);
    }
  }

  // What the agent changes

  /** Says whether the agent is there; text is their own word for it. */
  async setStatus(status: Presence, text: string): Promise<void> {
    await this.asking.command('', () => this.transport.workspace.setStatus(status, text));
  }

  async setAlerts(change: Partial<AlertSettings>): Promise<void> {
    await this.setSettings({ alerts: { ...this.settings.value.alerts, ...change } });
  }

  async setSettings(change: Partial<Settings>): Promise<void> {
    const next = { ...this.settings.value, ...change };
    this.settings.load(next);
    try {
      this.settings.load(await this.transport.settings.set(next));
    } catch (cause) {
      this.asking.report(cause);
    }
  }

  /** Keeps the width of a panel; 0 is as the design has it. */
  async setWidth(panel: Panel, width: number): Promise<void> {
    await this.setSettings({ [SETTING[panel]]: width });
    this.look.rest();
  }

  showSide(tab: Settings['sideTab']): void {
    this.view.sideOpen = true;
    if (this.settings.value.sideTab !== tab) void this.setSettings({ sideTab: tab });
  }

  async refresh(): Promise<void> {
    if (this.refreshing) return;
    this.refreshing = true;
    try {
      this.#takeConnection(await this.transport.workspace.refresh());
    } catch (cause) {
      this.asking.report(cause);
    } finally {
      this.refreshing = false;
    }
  }

  async copy(text: string): Promise<void> {
    try {
      await this.transport.shell.copyText(text);
      this.view.toast(m.copied(), 'plain', 2500);
    } catch (cause) {
      this.asking.report(cause);
    }
  }

  async openPhone(): Promise<void> {
    await this.asking.quietly(() => this.transport.practice.openPhone());
  }

  openLink(url: string): void {
    void this.asking.quietly(() => this.transport.shell.openLink(url));
  }
}

const KEY = Symbol('parley');

export function provideParley(parley: Parley): void {
  setContext(KEY, parley);
}

/** What a component that is mounted by itself needs around it. */
export function contextOf(parley: Parley): Map<unknown, unknown> {
  return new Map([[KEY, parley]]);
}

export function useParley(): Parley {
  return getContext<Parley>(KEY);
}

import { createRawSnippet } from 'svelte';
import { FakeShell } from '../src/lib/bridge/fake';
import type { Hook, Member } from '../src/lib/bridge/admin-types';
import type { Conversation, Disposition, Media, Message } from '../src/lib/bridge/types';
import { Asked } from '../src/lib/state/asked.svelte';
import { Parley } from '../src/lib/state/parley.svelte';
import { threadItems, type Item } from '../src/lib/state/thread-items';
import { Finder } from '../src/features/search/finder.svelte';
import { ThreadSearch } from '../src/features/thread/search.svelte';

/** The fake shell's people, with a page's stores over them: what a component that is mounted by itself lives in. */
export class World {
  readonly shell: FakeShell;
  readonly parley: Parley;
  readonly #stop: () => void;

  private constructor(shell: FakeShell, parley: Parley, stop: () => void) {
    this.shell = shell;
    this.parley = parley;
    this.#stop = stop;
  }

  static async begin(): Promise<World> {
    const shell = new FakeShell();
    const parley = new Parley(shell.transport);
    const stop = await parley.start();
    return new World(shell, parley, stop);
  }

  end(): void {
    this.#stop();
  }

  /** Opens a conversation and waits for its thread. */
  async open(id: string): Promise<Conversation> {
    this.parley.opening.open(id, { focus: false });
    await this.parley.reading.load(id);
    return this.row(id);
  }

  row(id: string): Conversation {
    return this.parley.conversations.get(id)!;
  }

  /** The first message of a kind, with or without a file. */
  message(kind: string, where: (message: Message) => boolean = () => true): Message {
    const found = this.shell.data.messages.find((message) => message.content.kind === kind && where(message));
    if (!found) throw new Error(`nobody has sent ${kind}`);
    return found;
  }

  media(kind: string, change: Partial<Media> = {}): Media {
    return { ...this.message(kind, ({ content }) => content.media !== null).content.media!, ...change };
  }

  /** What the thread shows for a message. */
  item(message: Message): Item {
    return threadItems([message], this.parley.workspace.me.id, '').find((item) => item.key === message.id)!;
  }

  /** The agent is an admin. */
  promote(): void {
    this.parley.workspace.me = { ...this.parley.workspace.me, role: 'admin' };
  }

  /** Somebody as admins see them, in the list that they come from. */
  async member(name: string): Promise<{ member: Member | undefined; people: Asked<Member[]> }> {
    const people = new Asked(() => this.parley.transport.admin.people());
    await people.load();
    return { member: people.value!.find((one) => one.name === name), people };
  }

  label(name: string): Disposition {
    return this.parley.workspace.dispositions.find((one) => one.name === name)!;
  }

  /** A disposition was retired. */
  retire(name: string): void {
    const { id } = this.label(name);
    const { workspace } = this.parley;
    workspace.dispositions = workspace.dispositions.map((one) => (one.id === id ? { ...one, hidden: true } : one));
  }

  /** A program that is told what changes. */
  hook(change: Partial<Hook>): Hook {
    return {
      id: 'h1',
      name: 'CRM',
      address: 'https://crm.ondaverde.example/in',
      tells: ['messages'],
      queueIds: [],
      offReason: '',
      offMs: 0,
      gaveUp: false,
      failures: 0,
      failingSinceMs: 0,
      holdUntilMs: 0,
      takenMs: Date.now() - 3_600_000,
      waiting: 4,
      lastFailure: '503 Service Unavailable',
      lastFailureMs: Date.now() - 60_000,
      ...change,
    };
  }

  finder(query: string): Finder {
    const finder = new Finder(this.parley);
    finder.ask(query);
    return finder;
  }

  search(): ThreadSearch {
    return new ThreadSearch(this.parley);
  }
}

/** Something to put into a component. */
export function words(text: string) {
  return createRawSnippet(() => ({ render: () => `<span>${text}</span>` }));
}

/** An element on the page to anchor something at. */
export function anchor(): HTMLElement {
  const button = document.createElement('button');
  button.textContent = 'Anchor';
  button.style.margin = '300px';
  document.body.append(button);
  return button;
}

export const nothing = () => undefined;

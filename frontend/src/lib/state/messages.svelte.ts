import { SvelteMap } from 'svelte/reactivity';
import type { Message, ThreadPage } from '../bridge/types';

/**
 * The loaded part of one thread: a run without holes, in shown order. A message replaces the whole entity unless
 * it is older than the one here.
 */
export class Thread {
  readonly conversationId: string;
  readonly #byId = new SvelteMap<string, Message>();
  #order = $state.raw<string[]>([]);
  /** Nothing older exists in the conversation at the top. */
  complete = $state(false);
  /** The contact's earlier conversations that belong above and are not here, the latest first; undefined until asked. */
  past = $state.raw<string[] | undefined>(undefined);
  /** Something older can be put on top. */
  readonly more = $derived(!this.complete || (this.past?.length ?? 0) > 0);
  /** Older messages exist at the hub, but cannot be fetched now. */
  earlier = $state(false);
  /** The run reaches the newest message, so new ones belong to it. */
  atTail = $state(true);
  /** Messages arrived behind a run that does not reach the newest one. */
  newer = $state(0);
  loaded = $state(false);

  readonly list = $derived(this.#order.map((id) => this.#byId.get(id)!));
  /** The last message that has been shown to the agent: what a send names as seen. */
  readonly lastId = $derived(this.#order.at(-1) ?? '');

  constructor(conversationId: string) {
    this.conversationId = conversationId;
  }

  get(id: string): Message | undefined {
    return this.#byId.get(id);
  }

  has(id: string): boolean {
    return this.#byId.has(id);
  }

  /** Replaces the whole run. */
  load(page: ThreadPage, atTail: boolean): void {
    const kept = new Set(page.messages.map((message) => message.id));
    for (const id of this.#order) if (!kept.has(id)) this.#byId.delete(id);
    for (const message of page.messages) this.#byId.set(message.id, message);
    this.#order = page.messages.map((message) => message.id);
    this.complete = page.complete;
    this.earlier = page.earlier;
    this.past = undefined;
    this.atTail = atTail;
    this.newer = 0;
    this.loaded = true;
  }

  /** Puts an older page on top. */
  prepend(page: ThreadPage): void {
    const fresh = page.messages.filter((message) => !this.#byId.has(message.id));
    for (const message of page.messages) this.#byId.set(message.id, message);
    this.#order = [...fresh.map((message) => message.id), ...this.#order];
    this.complete = page.complete;
    this.earlier = page.earlier;
  }

  /** Puts a newer page at the end; atTail when it reaches the newest message. */
  append(page: ThreadPage, atTail: boolean): void {
    const fresh = page.messages.filter((message) => !this.#byId.has(message.id));
    for (const message of page.messages) this.#byId.set(message.id, message);
    this.#order = [...this.#order, ...fresh.map((message) => message.id)];
    this.atTail = atTail;
    if (atTail) this.newer = 0;
  }

  /** Takes messages that arrived or changed. Unknown ones are added only where the run has their place. */
  put(messages: Message[]): void {
    let order = this.#order;
    for (const message of messages) {
      const known = this.#byId.get(message.id);
      if (known && message.version < known.version) continue;
      if (known) {
        this.#byId.set(message.id, message);
        if (place(known) !== place(message)) order = this.#insert(without(order, message.id), message);
        continue;
      }
      if (!this.loaded) continue;
      const at = this.#position(order, message);
      if (at === 0 && order.length > 0 && !this.complete) continue;
      if (at === order.length && !this.atTail) {
        this.newer += 1;
        continue;
      }
      this.#byId.set(message.id, message);
      order = order.toSpliced(at, 0, message.id);
    }
    if (order !== this.#order) this.#order = order;
  }

  /** Takes messages away that exist no more, as a send that the hub gave back. */
  remove(ids: string[]): void {
    const gone = ids.filter((id) => this.#byId.delete(id));
    if (gone.length > 0) this.#order = this.#order.filter((id) => !gone.includes(id));
  }

  #insert(order: string[], message: Message): string[] {
    return order.toSpliced(this.#position(order, message), 0, message.id);
  }

  /** Where a message belongs: behind everything of its conversation that is not later than it. */
  #position(order: string[], message: Message): number {
    let at = order.length;
    while (at > 0 && isLater(this.#byId.get(order[at - 1]!)!, message)) at -= 1;
    return at;
  }
}

/** Order within a conversation: the hub's number; what is only on this computer comes last. */
function place(message: Message): number {
  return message.no === 0 ? Infinity : message.no;
}

function isLater(a: Message, b: Message): boolean {
  if (a.conversationId !== b.conversationId) return false;
  return place(a) === place(b) ? a.sentMs > b.sentMs : place(a) > place(b);
}

function without(order: string[], id: string): string[] {
  return order.filter((other) => other !== id);
}

/** Threads by conversation; the ones used longest ago are let go. */
export class Threads {
  readonly #byId = new SvelteMap<string, Thread>();
  static readonly kept = 12;

  get(conversationId: string): Thread | undefined {
    return this.#byId.get(conversationId);
  }

  /** The thread of a conversation, made if needed, and now the one used last. */
  use(conversationId: string): Thread {
    const thread = this.#byId.get(conversationId) ?? new Thread(conversationId);
    this.#byId.delete(conversationId);
    this.#byId.set(conversationId, thread);
    const oldest = this.#byId.keys().next().value;
    if (this.#byId.size > Threads.kept && oldest !== undefined) this.#byId.delete(oldest);
    return thread;
  }

  drop(conversationId: string): void {
    this.#byId.delete(conversationId);
  }

  clear(): void {
    this.#byId.clear();
  }
}

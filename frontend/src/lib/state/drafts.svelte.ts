import { SvelteMap } from 'svelte/reactivity';
import type { Attachment, Draft } from '../bridge/types';

export const SAVE_AFTER_MS = 200;
/** So long after a key the agent is typing: what another computer has written waits. */
export const TYPING_MS = 3000;

type Load = (conversationId: string) => Promise<Draft>;

function emptyDraft(conversationId: string): Draft {
  return { conversationId, text: '', replyTo: '', attachments: [], savedMs: 0 };
}

/**
 * What the agent has typed and not sent, per conversation. What is here is newer than what is stored: an edit is
 * saved within 250 ms, saves of one conversation never overtake each other, and `flush` ends the wait.
 */
export class Drafts {
  readonly #byId = new SvelteMap<string, Draft>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  readonly #saving = new Map<string, Promise<void>>();
  readonly #typedMs = new Map<string, number>();
  readonly #reloads = new Map<string, { timer: ReturnType<typeof setTimeout>; load: Load }>();
  readonly #save: (draft: Draft) => Promise<void>;
  readonly #onError: (cause: unknown) => void;

  constructor(save: (draft: Draft) => Promise<void>, onError: (cause: unknown) => void = () => undefined) {
    this.#save = save;
    this.#onError = onError;
  }

  /** Undefined until loaded. */
  find(conversationId: string): Draft | undefined {
    return this.#byId.get(conversationId);
  }

  get(conversationId: string): Draft {
    return this.#byId.get(conversationId) ?? emptyDraft(conversationId);
  }

  /** Takes the stored draft, unless the agent has already begun to type a newer one. */
  load(draft: Draft): void {
    if (this.#timers.has(draft.conversationId) || this.#saving.has(draft.conversationId)) return;
    this.#byId.set(draft.conversationId, draft);
  }

  /**
   * Another draft stands, of another computer: takes it once the agent does not type. A draft that was never loaded is
   * loaded when its conversation is opened.
   */
  replace(conversationId: string, load: Load): void {
    if (!this.#byId.has(conversationId)) return;
    clearTimeout(this.#reloads.get(conversationId)?.timer);
    const wait = Math.max(0, (this.#typedMs.get(conversationId) ?? -Infinity) + TYPING_MS - Date.now());
    const busy = this.#timers.has(conversationId) || this.#saving.has(conversationId);
    if (wait > 0 || busy) {
      const timer = setTimeout(() => this.replace(conversationId, load), Math.max(wait, SAVE_AFTER_MS));
      this.#reloads.set(conversationId, { timer, load });
      return;
    }
    this.#reloads.delete(conversationId);
    const turn = this.get(conversationId);
    void load(conversationId)
      .then((draft) => {
        // Not what was typed while it was read.
        if (this.get(conversationId) === turn) this.load(draft);
      })
      .catch((cause: unknown) => this.#onError(cause));
  }

  /** The conversations whose drafts are here. */
  get ids(): string[] {
    return [...this.#byId.keys()];
  }

  edit(conversationId: string, change: Partial<Pick<Draft, 'text' | 'replyTo' | 'attachments'>>): void {
    // Who goes on typing has seen what was replaced.
    const { replaced: _, ...now } = this.get(conversationId);
    this.#byId.set(conversationId, { ...now, ...change });
    this.#typedMs.set(conversationId, Date.now());
    clearTimeout(this.#timers.get(conversationId));
    this.#timers.set(
      conversationId,
      setTimeout(() => void this.flush(conversationId), SAVE_AFTER_MS),
    );
  }

  addAttachments(conversationId: string, added: Attachment[]): void {
    this.edit(conversationId, { attachments: [...this.get(conversationId).attachments, ...added] });
  }

  /** A draft has been sent, and the stored one is empty: what was typed in the meantime stays. */
  sent(draft: Draft): void {
    const { conversationId } = draft;
    const now = this.get(conversationId);
    if (now.savedMs !== draft.savedMs) return; // another one has been loaded
    if (now !== draft) {
      const sent = new Set(draft.attachments.map((one) => one.id));
      this.edit(conversationId, {
        text: now.text.startsWith(draft.text) ? now.text.slice(draft.text.length) : now.text,
        replyTo: now.replyTo === draft.replyTo ? '' : now.replyTo,
        attachments: now.attachments.filter((one) => !sent.has(one.id)),
      });
      return;
    }
    this.#byId.set(conversationId, { ...emptyDraft(conversationId), savedMs: draft.savedMs });
    this.#typedMs.delete(conversationId);
    const waits = this.#reloads.get(conversationId);
    if (waits) this.replace(conversationId, waits.load); // an empty editor takes it at once
  }

  /** Forgets a draft whose contact was erased: it is not saved any more. */
  drop(conversationId: string): void {
    clearTimeout(this.#timers.get(conversationId));
    clearTimeout(this.#reloads.get(conversationId)?.timer);
    for (const kept of [this.#timers, this.#reloads, this.#typedMs, this.#byId]) kept.delete(conversationId);
  }

  /** Empties the draft and saves that at once: the agent has no use for it. */
  async clear(conversationId: string): Promise<void> {
    this.edit(conversationId, { text: '', replyTo: '', attachments: [] });
    await this.flush(conversationId);
  }

  /** Saves now what waits to be saved; resolves when everything of the conversation is stored. */
  async flush(conversationId: string): Promise<void> {
    const timer = this.#timers.get(conversationId);
    if (timer !== undefined) {
      clearTimeout(timer);
      this.#timers.delete(conversationId);
      const draft = this.get(conversationId);
      const before = this.#saving.get(conversationId) ?? Promise.resolve();
      const saving = before.then(() => this.#save(draft)).catch((cause: unknown) => this.#onError(cause));
      this.#saving.set(conversationId, saving);
      void saving.then(() => {
        if (this.#saving.get(conversationId) === saving) this.#saving.delete(conversationId);
      });
    }
    await this.#saving.get(conversationId);
  }

  async flushAll(): Promise<void> {
    await Promise.all([...this.#timers.keys()].map((id) => this.flush(id)));
  }
}

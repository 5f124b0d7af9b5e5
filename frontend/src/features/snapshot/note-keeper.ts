import type { NoteDraft } from '../../lib/bridge/types';
import { SAVE_AFTER_MS } from '../../lib/state/drafts.svelte';

/** Keeps a note on the disk while it is written: within 250 ms of a key, and never two saves at once. */
export class NoteKeeper {
  readonly #save: (draft: NoteDraft) => Promise<void>;
  readonly #onError: (cause: unknown) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving = Promise.resolve();

  constructor(save: (draft: NoteDraft) => Promise<void>, onError: (cause: unknown) => void) {
    this.#save = save;
    this.#onError = onError;
  }

  /** Keeps what is written soon. */
  soon(draft: NoteDraft): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.now(draft), SAVE_AFTER_MS);
  }

  /** Keeps what is written; without text there is nothing to be kept any more. */
  now(draft: NoteDraft): void {
    this.rest();
    this.#saving = this.#saving.then(() => this.#save(draft)).catch(this.#onError);
  }

  /** Keeps nothing more, and resolves when what was to be kept is: the note is saved, or given up. */
  rest(): Promise<void> {
    clearTimeout(this.#timer);
    return this.#saving;
  }
}

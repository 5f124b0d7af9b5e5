import { toParleyError } from '../bridge/errors';
import type { Outcome, QuickReply } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import { errorText, refusalText } from '../words';
import type { Parley } from './parley.svelte';

type Parts = Pick<Parley, 'asking' | 'now' | 'transport'>;

/** The quick replies of everybody and of the agent. */
export class QuickReplies {
  readonly #of: Parts;
  /** undefined until they are asked for. */
  list = $state.raw<QuickReply[] | undefined>(undefined);

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Loads the quick replies unless they are here. */
  async load(): Promise<void> {
    if (this.list) return;
    await this.#of.asking.quietly(async () => (this.list = await this.#of.transport.quickReplies.list()));
  }

  /** Resolves to why it was not saved, "" when it was. */
  save(reply: QuickReply): Promise<string> {
    return this.#change(reply.shortcut, () => this.#of.transport.quickReplies.save(reply));
  }

  delete(id: string): Promise<string> {
    return this.#change('', () => this.#of.transport.quickReplies.delete(id));
  }

  async #change(shortcut: string, act: () => Promise<Outcome>): Promise<string> {
    try {
      const { state, refusal } = await act();
      if (state === 'refused') {
        if (refusal?.code === 'conflict') return m.quick_taken({ shortcut });
        if (refusal?.code === 'invalid') return m.quick_invalid();
        return refusalText(refusal, undefined, this.#of.now.ms, false);
      }
      this.list = await this.#of.transport.quickReplies.list();
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }
}

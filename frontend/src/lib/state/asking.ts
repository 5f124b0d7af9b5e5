import { toParleyError } from '../bridge/errors';
import type { Outcome } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import { errorText, refusalText } from '../words';
import type { Parley } from './parley.svelte';

type Parts = Pick<Parley, 'conversations' | 'now' | 'rows' | 'view'>;

/** Carries what the agent wants to the shell, and says in a sentence what came of it. */
export class Asking {
  readonly #of: Parts;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Runs a command and says what came of it; undefined when it could not even be asked for. */
  async command(conversationId: string, act: () => Promise<Outcome>, silent = false): Promise<Outcome | undefined> {
    try {
      const outcome = await act();
      if (outcome.state === 'refused') {
        // What was written comes back by an event, with its own words.
        if (outcome.refusal?.code !== 'news') {
          this.#of.view.toast(
            refusalText(outcome.refusal, this.#of.conversations.get(conversationId), this.#of.now.ms),
            'trouble',
          );
        }
        await this.#of.rows.refetch(conversationId);
      }
      if (outcome.state === 'waiting' && !silent) this.#of.view.toast(m.waits_here());
      return outcome;
    } catch (cause) {
      this.report(cause);
      return undefined;
    }
  }

  /** Runs a command that a dialogue waits for. Resolves to why it was not done, "" when it was. */
  async explained(change: () => Promise<Outcome>): Promise<string> {
    try {
      const outcome = await change();
      return outcome.state === 'refused' ? refusalText(outcome.refusal, undefined, this.#of.now.ms, false) : '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  /** Runs something whose failure is worth a sentence and nothing more. */
  async quietly(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
    } catch (cause) {
      this.report(cause);
    }
  }

  /** Says in a sentence what did not work. */
  report(cause: unknown): void {
    const error = toParleyError(cause);
    // The agent, or the end of the application, called it off.
    if (error.code === 'cancelled') return;
    this.#of.view.toast(errorText(error), 'trouble');
  }
}

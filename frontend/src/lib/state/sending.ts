import { toParleyError } from '../bridge/errors';
import type { Card, FilledTemplate, Location, Outcome } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import { channelName, errorText, refusalText } from '../words';
import type { Parley } from './parley.svelte';

/** How often the shell hears of keys at most; it says less. */
const TYPING_MS = 3000;

type Parts = Pick<
  Parley,
  | 'asking'
  | 'conversations'
  | 'drafts'
  | 'now'
  | 'reading'
  | 'refusals'
  | 'threads'
  | 'transport'
  | 'view'
  | 'workspace'
>;

/** What goes to the contact, and what colleagues are told while it is written. */
export class Sending {
  readonly #of: Parts;
  /** Sends that the hub gave back. */
  readonly #returned = new Set<string>();
  /** In which conversation what is being written, "" when nothing is, and when that was last said. */
  #typed = '';
  #typedMs = 0;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /**
   * Sends the draft. Resolves to whether it left the editor; what was typed stays when it did not. A text that is too long
   * for one message goes as several once the agent agrees.
   */
  async send(id: string, inParts = false): Promise<boolean> {
    await this.#of.drafts.flush(id);
    const draft = this.#of.drafts.get(id);
    const thread = this.#of.threads.use(id);
    try {
      this.#of.refusals.delete(id);
      const sent = await this.#of.transport.thread.send(id, draft, this.#seen(id), inParts);
      this.#of.drafts.sent(draft);
      if (!thread.atTail) await this.#of.reading.load(id);
      // The hub can have given it back already.
      thread.put(sent.filter((message) => !this.#returned.has(message.id)));
      return true;
    } catch (cause) {
      const { code, details } = toParleyError(cause);
      const { parts = 0 } = (details ?? {}) as { parts?: number };
      if (code === 'text_too_long' && parts > 1) this.#askParts(id, parts);
      else this.#of.asking.report(cause);
      return false;
    }
  }

  #askParts(id: string, count: number): void {
    const { conversations, view, workspace } = this.#of;
    const channel = channelName(workspace.channelOf(conversations.get(id)?.touchpointId ?? ''));
    view.ask({
      title: m.ask_parts(),
      text: m.ask_parts_text({ channel, count }),
      confirm: m.ask_parts_send({ count }),
      onconfirm: () => void this.send(id, true).then(() => (view.wantsEditor += 1)),
    });
  }

  /** The hub gave a send back: it is a draft again. */
  gaveBack(messageId: string): void {
    this.#returned.add(messageId);
  }

  async resolve(conversationId: string, messageId: string, sendAgain: boolean): Promise<void> {
    const outcome = await this.#of.asking.command(conversationId, () =>
      this.#of.transport.thread.resolve(messageId, sendAgain),
    );
    if (outcome) {
      await this.#of.asking.quietly(async () =>
        this.#of.threads.get(conversationId)?.put(await this.#of.transport.thread.messages([messageId])),
      );
    }
  }

  /** Puts an emoji on a message, or takes ours away with "". */
  async react(conversationId: string, messageId: string, emoji: string): Promise<void> {
    await this.#of.asking.command(conversationId, () => this.#of.transport.thread.react(messageId, emoji), true);
  }

  template(id: string, filled: FilledTemplate): Promise<string> {
    return this.#sendKind(id, (seen) => this.#of.transport.templates.send(id, filled, seen));
  }

  location(id: string, at: Location): Promise<string> {
    return this.#sendKind(id, (seen) => this.#of.transport.thread.sendLocation(id, at, seen));
  }

  card(id: string, card: Card): Promise<string> {
    return this.#sendKind(id, (seen) => this.#of.transport.thread.sendCards(id, [card], seen));
  }

  /** Keys are pressed. The shell says it to colleagues, and to the contact if it may, not too often. */
  typing(conversationId: string, note = false): void {
    const what = `${conversationId} ${note}`;
    if (!this.#of.view.focused || (what === this.#typed && this.#typedMs + TYPING_MS > this.#of.now.ms)) return;
    this.#typed = what;
    this.#typedMs = this.#of.now.ms;
    void this.#of.transport.thread.typing(conversationId, note).catch(() => undefined);
  }

  /** What was written is sent, saved or given up: colleagues need not wait until they are told so. */
  stopped(conversationId: string): void {
    if (this.#typed === '') return;
    this.#typed = '';
    void this.#of.transport.thread.stopped(conversationId).catch(() => undefined);
  }

  /** The last message that the agent has seen: what a send names. */
  #seen(conversationId: string): string {
    return this.#of.threads.use(conversationId).list.findLast((message) => message.no > 0)?.id ?? '';
  }

  /** Sends something that is not the draft's. Resolves to why it was not sent, "" when it was. */
  async #sendKind(conversationId: string, act: (seen: string) => Promise<Outcome>): Promise<string> {
    try {
      const outcome = await act(this.#seen(conversationId));
      if (outcome.state === 'refused') {
        return refusalText(outcome.refusal, this.#of.conversations.get(conversationId), this.#of.now.ms, false);
      }
      const thread = this.#of.threads.get(conversationId);
      if (thread && !thread.atTail) await this.#of.reading.load(conversationId);
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }
}

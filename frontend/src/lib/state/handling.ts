import { toParleyError } from '../bridge/errors';
import { m } from '../paraglide/messages.js';
import { contactName, errorText, refusalText } from '../words';
import type { Parley } from './parley.svelte';

type Parts = Pick<
  Parley,
  | 'asking'
  | 'conversations'
  | 'drafts'
  | 'lists'
  | 'load'
  | 'now'
  | 'opening'
  | 'rows'
  | 'showSide'
  | 'transport'
  | 'view'
  | 'workspace'
>;

/** What an agent does with a conversation as a whole: take it, hand it on, end it, wrap it up. */
export class Handling {
  readonly #of: Parts;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  async assign(id: string): Promise<void> {
    const outcome = await this.#of.asking.command(id, () => this.#of.transport.conversations.assign(id));
    if (!outcome) return;
    if (outcome.state === 'done') {
      await this.#of.rows.refetch(id);
      this.#of.view.tab = 'mine';
      this.#of.opening.open(id);
      const { capacity } = this.#of.workspace.me;
      if (capacity > 0 && this.#of.load > capacity)
        this.#of.view.toast(m.load_over({ points: this.#of.load, capacity }));
    }
  }

  /** Lets a conversation that is offered go to the next agent. */
  async reject(id: string): Promise<void> {
    await this.#of.asking.command(id, () => this.#of.transport.conversations.reject(id));
    await this.#of.rows.refetch(id);
  }

  /** Gives a conversation to an agent or into a queue. Resolves to why it was not done, "" when it was. */
  async transfer(id: string, to: { agentId: string; queueId: string; name: string }, note: string): Promise<string> {
    const order = this.#of.lists.order;
    try {
      const outcome = await this.#of.transport.conversations.transfer(id, to.agentId, to.queueId, note);
      if (outcome.state === 'refused') {
        await this.#of.rows.refetch(id);
        return refusalText(outcome.refusal, this.#of.conversations.get(id), this.#of.now.ms, false);
      }
      await this.#handedOn(id, note);
      this.#of.view.toast(m.transferred_done({ to: to.name }), 'plain', 5000);
      if (this.#of.view.openId === id) this.#of.opening.next(id, order);
      await this.#of.rows.refetch(id);
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  async sendToInbox(id: string, note: string): Promise<void> {
    const order = this.#of.lists.order;
    const row = this.#of.conversations.get(id);
    const outcome = await this.#of.asking.command(id, () => this.#of.transport.conversations.sendToInbox(id, note));
    if (!outcome || outcome.state === 'refused') return;
    if (outcome.state === 'done' && row) {
      this.#of.view.toast(m.sent_to_inbox_done({ name: contactName(row.contact) }), 'plain', 5000);
    }
    await this.#handedOn(id, note);
    this.#of.opening.next(id, order);
    await this.#of.rows.refetch(id);
  }

  /** A draft that went along as a note has done its work. One that did not, and files, which a note cannot have, stay. */
  async #handedOn(id: string, note: string): Promise<void> {
    const draft = this.#of.drafts.get(id).text.trim();
    if (draft === '' || !note.includes(draft)) return;
    this.#of.drafts.edit(id, { text: '', replyTo: '' });
    await this.#of.drafts.flush(id);
  }

  async endChat(id: string): Promise<void> {
    const order = this.#of.lists.order;
    const row = this.#of.conversations.get(id);
    const wrapUp = row ? (this.#of.workspace.touchpoint(row.touchpointId)?.wrapUp ?? false) : false;
    const outcome = await this.#of.asking.command(id, () => this.#of.transport.conversations.endChat(id), true);
    if (!outcome || outcome.state === 'refused') return;
    await this.#of.rows.refetch(id);
    if (wrapUp && this.#of.conversations.get(id)?.status === 'wrap_up') {
      this.#of.showSide('snapshot');
      this.#of.view.wantsDisposition += 1;
      return;
    }
    this.#of.opening.next(id, order);
  }

  /** Takes an End Chat back that still rests, and shows the conversation again. */
  async undoEndChat(id: string): Promise<void> {
    const outcome = await this.#of.asking.command(id, () => this.#of.transport.conversations.undoEndChat(id));
    if (outcome?.state !== 'done') return;
    await this.#of.rows.refetch(id);
    const row = this.#of.conversations.get(id);
    if (!row) return;
    this.#of.view.tab = 'mine';
    this.#of.opening.open(id);
    this.#of.view.toast(m.resting_undone({ name: contactName(row.contact) }), 'plain', 4000);
  }

  async submitWrapUp(id: string, dispositionId: string): Promise<void> {
    const order = this.#of.lists.order;
    const outcome = await this.#of.asking.command(id, () =>
      this.#of.transport.conversations.submitWrapUp(id, dispositionId),
    );
    if (outcome && outcome.state !== 'refused') this.#of.opening.next(id, order);
  }

  async dismissWrapUp(id: string): Promise<void> {
    const order = this.#of.lists.order;
    const outcome = await this.#of.asking.command(id, () => this.#of.transport.conversations.dismissWrapUp(id));
    if (outcome && outcome.state !== 'refused') this.#of.opening.next(id, order);
  }
}

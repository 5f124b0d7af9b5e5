import { toParleyError } from '../bridge/errors';
import type { Contact, Conversation } from '../bridge/types';
import { m } from '../paraglide/messages.js';
import { errorText, mergeRefusal } from '../words';
import type { Parley } from './parley.svelte';

/** How long an undo is offered. */
const UNDO_MS = 10_000;

type Parts = Pick<Parley, 'asking' | 'reading' | 'rows' | 'transport' | 'view'>;

/** What is known of contacts: their data, who they are the same person as, and what was noted. */
export class Contacts {
  readonly #of: Parts;

  constructor(parts: Parts) {
    this.#of = parts;
  }

  /** Merges two contacts, and offers to undo it. Resolves to why it was not done, "" when it was. */
  async merge(conversationId: string, keptId: string, mergedId: string): Promise<string> {
    try {
      const outcome = await this.#of.transport.snapshot.merge(keptId, mergedId);
      if (outcome.state === 'refused') return mergeRefusal(outcome.refusal);
      await this.#of.rows.refetch(conversationId);
      this.#of.view.toast(m.merged(), 'plain', UNDO_MS, {
        text: m.undo(),
        run: () => void this.undoMerge(conversationId, mergedId),
      });
      return '';
    } catch (cause) {
      return errorText(toParleyError(cause));
    }
  }

  async undoMerge(conversationId: string, mergedId: string): Promise<boolean> {
    try {
      const outcome = await this.#of.transport.snapshot.undoMerge(mergedId);
      const done = outcome.state !== 'refused';
      this.#of.view.toast(done ? m.unmerged() : mergeRefusal(outcome.refusal), done ? 'plain' : 'trouble');
      await this.#of.rows.refetch(conversationId);
      return done;
    } catch (cause) {
      this.#of.asking.report(cause);
      return false;
    }
  }

  async dismissSuggestion(conversationId: string, contactId: string): Promise<void> {
    await this.#of.asking.command(conversationId, () => this.#of.transport.snapshot.dismissSuggestion(contactId), true);
    await this.#of.rows.refetch(conversationId);
  }

  async update(conversation: Conversation, contact: Contact): Promise<boolean> {
    const outcome = await this.#of.asking.command(conversation.id, () =>
      this.#of.transport.snapshot.updateContact(contact),
    );
    await this.#of.rows.refetch(conversation.id);
    return outcome !== undefined && outcome.state !== 'refused';
  }

  async saveNote(conversationId: string, noteId: string, text: string): Promise<boolean> {
    const outcome = await this.#of.asking.command(conversationId, () =>
      this.#of.transport.snapshot.saveNote(conversationId, noteId, text),
    );
    await this.#of.reading.loadNotes(conversationId);
    return outcome !== undefined && outcome.state !== 'refused';
  }
}

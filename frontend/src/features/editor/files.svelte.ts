import type { Attachment } from '../../lib/bridge/types';
import { m } from '../../lib/paraglide/messages.js';
import type { Parley } from '../../lib/state/parley.svelte';

/** The files of a draft: chosen, pasted, dropped, and taken away again. */
export class Files {
  readonly #parley: Parley;
  readonly #conversationId: string;
  /** Names of those that are being taken in. */
  adding = $state.raw<string[]>([]);

  constructor(parley: Parley, conversationId: string) {
    this.#parley = parley;
    this.#conversationId = conversationId;
  }

  get #attachments(): Attachment[] {
    return this.#parley.drafts.get(this.#conversationId).attachments;
  }

  async pick(): Promise<void> {
    try {
      const added = await this.#parley.transport.attachments.pick(this.#conversationId);
      if (added.length > 0) this.#parley.drafts.addAttachments(this.#conversationId, added);
    } catch (cause) {
      this.#parley.asking.report(cause);
    }
  }

  paste(event: ClipboardEvent): void {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    void this.#upload(files);
  }

  drop(event: DragEvent): void {
    const items = [...(event.dataTransfer?.items ?? [])].filter((item) => item.kind === 'file');
    if (items.length === 0) return;
    event.preventDefault();
    const folders = items.filter((item) => item.webkitGetAsEntry()?.isDirectory);
    if (folders.length > 0) this.#parley.view.toast(m.drop_folder(), 'trouble');
    const files = items.filter((item) => !folders.includes(item)).map((item) => item.getAsFile());
    void this.#upload(files.filter((file) => file !== null));
  }

  async #upload(files: File[]): Promise<void> {
    const { drafts, transport } = this.#parley;
    for (const file of files) {
      this.adding = [...this.adding, file.name];
      try {
        drafts.addAttachments(this.#conversationId, [await transport.attachments.upload(this.#conversationId, file)]);
      } catch (cause) {
        this.#parley.asking.report(cause);
      }
      this.adding = this.adding.filter((other) => other !== file.name);
    }
  }

  remove(attachment: Attachment): void {
    this.#parley.drafts.edit(this.#conversationId, {
      attachments: this.#attachments.filter((other) => other.id !== attachment.id),
    });
    void this.#parley.transport.attachments.remove(attachment.id).catch(() => undefined);
  }

  asDocument(attachment: Attachment): void {
    this.#parley.drafts.edit(this.#conversationId, {
      attachments: this.#attachments.map((other) =>
        other.id === attachment.id ? { ...other, kind: 'document', refusal: '' } : other,
      ),
    });
  }
}

import { tick } from 'svelte';
import type { QuickReply } from '../../lib/bridge/types';
import { fill, places, slashed } from '../../lib/quick';
import { toggleMark } from '../../lib/text/format';

/** What a field is given: the draft's text, and what changes it. */
interface Text {
  get(): string;
  set(text: string): void;
}

/** The text field of the editor: where its caret is, and what is put there without being typed. */
export class Field {
  area: HTMLTextAreaElement | undefined = $state();
  caret = $state(0);
  /** A "/" that was left alone: the list of quick replies stays away until another text is there. */
  #leftAlone = $state('');
  readonly #text: Text;

  /** The "/" with what follows it at the caret, while a quick reply is looked for. */
  readonly slash = $derived.by(() => {
    const text = this.#text.get();
    return text === this.#leftAlone ? undefined : slashed(text, Math.min(this.caret, text.length));
  });

  constructor(text: Text) {
    this.#text = text;
  }

  focus(): void {
    this.area?.focus();
  }

  /** Keeps where the caret is. */
  follow(): void {
    this.caret = this.area?.selectionEnd ?? 0;
  }

  /** Puts a text in the place of what is selected. */
  insert(inserted: string): void {
    if (!this.area) return;
    const at = this.area.selectionStart;
    const text = this.#text.get();
    this.#change(text.slice(0, at) + inserted + text.slice(this.area.selectionEnd), at + inserted.length);
  }

  /** Puts WhatsApp's marks around what is selected, or takes them away. */
  format(mark: string): void {
    if (!this.area) return;
    const change = toggleMark(this.#text.get(), this.area.selectionStart, this.area.selectionEnd, mark);
    this.#change(change.text, change.start, change.end);
  }

  /** Opens the list of quick replies as if "/" had been typed on a new line. */
  openQuick(): void {
    if (this.slash) return this.focus();
    const before = this.#text.get().slice(0, this.caret);
    this.insert(before === '' || before.endsWith('\n') ? '/' : '\n/');
    this.#leftAlone = '';
  }

  /** Leaves a "/" as it is. */
  leaveAlone(): void {
    this.#leftAlone = this.#text.get();
  }

  /** Puts a quick reply in the place of what was typed behind "/", and selects the first place that is not filled. */
  insertQuick(reply: QuickReply, values: Record<string, string>): void {
    const text = this.#text.get();
    const start = this.slash?.start ?? this.caret;
    const filled = fill(reply.text, values);
    const place = places(filled)[0] ?? { start: filled.length, end: filled.length };
    this.#change(text.slice(0, start) + filled + text.slice(this.caret), start + place.start, start + place.end);
  }

  /** Selects the next place of a quick reply that is not filled; false when there is none. */
  nextPlace(): boolean {
    const next = places(this.#text.get()).find((place) => place.start >= this.caret);
    if (!next) return false;
    this.#select(next.start, next.end);
    return true;
  }

  #change(text: string, start: number, end = start): void {
    this.#text.set(text);
    void tick().then(() => this.#select(start, end));
  }

  #select(start: number, end: number): void {
    this.focus();
    this.area?.setSelectionRange(start, end);
    this.caret = end;
  }
}

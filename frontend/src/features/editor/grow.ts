/**
 * Keeps a text area as high as its text, within what its style allows. The text is measured in a copy around which nothing
 * stands: to find out by the area's own height would lay out the whole thread twice with every key.
 */
export class Grower {
  readonly #area: HTMLTextAreaElement;
  readonly #copy: HTMLTextAreaElement;
  readonly #observer = new ResizeObserver(() => this.measure(this.#area.value));
  #height = 0;

  /** The area's parent must be positioned, and as wide as the area. */
  constructor(area: HTMLTextAreaElement) {
    this.#area = area;
    this.#copy = document.createElement('textarea');
    this.#copy.className = area.className;
    this.#copy.rows = 1;
    this.#copy.tabIndex = -1;
    this.#copy.ariaHidden = 'true';
    this.#copy.disabled = true;
    Object.assign(this.#copy.style, {
      position: 'absolute',
      insetBlockStart: '0',
      insetInlineStart: '0',
      height: '0',
      minHeight: '0',
      visibility: 'hidden',
      pointerEvents: 'none',
    });
    area.parentElement!.append(this.#copy);
    // Another width has other lines.
    this.#observer.observe(area);
  }

  measure(text: string): void {
    this.#copy.value = text;
    const height = this.#copy.scrollHeight;
    if (height === this.#height) return;
    this.#height = height;
    this.#area.style.height = `${height}px`;
  }

  destroy(): void {
    this.#observer.disconnect();
    this.#copy.remove();
  }
}

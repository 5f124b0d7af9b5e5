/**
 * Keeps a text area as high as its text, within what its style allows. The text is measured in a copy around which nothing
 * stands: to find out by the area's own height would lay out the whole thread twice with every key.
 */
export class Grower {
  readonly #area: HTMLTextAreaElement;
  readonly #copy: HTMLTextAreaElement;
  /** Another width has other lines. A height is what is set here: to answer it would go round in a circle. */
  readonly #observer = new ResizeObserver(([entry]) => {
    if (!entry || entry.contentRect.width === this.#width) return;
    this.#width = entry.contentRect.width;
    this.measure(this.#area.value);
  });
  #width = 0;
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

/** How large a picture is shown, and which part of it. */
export class Zoom {
  static readonly most = 8;
  static readonly #step = 1.5;

  scale = $state(1);
  #x = $state(0);
  #y = $state(0);
  readonly transform = $derived(
    this.scale === 1 ? undefined : `translate(${this.#x}px, ${this.#y}px) scale(${this.scale})`,
  );

  /** The whole picture in the window. */
  fit(): void {
    this.scale = 1;
    this.#x = this.#y = 0;
  }

  toggle(): void {
    if (this.scale > 1) this.fit();
    else this.scale = 2;
  }

  /** So many steps nearer, or farther with a negative number. */
  by(steps: number): void {
    const scale = Math.min(Zoom.most, this.scale * Zoom.#step ** steps);
    if (scale < 1.05) return this.fit();
    // What is in the middle stays there.
    this.#x *= scale / this.scale;
    this.#y *= scale / this.scale;
    this.scale = scale;
  }

  wheel(event: WheelEvent): void {
    event.preventDefault();
    this.by(event.deltaY < 0 ? 0.5 : -0.5);
  }

  grab(event: PointerEvent): void {
    if (this.scale > 1) (event.currentTarget as Element).setPointerCapture(event.pointerId);
  }

  drag(event: PointerEvent): void {
    if (this.scale === 1 || !(event.currentTarget as Element).hasPointerCapture(event.pointerId)) return;
    this.#x += event.movementX;
    this.#y += event.movementY;
  }
}

/** So long after a key another one is expected. */
export const TYPING_MS = 200;
/** The first part of that in which no key follows yet, so that something else can be drawn. */
const BREATH_MS = 40;

/**
 * What arrives is drawn between the keys of an agent who types, never between a key and its letter. A key that is
 * expected is waited for, and nothing waits longer than TYPING_MS after the last one.
 */
export class KeysFirst {
  #pressedMs = -Infinity;
  #paintedMs = -Infinity;
  readonly #passing = new Set<() => void>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  /** Watches the keys of a window, for as long as it lives. */
  watch(page: Window): void {
    page.addEventListener('keydown', () => this.pressed((painted) => afterPaint(page, painted)), { capture: true });
  }

  /** A key was pressed; `paint` calls back once its frame was drawn. */
  pressed(paint: (painted: () => void) => void): void {
    this.#pressedMs = this.#nowMs();
    paint(() => {
      this.#paintedMs = this.#nowMs();
      for (const pass of this.#passing) pass();
      this.#passing.clear();
    });
  }

  /** Resolves at a moment at which drawing keeps no letter waiting. */
  pass(): Promise<void> {
    const now = this.#nowMs();
    const rest = this.#pressedMs + TYPING_MS - now;
    const drawn = this.#paintedMs >= this.#pressedMs;
    if (rest <= 0 || (drawn && now - this.#paintedMs < BREATH_MS)) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#passing.delete(pass);
        resolve();
      }, rest);
      const pass = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#passing.add(pass);
    });
  }
}

export const keysFirst = new KeysFirst();

/** A frame callback runs before its frame is drawn, a message that it posts after that. */
function afterPaint(page: Window, painted: () => void): void {
  page.requestAnimationFrame(() => {
    const drawn = new MessageChannel();
    drawn.port1.onmessage = () => {
      drawn.port1.close();
      painted();
    };
    drawn.port2.postMessage(null);
  });
}

/**
 * The one clock of the page, in the hub's time. Everything that shows time left or a relative day derives from
 * `ms`, so that a window closes by the clock even when nothing else happens.
 */
export class Now {
  /** The hub's time, to the second. */
  ms = $state(0);

  readonly #clock: () => number;
  #offsetMs = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param clock this computer's clock; tests pass their own */
  constructor(clock: () => number = Date.now) {
    this.#clock = clock;
    this.tick();
  }

  /** Start of the hub's minute: for texts that need no seconds. */
  readonly minute = $derived(Math.floor(this.ms / 60_000) * 60_000);

  /** Corrects this computer's clock by what the hub told. */
  setOffset(ms: number): void {
    this.#offsetMs = ms;
    this.tick();
  }

  tick(): void {
    this.ms = this.#clock() + this.#offsetMs;
  }

  /** Ticks just after each full second until the returned function is called. */
  start(): () => void {
    const beat = () => {
      this.tick();
      this.#timer = setTimeout(beat, 1000 - (this.ms % 1000) + 5);
    };
    beat();
    return () => clearTimeout(this.#timer);
  }
}

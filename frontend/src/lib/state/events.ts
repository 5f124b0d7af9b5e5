import type { ParleyEvent, Resumed } from '../bridge/types';

export interface EventSink {
  apply(event: ParleyEvent): void;
  resume(seq: number): Promise<Resumed>;
  /** Loads everything again and returns the seq that is then included. */
  reload(): Promise<number>;
}

/**
 * Puts events in order: 1, 2, 3 … each once. A gap asks the shell for what was missed; when it no longer knows,
 * everything is loaded again. Events that arrive meanwhile wait.
 */
export class EventStream {
  #seq = 0;
  #waiting: ParleyEvent[] = [];
  #busy = true;
  readonly #sink: EventSink;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  get seq(): number {
    return this.#seq;
  }

  /** Loads everything for the first time; events that arrived before wait for it. */
  async start(): Promise<void> {
    await this.#reload();
  }

  /** Asks for what was missed before anybody listened. */
  catchUp(): void {
    if (!this.#busy) void this.#resume();
  }

  receive(event: ParleyEvent): void {
    this.#waiting.push(event);
    if (!this.#busy) this.#drain();
  }

  #drain(): void {
    this.#waiting.sort((a, b) => a.seq - b.seq);
    for (;;) {
      const next = this.#waiting[0];
      if (!next) return;
      if (next.seq > this.#seq + 1) {
        void this.#resume();
        return;
      }
      this.#waiting.shift();
      if (next.seq <= this.#seq) continue;
      this.#seq = next.seq;
      if (next.kind === 'reset') {
        void this.#reload().catch(() => undefined);
        return;
      }
      this.#sink.apply(next);
    }
  }

  async #resume(): Promise<void> {
    this.#busy = true;
    try {
      const missed = await this.#sink.resume(this.#seq);
      if (missed.reset) {
        await this.#reload();
        return;
      }
      const known = new Set(this.#waiting.map((event) => event.seq));
      this.#waiting.push(...missed.events.filter((event) => event.seq > this.#seq && !known.has(event.seq)));
      // The shell has told all it knows: what is still missing will never come.
      if (!this.#whole()) {
        await this.#reload();
        return;
      }
    } catch {
      // The next event finds the gap again.
      this.#busy = false;
      return;
    }
    this.#busy = false;
    this.#drain();
  }

  /** Reports whether everything that waits follows without a gap. */
  #whole(): boolean {
    this.#waiting.sort((a, b) => a.seq - b.seq);
    let next = this.#seq + 1;
    for (const { seq } of this.#waiting) {
      if (seq > next) return false;
      next = Math.max(next, seq + 1);
    }
    return true;
  }

  async #reload(): Promise<void> {
    this.#busy = true;
    try {
      this.#seq = await this.#sink.reload();
    } finally {
      this.#busy = false;
    }
    this.#drain();
  }
}

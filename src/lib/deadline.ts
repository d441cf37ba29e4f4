/**
 * The moment by which a request is answered, on the monotonic clock, and whether the request has begun work that may
 * write. The answer to a late request depends on that: without such work nothing was written, and nothing will be.
 *
 * | state | enters | leaves |
 * |---|---|---|
 * | waiting | when it is made; `putDown` | `takeUp` → at work; its time is up → over |
 * | at work | `takeUp`, while there is time | `putDown` → waiting |
 * | over | its time is up while it waits; `end` | – |
 */
export class Deadline {
  /** On the clock of `performance.now()`. */
  readonly atMs: number;
  readonly #nowMs: () => number;
  #isAtWork = false;
  #hasEnded = false;

  /** `nowMs` is monotonic; tests move it. */
  constructor(ms: number, nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
    this.atMs = nowMs() + ms;
  }

  /** Milliseconds left; 0 when the time is up. */
  get leftMs(): number {
    return this.#hasEnded ? 0 : Math.max(0, this.atMs - this.#nowMs());
  }

  /**
   * Notes that work begins which may write, or the wait for what the request's key has written to become durable. False
   * when the time is up: then it must not begin.
   */
  takeUp(): boolean {
    if (this.leftMs === 0) return false;
    this.#isAtWork = true;
    return true;
  }

  /** Notes that this work has ended and written nothing. */
  putDown(): void {
    this.#isAtWork = false;
  }

  /** Ends the time, and says whether the request may have written something, or may write it still. */
  end(): 'nothing written' | 'at work' {
    this.#hasEnded = true;
    return this.#isAtWork ? 'at work' : 'nothing written';
  }
}

import { clockErrorMs } from '../../observe/judgement.ts';
import type { Clock, Timer } from '../../ports/clock.ts';

/**
 * The cluster's time. Objects carry times of the API server and of the nodes; how long something is so may be counted by
 * them only, not by the clock of the machine on which the agent happens to run (agent-and-kubernetes.md 7, row 14). Learned
 * from the dates of the API server's answers; until the first one it is the machine's own clock.
 */
export class ClusterClock implements Clock {
  readonly #own: Clock;
  #offsetMs = 0;

  constructor(own: Clock) {
    this.#own = own;
  }

  /** An answer came that was sent in the second that begins at `serverMs`; it takes time, so a small difference is none. */
  learn(serverMs: number): void {
    const offsetMs = serverMs + 500 - this.#own.nowMs();
    if (Math.abs(offsetMs) <= clockErrorMs) this.#offsetMs = 0;
    else if (Math.abs(offsetMs - this.#offsetMs) > clockErrorMs) this.#offsetMs = offsetMs;
  }

  nowMs(): number {
    return this.#own.nowMs() + this.#offsetMs;
  }

  /** The same moment by the machine's own clock. */
  toOwnMs(clusterMs: number): number {
    return clusterMs - this.#offsetMs;
  }

  monotonicMs(): number {
    return this.#own.monotonicMs();
  }

  after(ms: number, run: () => void): Timer {
    return this.#own.after(ms, run);
  }
}

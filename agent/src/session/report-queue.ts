import type { Observed } from '../ports/executor.ts';
import { isFinal, reportId } from './to-report.ts';

/** Above so many waiting reports, only the newest of each run is kept (agent-and-kubernetes.md 4.3). */
export const mostReports = 10_000;

interface Waiting {
  readonly observed: Observed;
  /** When it was sent last, by the monotonic clock; null: not in this session. */
  sentAtMs: number | null;
}

/**
 * Reports that the control plane has not acknowledged, in the order in which they happened. Everything in it can be
 * derived again from the executor, so it may be lost at any moment.
 */
export class ReportQueue {
  readonly #waiting = new Map<string, Waiting>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Those that were sent in this session. */
  get inFlight(): number {
    let sent = 0;
    for (const { sentAtMs } of this.#waiting.values()) if (sentAtMs !== null) sent += 1;
    return sent;
  }

  /** Adds a state of a run. The same state again changes nothing. */
  add(observed: Observed): void {
    const id = reportId(observed);
    if (this.#waiting.has(id)) return;
    this.#waiting.set(id, { observed, sentAtMs: null });
    if (this.#waiting.size > mostReports) this.#merge();
  }

  /** Takes off what was acknowledged; null: it was already. */
  acknowledge(id: string): Observed | null {
    const found = this.#waiting.get(id);
    this.#waiting.delete(id);
    return found?.observed ?? null;
  }

  /** Forgets everything about a run, such as reports of an attempt that a newer one has replaced. */
  drop(uuid: string): void {
    for (const [id, { observed }] of this.#waiting) if (observed.run.uuid === uuid) this.#waiting.delete(id);
  }

  /** The oldest reports that were not sent in this session, or so long ago that the answer must be lost. At most `most`. */
  due(nowMs: number, resendMs: number, most: number): readonly Observed[] {
    const due: Observed[] = [];
    for (const { observed, sentAtMs } of this.#waiting.values()) {
      if (sentAtMs !== null && nowMs - sentAtMs < resendMs) continue;
      due.push(observed);
      if (due.length === most) break;
    }
    return due;
  }

  markSent(observed: Observed, nowMs: number): void {
    const found = this.#waiting.get(reportId(observed));
    if (found !== undefined) found.sentAtMs = nowMs;
  }

  /** A new session knows nothing of what was sent in the one before. */
  unsend(): void {
    for (const waiting of this.#waiting.values()) waiting.sentAtMs = null;
  }

  /** Keeps the newest of each run; a final one is the newest of its attempt by nature. */
  #merge(): void {
    const newest = new Map<string, string>();
    for (const [id, { observed }] of this.#waiting) newest.set(observed.run.uuid, id);
    for (const [id, { observed }] of this.#waiting) {
      if (newest.get(observed.run.uuid) !== id && !isFinal(observed)) this.#waiting.delete(id);
    }
  }
}

import { randomUUID } from 'node:crypto';
import type { ToAgent } from '@tandem/proto';
import type { AgentSessions, Held, SessionAgent } from '../../ports/agent-sessions.ts';
import type { Clock } from '../../ports/clock.ts';
import type { WakeUps } from '../../ports/wake-ups.ts';

export interface InventoryDeps {
  readonly store: AgentSessions;
  readonly clock: Clock;
  readonly wakeUps: WakeUps;
  readonly agent: SessionAgent;
  readonly send: (body: NonNullable<ToAgent['body']>) => boolean;
  /** Called when a comparison wrote commands. */
  readonly onCommands: () => void;
}

/** Between two inventories of one session (agent-and-kubernetes.md 4.3). */
const roundMs = 300_000;
/** What we do not know must still be there after this, before it is removed. */
const secondLookMs = 60_000;
/** More than this in one inventory is not an agent of ours. */
const mostItems = 100_000;

/** Asks an agent for what it holds, now and then, and has it compared with what we believe. */
export class InventoryRounds {
  readonly #deps: InventoryDeps;
  #requestId = '';
  #items: Held[] = [];
  #unknown: ReadonlySet<string> = new Set();
  #cancel: () => void = () => undefined;

  constructor(deps: InventoryDeps) {
    this.#deps = deps;
  }

  /** Starts a round. A round that is never answered is replaced by the next. */
  ask(): void {
    this.#requestId = randomUUID();
    this.#items = [];
    this.#deps.send({ $case: 'inventory', value: { id: this.#requestId } });
    this.#again(roundMs);
  }

  /** Takes a part of an answer. Parts of another round are of no use any more. */
  async take(requestId: string, items: readonly Held[], more: boolean): Promise<void> {
    if (requestId !== this.#requestId || this.#items.length + items.length > mostItems) return;
    this.#items.push(...items);
    if (more) return;
    const held = this.#items.splice(0);
    this.#requestId = '';
    const reconciled = await this.#deps.store.reconcile(this.#deps.agent, held, this.#unknown);
    this.#unknown = reconciled.unknown;
    this.#deps.wakeUps.wake(reconciled.moved.map((uuid) => `run:${uuid}`));
    if (reconciled.commands > 0) this.#deps.onCommands();
    if (reconciled.unknown.size > 0) this.#again(secondLookMs);
  }

  stop(): void {
    this.#cancel();
  }

  #again(ms: number): void {
    this.#cancel();
    this.#cancel = this.#deps.clock.after(ms, () => this.ask());
  }
}

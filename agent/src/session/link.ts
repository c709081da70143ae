import type {
  Command,
  FromAgent,
  InventoryChunk,
  OpenStream,
  Reject,
  ReportAck,
  ToAgent,
  Welcome,
} from '@tandem/proto';
import type { AgentCommand, Answer } from '../commands/command.ts';
import { toCommand } from '../commands/command.ts';
import type { Timer } from '../ports/clock.ts';
import type { Channel, Closed } from '../ports/control-plane.ts';
import { inventory } from './inventory.ts';
import { Outgoing } from './outgoing.ts';
import { CommandParts } from './parts.ts';
import type { ReportQueue } from './report-queue.ts';
import {
  features,
  protocol,
  resendMs,
  type SessionOptions,
  stage1Editions,
  welcomeLimitMs,
} from './session-options.ts';
import { toReport } from './to-report.ts';

/** What a link needs from the session that it belongs to. */
export interface LinkOptions extends SessionOptions {
  readonly reports: ReportQueue;
  readonly handledUpTo: () => bigint;
  readonly freeCapacity: () => number;
  readonly onWelcome: (welcome: Welcome) => void;
  readonly onCommand: (command: AgentCommand) => void;
  readonly onReportAck: (ack: ReportAck) => void;
  readonly onOpenStream: (order: OpenStream, sessionId: string) => void;
  readonly onDrain: () => void;
  /** Called once. */
  readonly onEnd: (end: LinkEnd) => void;
}

/** Why a link ended. */
export type LinkEnd =
  | { readonly kind: 'closed'; readonly closed: Closed }
  | { readonly kind: 'silent' }
  | { readonly kind: 'rejected'; readonly reject: Reject };

/** About how many bytes of reports go into one message; a single one may be larger. */
const batchBytes = 1024 * 1024;
const batchReports = 200;
const mostInventories = 4;

/**
 * One connection from Hello to its end. Everything that must outlive it belongs to the session. Messages of another
 * epoch than the one welcomed are from a dead session and are not read.
 */
export class Link {
  readonly #options: LinkOptions;
  readonly #channel: Channel;
  readonly #outgoing: Outgoing;
  readonly #parts = new CommandParts();
  readonly #inventories: string[] = [];
  readonly #chunks: InventoryChunk[] = [];
  #welcome: Welcome | null = null;
  #serverOffsetMs = 0;
  #heardAtMs: number;
  #readingInventory = false;
  #ended = false;
  readonly #timers = new Set<Timer>();

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#heardAtMs = options.clock.monotonicMs();
    this.#channel = options.controlPlane.dial({
      onMessage: (message) => this.#receive(message),
      onDrain: () => this.#outgoing.drained(),
      onClose: (closed) => this.#end({ kind: 'closed', closed }),
    });
    this.#outgoing = new Outgoing(this.#channel, () => this.#more());
    this.#outgoing.sendLatest({ $case: 'hello', value: this.#hello() });
    this.#every(welcomeLimitMs, () => {
      if (this.#welcome === null) this.#end({ kind: 'silent' });
    });
  }

  /** Sends what an own command came to; its effect is durable by now. */
  answer(command: AgentCommand, answer: Answer): void {
    const why = answer.kind === 'rejected' || answer.kind === 'retry' ? answer : { reason: '', message: '' };
    this.#outgoing.acknowledge({
      commandId: command.id,
      seq: command.seq,
      outcome: answer.kind,
      reason: why.reason,
      message: this.#options.clean(why.message),
      retryAfterMs: answer.kind === 'retry' ? answer.afterMs : 0,
      verdict: undefined,
    });
  }

  /** There are new reports, or the free capacity changed. */
  flush(): void {
    if (this.#welcome !== null) this.#outgoing.flush();
  }

  sendCredits(freeCapacity: number): void {
    if (this.#welcome !== null) this.#outgoing.sendLatest({ $case: 'credits', value: { freeCapacity } });
  }

  get idle(): boolean {
    return this.#outgoing.idle;
  }

  /** Ends the connection; `onEnd` is not called any more. */
  close(): void {
    this.#ended = true;
    this.#letGo();
  }

  #receive(message: ToAgent): void {
    if (this.#ended || message.body === undefined) return;
    this.#heardAtMs = this.#options.clock.monotonicMs();
    const { body } = message;
    if (body.$case === 'reject') this.#end({ kind: 'rejected', reject: body.value });
    else if (body.$case === 'welcome') this.#onWelcome(body.value);
    else if (this.#welcome !== null && (message.epoch === 0n || message.epoch === this.#welcome.epoch))
      this.#dispatch(body, this.#welcome);
  }

  #dispatch(body: NonNullable<ToAgent['body']>, { sessionId }: Welcome): void {
    switch (body.$case) {
      case 'command':
        this.#onCommand(body.value);
        break;
      case 'part': {
        const whole = this.#parts.add(body.value);
        if (whole !== null) this.#onCommand(whole);
        break;
      }
      case 'reportAck':
        this.#options.onReportAck(body.value);
        break;
      case 'inventory':
        this.#askInventory(body.value.id);
        break;
      case 'openStream':
        this.#options.onOpenStream(body.value, sessionId);
        break;
      case 'drain':
        this.#options.onDrain();
        break;
      default:
        // A heartbeat has said all by having come; of trust there is none yet, which is legal (trust.md 10).
        break;
    }
  }

  #onCommand(command: Command): void {
    this.#options.onCommand(toCommand(command));
  }

  /** A second Welcome on one connection is a repeat. */
  #onWelcome(welcome: Welcome): void {
    if (this.#welcome !== null) return;
    this.#welcome = welcome;
    this.#serverOffsetMs = Number(welcome.serverTimeMs) - this.#options.clock.nowMs();
    this.#outgoing.useEpoch(welcome.epoch);
    this.#options.reports.unsend();
    const heartbeatMs = Math.max(1, welcome.heartbeatSeconds) * 1000;
    this.#every(heartbeatMs, () => {
      const silentMs = this.#options.clock.monotonicMs() - this.#heardAtMs;
      if (silentMs > 3 * heartbeatMs) this.#end({ kind: 'silent' });
      else this.#sendHeartbeat();
    });
    this.#every(resendMs, () => this.#outgoing.flush());
    this.#options.onWelcome(welcome);
    this.#sendHeartbeat();
    this.#askInventory('');
  }

  #sendHeartbeat(): void {
    const { clock, freeCapacity } = this.#options;
    this.#outgoing.sendLatest({
      $case: 'heartbeat',
      value: { atMs: BigInt(Math.round(clock.nowMs())), auditHead: undefined, freeCapacity: freeCapacity() },
    });
  }

  /** What is sent when nothing more urgent waits: inventory, then reports that are due. */
  #more(): NonNullable<FromAgent['body']> | null {
    if (this.#welcome === null) return null;
    const chunk = this.#chunks.shift();
    if (chunk !== undefined) return { $case: 'inventory', value: chunk };
    void this.#readInventory();
    return this.#reportBatch();
  }

  #reportBatch(): NonNullable<FromAgent['body']> | null {
    const { reports, clock, clean } = this.#options;
    const nowMs = clock.monotonicMs();
    const batch = [];
    let bytes = 0;
    for (const observed of reports.due(nowMs, resendMs, batchReports)) {
      const report = toReport(observed, clean, this.#serverOffsetMs);
      const size = report.outputs.length + report.message.length + report.artifacts.length * 200 + 200;
      if (batch.length > 0 && bytes + size > batchBytes) break;
      bytes += size;
      batch.push(report);
      reports.markSent(observed, nowMs);
    }
    return batch.length === 0 ? null : { $case: 'reports', value: { reports: batch } };
  }

  #askInventory(id: string): void {
    if (this.#inventories.length < mostInventories) this.#inventories.push(id);
    this.#outgoing.flush();
  }

  /** Reads one inventory at a time; its chunks wait until they can be sent. Never rejects. */
  async #readInventory(): Promise<void> {
    const id = this.#inventories[0];
    if (id === undefined || this.#readingInventory) return;
    this.#readingInventory = true;
    try {
      for await (const chunk of inventory(id, this.#options.executor)) this.#chunks.push(chunk);
    } catch (error) {
      // Not answered: the control plane asks again every few minutes.
      this.#options.log.warn({ problem: String(error) }, 'the inventory could not be read');
      this.#chunks.length = 0;
    }
    this.#inventories.shift();
    this.#readingInventory = false;
    if (!this.#ended) this.#outgoing.flush();
  }

  #hello(): Extract<NonNullable<FromAgent['body']>, { $case: 'hello' }>['value'] {
    const { facts, executor, memory, handledUpTo } = this.#options;
    return {
      agentId: facts.agentId,
      instanceId: facts.instanceId,
      protocolMin: protocol.min,
      protocolMax: protocol.max,
      version: facts.version,
      bootTimeMs: BigInt(Math.round(facts.bootTimeMs)),
      clusterUid: facts.clusterUid,
      kinds: [...executor.kinds],
      namespaces: [...facts.namespaces],
      connections: [...facts.connections],
      artifactsStore: facts.artifactsStore,
      capacity: facts.capacity,
      maxInFlight: facts.maxInFlight,
      lastCommandSeq: handledUpTo(),
      lastEpoch: memory.lastEpoch(),
      features: [...features],
      stage1Editions: [...stage1Editions],
      keyThumbprint: facts.keyThumbprint,
      policySha256: facts.policySha256,
      trustVersion: 0n,
      queueLevels: {},
      auditHead: undefined,
    };
  }

  /** Repeats until the link ends. */
  #every(ms: number, run: () => void): void {
    const arm = (): void => {
      const timer = this.#options.clock.after(ms, () => {
        this.#timers.delete(timer);
        if (this.#ended) return;
        run();
        if (!this.#ended) arm();
      });
      this.#timers.add(timer);
    };
    arm();
  }

  #end(end: LinkEnd): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#letGo();
    this.#options.onEnd(end);
  }

  #letGo(): void {
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#outgoing.close();
    this.#channel.close();
  }
}

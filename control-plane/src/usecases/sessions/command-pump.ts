import { Command, type ToAgent } from '@tandem/proto';
import type { AgentSessions, OutgoingCommand, SessionAgent } from '../../ports/agent-sessions.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { WakeUps } from '../../ports/wake-ups.ts';
import type { Channel } from './channel.ts';
import { TurnPace } from './turn-pace.ts';

/** Makes the credential that a run's process uses towards the control plane. */
export type MintRunToken = (run: { readonly uuid: string; readonly attempt: number }) => Promise<string>;

export interface PumpDeps {
  readonly store: AgentSessions;
  readonly wakeUps: WakeUps;
  readonly clock: Clock;
  readonly log: Log;
  readonly mintRunToken: MintRunToken;
  readonly agent: SessionAgent;
  readonly channel: Channel;
  readonly send: (body: NonNullable<ToAgent['body']>) => boolean;
  readonly maxInFlight: number;
}

/** Most runs admitted in one transaction. */
const admitBatch = 50;
/** A command without an answer for this long is sent again; the agent folds repeats. */
const resendMs = 10_000;
/** The safety net under the wake-ups: a lost notification delays a start by at most this. */
const netMs = 5_000;
/** Above this a command travels in parts, so that a heartbeat never waits behind it. */
const partBytes = 512 * 1024;

/**
 * Moves queued runs to the agent while it has room, and its commands onto the channel while it takes them.
 * One turn at a time; a wake-up during a turn makes another one follow.
 */
export class CommandPump {
  readonly #deps: PumpDeps;
  readonly #inFlight = new Map<number, number>();
  readonly #pace: TurnPace;
  #highest = 0;
  /** What the agent said last of its room. Null: nothing said yet, and the database's count decides alone. */
  #free: number | null = null;
  /** The last look found as many commands in flight as there may be. */
  #isHeldUp = false;
  #running = false;
  #again = false;
  #stopped = false;
  #cancelNet: () => void;

  constructor(deps: PumpDeps) {
    this.#deps = deps;
    this.#pace = new TurnPace(deps.clock);
    this.#cancelNet = deps.clock.after(netMs, () => this.#net());
  }

  /** Something may be there to do. */
  wake(): void {
    this.#again = true;
    if (this.#running || this.#stopped) return;
    this.#running = true;
    this.#turns()
      .catch((error: unknown) => {
        this.#deps.log.error({ error, agent: this.#deps.agent.name }, 'commands could not be sent; the session ends');
        this.#deps.channel.close();
      })
      .finally(() => {
        this.#running = false;
      });
  }

  /** The agent's own count of its room; 0 pauses admission until it says more. */
  setFree(free: number): void {
    const grew = free > (this.#free ?? 0);
    this.#free = free;
    if (grew) this.wake();
  }

  /**
   * Commands that need no answer any more. Most answers accept a start and leave nothing to do; only where commands wait
   * for room in flight, or a run was not taken and makes room on the agent, is it worth a look.
   */
  answered(seqs: readonly number[], wereAllTaken: boolean): void {
    for (const seq of seqs) this.#inFlight.delete(seq);
    if (this.#isHeldUp || !wereAllTaken) this.wake();
  }

  stop(): void {
    this.#stopped = true;
    this.#cancelNet();
  }

  async #turns(): Promise<void> {
    while (this.#again && !this.#stopped) {
      await this.#pace.turn();
      this.#again = false;
      await this.#admit();
      await this.#sendOpen();
    }
  }

  async #admit(): Promise<void> {
    if (this.#free === 0) return;
    const admitted = await this.#deps.store.admit(this.#deps.agent, admitBatch);
    if (admitted.length === 0) return;
    this.#deps.wakeUps.wake(admitted.map((run) => `run:${run.uuid}`));
    if (admitted.length === admitBatch) this.#again = true;
  }

  async #sendOpen(): Promise<void> {
    const room = this.#deps.maxInFlight - this.#inFlight.size;
    this.#isHeldUp = room <= 0;
    if (room <= 0) return;
    const commands = await this.#deps.store.openCommands(this.#deps.agent.id, this.#highest, room);
    for (const outgoing of commands) {
      if (this.#stopped) return;
      await this.#sendOne(outgoing);
    }
    if (commands.length === room) this.#again = true;
  }

  async #sendOne({ seq, command }: OutgoingCommand): Promise<void> {
    if (command.body?.$case === 'start') {
      command.body.value.runToken = await this.#deps.mintRunToken({ uuid: command.runUuid, attempt: command.attempt });
    }
    this.#highest = Math.max(this.#highest, seq);
    this.#inFlight.set(seq, this.#deps.clock.nowMs());
    const bytes = Command.encode(command).finish();
    if (bytes.length <= partBytes) await this.#push({ $case: 'command', value: command });
    else await this.#sendParts(command.id, bytes);
  }

  async #sendParts(commandId: string, bytes: Uint8Array): Promise<void> {
    for (let index = 0; index * partBytes < bytes.length; index += 1) {
      const data = Buffer.from(bytes.subarray(index * partBytes, (index + 1) * partBytes));
      const more = (index + 1) * partBytes < bytes.length;
      await this.#push({ $case: 'part', value: { commandId, index, more, data } });
    }
  }

  async #push(body: NonNullable<ToAgent['body']>): Promise<void> {
    if (!this.#deps.send(body)) await this.#deps.channel.drained();
  }

  /** Every few seconds: look again, and send again what has waited too long for its answer. */
  #net(): void {
    if (this.#stopped) return;
    const late = this.#deps.clock.nowMs() - resendMs;
    // From the first open command on: the database knows which are open, also those put off by the agent.
    const overdue = [...this.#inFlight.values()].some((sentAt) => sentAt <= late);
    if (overdue || this.#inFlight.size === 0) {
      this.#inFlight.clear();
      this.#highest = 0;
    }
    this.wake();
    this.#cancelNet = this.#deps.clock.after(netMs, () => this.#net());
  }
}

import type { CommandAck, FromAgent, Hello, Report, ToAgent } from '@tandem/proto';
import type { AgentSessions, Held, Replica, SessionAgent } from '../../ports/agent-sessions.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { WakeUps } from '../../ports/wake-ups.ts';
import type { Channel } from './channel.ts';
import { CommandPump, type MintRunToken } from './command-pump.ts';
import { InventoryRounds } from './inventory-rounds.ts';
import { TurnPace } from './turn-pace.ts';

export interface SessionDeps {
  readonly store: AgentSessions;
  readonly wakeUps: WakeUps;
  readonly clock: Clock;
  readonly log: Log;
  readonly replica: Replica;
  readonly mintRunToken: MintRunToken;
}

/** Protocol numbers that this control plane speaks. */
export const protocol = { min: 1, max: 1 } as const;

/** What this control plane can do beside the protocol: connections to ports of runs. */
const features: readonly string[] = ['forward'];

const heartbeatSeconds = 10;
const leaseSeconds = 30;

/** A session holds at most this many messages unread; above it, its channel should read no further. */
export const inboxLimit = 256;

/**
 * The control plane's end of one agent's session, from its first message to its end.
 *
 * It keeps nothing that the database does not have: a session that dies loses no run and no command, and the next one,
 * on whichever replica, goes on from the rows (ARCHITECTURE.md, invariant 6). Every message of the agent may arrive
 * twice or never; answers are idempotent, and what is not answered is sent again.
 */
export class AgentSession {
  readonly #deps: SessionDeps;
  readonly #agentId: number;
  readonly #channel: Channel;
  readonly #pace: TurnPace;
  #agent: SessionAgent | null = null;
  #pump: CommandPump | null = null;
  #inventory: InventoryRounds | null = null;
  #sessionId = '';
  #features: readonly string[] = [];
  #inbox: FromAgent[] = [];
  #working: Promise<void> | null = null;
  #closed = false;
  #heardAtMs: number;
  #undo: (() => void)[] = [];

  constructor(deps: SessionDeps, agentId: number, channel: Channel) {
    this.#deps = deps;
    this.#agentId = agentId;
    this.#channel = channel;
    this.#pace = new TurnPace(deps.clock);
    this.#heardAtMs = deps.clock.nowMs();
    this.#scheduleLiveness();
  }

  get id(): string {
    return this.#sessionId;
  }

  get agentId(): number {
    return this.#agentId;
  }

  get isOpen(): boolean {
    return this.#agent !== null && !this.#closed;
  }

  /** Whether the agent has said that it can do this. */
  can(feature: string): boolean {
    return this.#features.includes(feature);
  }

  /** How many messages wait to be handled: the channel stops reading above `inboxLimit`. */
  get backlog(): number {
    return this.#inbox.length;
  }

  /** Takes one message; resolves when all that came so far is handled. An outage of the store ends the session. */
  receive(message: FromAgent): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#heardAtMs = this.#deps.clock.nowMs();
    this.#inbox.push(message);
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  /** Asks the agent to dial again, elsewhere: this replica goes away. Commands in flight are still answered here. */
  drain(reason: string): void {
    this.#pump?.stop();
    this.send({ $case: 'drain', value: { reason } });
  }

  /** Ends the session from our side, with a reason that the agent can act on. */
  reject(reason: string, message: string, terminal: boolean): void {
    this.send({ $case: 'reject', value: { reason, message, terminal, retryAfterMs: terminal ? 0 : 1000 } });
    this.close();
  }

  /** Frees what the session holds. Safe to call again; the lease is given back unless a newer session has it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const undo of this.#undo.splice(0)) undo();
    this.#pump?.stop();
    this.#inventory?.stop();
    this.#channel.close();
    const agent = this.#agent;
    if (agent === null) return;
    this.#deps.store.close(agent.id, agent.epoch).catch((error: unknown) => {
      this.#deps.log.warn({ error, agent: agent.name }, 'the lease of a session was not given back; it ends by itself');
    });
  }

  /** Sends one message under the session's epoch; false when the buffer is full. */
  send(body: NonNullable<ToAgent['body']>): boolean {
    return this.#channel.send({ epoch: BigInt(this.#agent?.epoch ?? 0), body });
  }

  async #work(): Promise<void> {
    try {
      while (this.#inbox.length > 0 && !this.#closed) {
        await this.#pace.turn();
        await this.#handle(this.#inbox.splice(0));
      }
    } catch (error) {
      this.#deps.log.error(
        { error, agentId: this.#agentId },
        'a session ended because its messages could not be handled',
      );
      this.close();
    }
  }

  /** Handles what arrived since the last turn at once: one transaction for all answers, one for all reports. */
  async #handle(batch: readonly FromAgent[]): Promise<void> {
    const acks: CommandAck[] = [];
    const reports: Report[] = [];
    for (const { epoch, body } of batch) {
      if (body?.$case === 'hello') await this.#open(body.value);
      // An older epoch is an older session of this agent, or a message that was on its way for too long.
      if (this.#agent === null || Number(epoch) !== this.#agent.epoch || body === undefined) continue;
      if (body.$case === 'ack') acks.push(body.value);
      else if (body.$case === 'reports') reports.push(...body.value.reports);
      else await this.#handleOne(body, this.#agent);
    }
    const agent = this.#agent;
    if (agent === null) return;
    if (acks.length > 0) await this.#takeAcks(agent, acks);
    if (reports.length > 0) await this.#takeReports(agent, reports);
  }

  async #handleOne(body: NonNullable<FromAgent['body']>, agent: SessionAgent): Promise<void> {
    switch (body.$case) {
      case 'heartbeat':
        if (await this.#isFenced(agent)) return;
        this.#pump?.setFree(body.value.freeCapacity);
        return;
      case 'credits':
        this.#pump?.setFree(body.value.freeCapacity);
        return;
      case 'inventory': {
        const items = body.value.items.map(
          (item): Held => ({ uuid: item.runUuid, attempt: item.attempt, status: item.status, final: item.final }),
        );
        await this.#inventory?.take(body.value.requestId, items, body.value.more);
        return;
      }
      default:
        // Blobs and audit entries come with signing; an older agent's unknown message is harmless.
        return;
    }
  }

  async #open(hello: Hello): Promise<void> {
    if (this.#agent !== null) return; // A repeated Hello: the Welcome was sent.
    if (hello.protocolMin > protocol.max || hello.protocolMax < protocol.min) {
      this.reject(
        'ProtocolUnsupported',
        `This control plane speaks protocol ${protocol.min} to ${protocol.max}.`,
        true,
      );
      return;
    }
    const opened = await this.#deps.store.open(this.#agentId, hello, this.#deps.replica);
    if (opened.kind === 'refused') {
      this.reject('Revoked', 'This agent no longer exists.', true);
      return;
    }
    const agent = { id: this.#agentId, epoch: opened.epoch, name: opened.agentName };
    this.#agent = agent;
    this.#sessionId = opened.sessionId;
    this.#features = hello.features;
    this.send({
      $case: 'welcome',
      value: {
        sessionId: opened.sessionId,
        epoch: BigInt(opened.epoch),
        leaseSeconds,
        heartbeatSeconds,
        protocol: Math.min(protocol.max, hello.protocolMax),
        serverTimeMs: BigInt(Math.round(this.#deps.clock.nowMs())),
        features: [...features],
        auditHead: undefined,
      },
    });
    this.#start(agent, hello);
  }

  #start(agent: SessionAgent, hello: Hello): void {
    const send = (body: NonNullable<ToAgent['body']>): boolean => this.send(body);
    const { wakeUps } = this.#deps;
    const pump = new CommandPump({
      ...this.#deps,
      agent,
      channel: this.#channel,
      send,
      maxInFlight: hello.maxInFlight,
    });
    this.#pump = pump;
    this.#inventory = new InventoryRounds({ ...this.#deps, agent, send, onCommands: () => pump.wake() });
    this.#undo.push(wakeUps.on(`agent:${agent.id}`, () => pump.wake()));
    for (const topic of [`session:${agent.id}`, `revoked:${agent.id}`]) {
      this.#undo.push(wakeUps.on(topic, () => this.#checkFence(agent)));
    }
    // Whoever held the agent's session before finds out at once instead of at its next heartbeat.
    wakeUps.wake([`session:${agent.id}`]);
    this.#inventory.ask();
    pump.wake();
    this.#scheduleHeartbeat();
    this.#deps.log.info({ agent: agent.name, epoch: agent.epoch, version: hello.version }, 'agent connected');
  }

  async #isFenced(agent: SessionAgent): Promise<boolean> {
    if (this.#closed) return true;
    if ((await this.#deps.store.touch(agent.id, agent.epoch)) === 'live') return false;
    this.reject('Fenced', 'Another session of this agent has begun, or the agent was deleted.', false);
    return true;
  }

  #checkFence(agent: SessionAgent): void {
    this.#isFenced(agent).catch((error: unknown) => {
      this.#deps.log.warn(
        { error, agent: agent.name },
        'a session could not check whether it is the present one; its next heartbeat will',
      );
    });
  }

  async #takeAcks(agent: SessionAgent, acks: readonly CommandAck[]): Promise<void> {
    const moved = await this.#deps.store.acknowledge(agent, acks);
    this.#deps.wakeUps.wake(moved.map((uuid) => `run:${uuid}`));
    const wereAllTaken = acks.every((ack) => ack.outcome === 'accepted' || ack.outcome === 'already');
    this.#pump?.answered(
      acks.map((ack) => Number(ack.seq)),
      wereAllTaken,
    );
  }

  async #takeReports(agent: SessionAgent, reports: readonly Report[]): Promise<void> {
    const moved = await this.#deps.store.report(agent, reports);
    this.send({ $case: 'reportAck', value: { reportIds: reports.map((report) => report.id) } });
    this.#deps.wakeUps.wake(moved.map((uuid) => `run:${uuid}`));
    // An ended run makes room for the next.
    if (reports.some((report) => report.final)) this.#pump?.wake();
  }

  #scheduleHeartbeat(): void {
    this.#every(heartbeatSeconds * 1000, () => {
      const atMs = BigInt(Math.round(this.#deps.clock.nowMs()));
      this.send({ $case: 'heartbeat', value: { atMs, auditHead: undefined, freeCapacity: 0 } });
    });
  }

  /** A stream that is open but silent is dead: proxies keep such streams for hours. */
  #scheduleLiveness(): void {
    this.#every(leaseSeconds * 1000, () => {
      if (this.#deps.clock.nowMs() - this.#heardAtMs >= leaseSeconds * 1000) this.close();
    });
  }

  #every(ms: number, action: () => void): void {
    let cancel = (): void => undefined;
    const turn = (): void => {
      action();
      if (!this.#closed) cancel = this.#deps.clock.after(ms, turn);
    };
    cancel = this.#deps.clock.after(ms, turn);
    this.#undo.push(() => cancel());
  }
}

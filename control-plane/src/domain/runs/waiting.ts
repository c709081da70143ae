import { closedGates, type Gate, isDone, isReason, ON_CLUSTER, reasons, type Status } from '@tandem/shared/lifecycle';

/** What the database knows about why a run is where it is. Times are ISO-8601. */
export interface WaitingFacts {
  readonly status: Status;
  readonly reason: string;
  readonly message: string;
  /** When the run entered its status. */
  readonly since: string;
  readonly gates: number;
  readonly managedBy: 'agent' | 'user' | 'cli';
  readonly agent: AgentFacts | null;
  readonly queue: QueueFacts | null;
  /** Runs of the same agent that leave before this one. */
  readonly ahead: number;
}

export interface AgentFacts {
  readonly name: string;
  readonly status: 'offline' | 'online' | 'silent';
  readonly firstSeenAt: string | null;
  readonly lastSeenAt: string | null;
  readonly capacity: number;
  /** Runs that its cluster holds or may still hold. */
  readonly held: number;
}

export interface QueueFacts {
  readonly name: string;
  readonly isPaused: boolean;
  readonly concurrency: number | null;
  readonly held: number;
}

/** One answer to "why does it wait?", for people and for machines. */
export interface WaitingReason {
  readonly code: string;
  readonly message: string;
  readonly since: string;
  readonly hint?: string;
  readonly details: Readonly<Record<string, string | number | null>>;
}

const gateWords: Readonly<Record<Gate, readonly [message: string, hint?: string]>> = {
  schedule: ['It waits for its time.'],
  parent: ['It waits for the run that made it.'],
  upstream: ['It waits for the runs that it depends on.'],
  event: ['It waits for an event.'],
  upload: ['It waits for its files to be uploaded.', 'Approve it when the upload is done.'],
  approval: ['It waits for somebody to approve it.', 'tandem ops approve'],
  cache: ['It waits for an equal run whose results it can take over.', 'Approve it to run it anyway.'],
  build: ['It waits for its image to be built.'],
};

/**
 * Why a run waits, or why it ended so (orchestration.md 1.9). Never empty: a run that nobody can explain is a bug, and
 * it says so.
 */
export function whyWaiting(facts: WaitingFacts): readonly WaitingReason[] {
  if (isDone(facts.status)) return [lastCondition(facts, 'ended')];
  const gates = closedGates(facts.gates);
  if (gates.length > 0) return gates.map((gate) => gateReason(facts, gate));
  if (facts.managedBy === 'user') return [lastCondition(facts, 'user-managed')];
  if (facts.status === 'queued') return queueReasons(facts);
  const own = lastCondition(facts, ON_CLUSTER.has(facts.status) ? 'on-cluster' : 'in-progress');
  const away = agentAway(facts);
  return away === null ? [own] : [own, away];
}

function gateReason(facts: WaitingFacts, gate: Gate): WaitingReason {
  const [message, hint] = gateWords[gate];
  return { code: `gate/${gate}`, message, since: facts.since, ...(hint === undefined ? {} : { hint }), details: {} };
}

function lastCondition(facts: WaitingFacts, code: string): WaitingReason {
  const sentence = isReason(facts.reason) ? reasons[facts.reason] : facts.reason;
  return {
    code: `status/${code}`,
    message: facts.message === '' ? sentence : `${sentence} ${facts.message}`,
    since: facts.since,
    details: { status: facts.status, reason: facts.reason, agent: facts.agent?.name ?? null },
  };
}

function queueReasons(facts: WaitingFacts): readonly WaitingReason[] {
  const { agent, queue, since } = facts;
  const found: WaitingReason[] = [];
  const away = agentAway(facts);
  if (away !== null) found.push(away);
  if (queue?.isPaused === true) {
    found.push({
      code: 'queue/paused',
      message: `Queue "${queue.name}" is paused.`,
      since,
      details: { queue: queue.name },
    });
  }
  if (queue !== null && queue.concurrency !== null && queue.held >= queue.concurrency) {
    const message = `Queue "${queue.name}" runs at most ${queue.concurrency} at once, and ${queue.held} are under way.`;
    found.push({ code: 'queue/concurrency', message, since, details: { limit: queue.concurrency, used: queue.held } });
  }
  if (agent !== null && away === null && agent.held >= agent.capacity) {
    const message = `Agent "${agent.name}" has room for ${agent.capacity} runs and holds ${agent.held}.`;
    found.push({ code: 'agent/no-capacity', message, since, details: { capacity: agent.capacity, used: agent.held } });
  }
  const position = facts.ahead + 1;
  const message = `It is number ${position} of the runs that wait for agent "${agent?.name ?? '?'}".`;
  found.push({ code: 'queue/position', message, since, details: { position, queue: queue?.name ?? null } });
  return found;
}

function agentAway(facts: WaitingFacts): WaitingReason | null {
  const { agent } = facts;
  if (agent === null || agent.status === 'online') return null;
  const details = { agent: agent.name, last_seen_at: agent.lastSeenAt };
  if (agent.firstSeenAt === null) {
    const hint = 'Install the agent with its enrolment token.';
    return {
      code: 'agent/never-connected',
      message: `Agent "${agent.name}" has never connected.`,
      since: facts.since,
      hint,
      details,
    };
  }
  const message = `Agent "${agent.name}" is ${agent.status}; it was last heard of at ${agent.lastSeenAt ?? 'an unknown time'}.`;
  return {
    code: 'agent/offline',
    message,
    since: agent.lastSeenAt ?? facts.since,
    hint: 'Look at the agent in its cluster.',
    details,
  };
}

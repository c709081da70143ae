import { randomUUID } from 'node:crypto';
import { isDone, type Status } from '@tandem/shared/lifecycle';
import { sql } from 'kysely';
import type { Clean } from '../../agent/src/mask/clean.ts';
import { createMasker } from '../../agent/src/mask/masker.ts';
import { noMetrics } from '../../agent/src/ports/metrics.ts';
import { type AgentSession as AgentEnd, createSession } from '../../agent/src/session/session.ts';
import { aPlan } from '../../agent/src/testing/a-plan.ts';
import { memoryForTests } from '../../agent/src/testing/memory-for-tests.ts';
import { silentLog } from '../../agent/src/testing/silent-log.ts';
import { localWakeUps } from '../../control-plane/src/adapters/local-wake-ups.ts';
import { sqlAgentSessions } from '../../control-plane/src/adapters/postgres/agent-sessions.ts';
import { changeRun } from '../../control-plane/src/adapters/postgres/change-run.ts';
import type { Db } from '../../control-plane/src/adapters/postgres/db.ts';
import { stopRun } from '../../control-plane/src/domain/runs/actions.ts';
import { AgentSession } from '../../control-plane/src/usecases/sessions/agent-session.ts';
import { calm, faultyNetwork, type Weather } from './faulty-network.ts';
import { type Random, randomFrom } from './random.ts';
import { type SimulatedCluster, simulatedCluster } from './simulated-cluster.ts';
import { virtualTime } from './virtual-time.ts';

const runsPerSeed = 5;
const stormMs = 60_000;
const peaceMs = 3_600_000;

interface RunRow {
  readonly uuid: string;
  readonly status: Status;
  readonly released: boolean;
}

/** What went wrong under a seed; empty when nothing did. */
export type Faults = readonly string[];

/**
 * One seed: a few runs, an agent, a storm of a minute with kills on both sides and stops by users, then peace until
 * everything has ended. Gives every broken promise in words.
 */
export async function playSeed(db: Db, projectId: number, seed: number): Promise<Faults> {
  const random = randomFrom(seed);
  const time = virtualTime(Date.now());
  const cluster = simulatedCluster(time, random);
  const place = await makeAgent(db, projectId, runsPerSeed);
  const wakeUps = localWakeUps();
  const store = time.counting(sqlAgentSessions(db));
  const log = silentLog();
  const clock = { nowMs: time.nowMs, after: time.after };
  const deps = {
    store,
    wakeUps,
    clock,
    log: { ...log, debug: () => undefined },
    replica: { id: 'r', url: '' },
    mintRunToken: () => Promise.resolve('token'),
  };
  const network = faultyNetwork(time, random, (channel) => new AgentSession(deps, place.agentId, channel));
  const memory = memoryForTests();
  const startAgent = (): AgentEnd => {
    const agent = createSession({
      controlPlane: network.controlPlane,
      executor: cluster.executor(),
      memory,
      clock: { nowMs: time.nowMs, monotonicMs: time.nowMs, after: (ms, run) => ({ cancel: time.after(ms, run) }) },
      chance: { unit: random.unit, id: () => random.hex(32) },
      log,
      metrics: noMetrics,
      compile: (_, run) => ({ ok: true, value: aPlan('/nowhere', { run }) }),
      clean: (text) => text as Clean,
      masker: () => Promise.resolve(createMasker('off', [])),
      facts: {
        agentId: 'a',
        instanceId: random.hex(8),
        version: 'test',
        bootTimeMs: 0,
        clusterUid: 'c',
        namespaces: ['default'],
        connections: [],
        artifactsStore: '',
        capacity: 1 + random.below(runsPerSeed),
        maxInFlight: 1 + random.below(4),
        keyThumbprint: '',
        policySha256: '',
      },
    });
    agent.start();
    return agent;
  };

  network.become(stormOf(random));
  let agent = startAgent();
  for (let kills = random.below(3); kills > 0; kills -= 1) {
    time.after(random.below(stormMs), () => {
      // Either process dies: its memory is gone, and so are its connections.
      if (random.chance(0.5)) {
        void agent.end();
        network.cutAll();
        agent = startAgent();
      } else network.cutAll();
    });
  }
  /** When each stop was asked for, by the clock that ends are stamped with. */
  const stops = new Map<string, number>();
  const users = time.counting({
    stop: async (uuid: string): Promise<void> => {
      const changed = await changeRun(db, projectId, uuid, (run) => stopRun(run, 'user:test'));
      if (changed?.hasMoved === true) wakeUps.wake([`agent:${place.agentId}`]);
    },
  });
  for (const uuid of place.uuids.filter(() => random.chance(0.25))) {
    time.after(random.below(stormMs), () => {
      stops.set(uuid, Date.now());
      void users.stop(uuid);
    });
  }
  await time.until(() => false, stormMs);
  network.become(calm);
  const ended = await time.until(
    async () => (await rowsOf(db, place.uuids)).every((run) => isDone(run.status) && run.released),
    peaceMs,
  );
  const rows = await rowsOf(db, place.uuids);
  const faults = ended
    ? []
    : [
        `not everything ended: ${rows.map((run) => `${run.uuid.slice(0, 4)}=${run.status}${run.released ? '' : '(held)'}`).join(' ')}`,
      ];
  void agent.end();
  network.cutAll();
  await time.until(() => false, 20_000);
  return [...faults, ...rows.flatMap((run) => faultsOf(run, cluster, stops))];
}

function stormOf(random: Random): Weather {
  return {
    drop: random.unit() * 0.3,
    double: random.unit() * 0.3,
    delay: random.unit() * 0.6,
    longestDelayMs: 1 + random.below(15_000),
    cut: random.unit() * 0.03,
  };
}

/**
 * Every run starts exactly once, none is lost, and both sides agree on how it ended. What ended by itself after its stop
 * was asked for counts as stopped here, whatever the cluster calls it (orchestration.md, L-05).
 */
function faultsOf(run: RunRow, cluster: SimulatedCluster, stops: ReadonlyMap<string, number>): Faults {
  const id = run.uuid.slice(0, 4);
  const starts = cluster.starts.get(`${run.uuid}/1`) ?? 0;
  const there = cluster.find(run.uuid);
  const faults: string[] = [];
  if (starts > 1) faults.push(`${id} was started ${starts} times`);
  if (starts === 0 && !stops.has(run.uuid)) faults.push(`${id} was never started`);
  const askedAtMs = stops.get(run.uuid) ?? Number.POSITIVE_INFINITY;
  const endedAfterStop = (there?.ended?.finishedAtMs ?? 0) >= askedAtMs;
  const agrees = there?.status === run.status || (run.status === 'stopped' && endedAfterStop);
  if (starts === 1 && !agrees) faults.push(`${id} is ${run.status} here and ${there?.status ?? 'gone'} there`);
  if (run.status === 'stopped' && !stops.has(run.uuid)) faults.push(`${id} is stopped, and nobody asked for it`);
  return faults;
}

async function rowsOf(db: Db, uuids: readonly string[]): Promise<readonly RunRow[]> {
  const { rows } = await sql<RunRow>`
    select replace(uuid::text, '-', '') as uuid, status, released from runs where uuid = any(${uuids as string[]}::uuid[]) order by id
  `.execute(db);
  return rows;
}

/** An agent of its own with a queue and runs that wait in it. */
async function makeAgent(
  db: Db,
  projectId: number,
  count: number,
): Promise<{ agentId: number; uuids: readonly string[] }> {
  const uuids = Array.from({ length: count }, () => randomUUID().replaceAll('-', ''));
  const { rows } = await sql<{ id: number }>`
    with agent as (
      insert into agents (organisation_id, name) select organisation_id, ${randomUUID()} from projects where id = ${projectId}
      returning id, organisation_id
    ), queue as (insert into queues (agent_id, name) select id, 'default' from agent returning id, agent_id),
    run as (
      insert into runs (uuid, organisation_id, project_id, kind, status, reason, log_pos, version, queue_id, agent_id, queued_at)
      select u, agent.organisation_id, ${projectId}, 'job', 'queued', 'Queued', 1, 1, queue.id, agent.id, clock_timestamp()
      from agent, queue, unnest(${uuids}::uuid[]) as u returning id
    ), logged as (
      insert into run_log (run_id, pos, entry, attempt, status, reason, writer) select id, 1, 'condition', 1, 'queued', 'Queued', 'test' from run
    ), texts as (
      insert into run_specs (run_id, attempt, raw_content, content, sealed, sealed_sha256)
      select id, 1, '{}', '{}', '\\x7b7d'::bytea, '\\x00'::bytea from run
    )
    select id from agent
  `.execute(db);
  const agentId = rows[0]?.id;
  if (agentId === undefined) throw new Error('the agent was not made');
  return { agentId, uuids };
}

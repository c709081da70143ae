import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { AgentSessionsClient } from '@tandem/proto';
import { type Sealed, sealBytes } from '@tandem/shared/wire';
import { sql } from 'kysely';
import { channelCredentials } from '../../agent/src/adapters/grpc/credentials.ts';
import { enrol } from '../../agent/src/adapters/grpc/enrol.ts';
import { readConfig } from '../../agent/src/config.ts';
import { type RunningAgent, startAgent } from '../../agent/src/main.ts';
import { aSpec, sealedMap } from '../../agent/src/testing/a-spec.ts';
import { silentLog } from '../../agent/src/testing/silent-log.ts';
import { localWakeUps } from '../../control-plane/src/adapters/local-wake-ups.ts';
import { nodeSecrets } from '../../control-plane/src/adapters/node-secrets.ts';
import { sqlAgentIdentities } from '../../control-plane/src/adapters/postgres/agent-identities.ts';
import { sqlAgentSessions } from '../../control-plane/src/adapters/postgres/agent-sessions.ts';
import type { Engine } from '../../control-plane/src/adapters/postgres/db.ts';
import { findViolations } from '../../control-plane/src/adapters/postgres/find-violations.ts';
import { sqlAccountStore } from '../../control-plane/src/adapters/postgres/sql-account-store.ts';
import { systemClock } from '../../control-plane/src/adapters/system-clock.ts';
import { Outage } from '../../control-plane/src/domain/outage.ts';
import { Refusal } from '../../control-plane/src/domain/refusal.ts';
import { type GrpcServer, startGrpc } from '../../control-plane/src/grpc/server.ts';
import { firstStart } from '../../control-plane/src/usecases/first-start.ts';
import { LiveSessions } from '../../control-plane/src/usecases/sessions/live-sessions.ts';
import { StreamRelay } from '../../control-plane/src/usecases/sessions/stream-relay.ts';
import { freshEngine } from '../support/engines.ts';
import { eventually } from '../support/eventually.ts';

const certificates = join(import.meta.dirname, '../support/tls');

describe('an agent over gRPC', function () {
  this.timeout(120_000);
  let engine: Engine;
  let server: GrpcServer;
  let folder: string;
  const sessions = new LiveSessions();
  const relay = new StreamRelay(systemClock());
  const wakeUps = localWakeUps();
  const agents: RunningAgent[] = [];
  /** Ports of services that were started. */
  const services: number[] = [];

  before(async () => {
    engine = await freshEngine('postgres');
    await firstStart(sqlAccountStore(engine.db), nodeSecrets(), { withProject: true });
    folder = await mkdtemp(join(tmpdir(), 'tandem-grpc-'));
    const clock = systemClock();
    server = await startGrpc({
      listen: 'localhost:0',
      tls: { certFile: join(certificates, 'server.pem'), keyFile: join(certificates, 'server.key') },
      store: sqlAgentSessions(engine.db),
      identities: sqlAgentIdentities(engine.db),
      wakeUps,
      clock,
      log: { ...silentLog(), debug: () => undefined },
      replica: { id: randomUUID(), url: '' },
      mintRunToken: () => Promise.resolve('token'),
      sessions,
      relay,
    });
  });

  afterEach(async () => {
    // A run goes on without its agent; these services must not.
    for (const port of services.splice(0)) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined);
      socket.write('leave');
      await new Promise((resolve) => socket.once('close', resolve));
    }
    for (const agent of agents.splice(0)) await agent.end();
  });

  after(async () => {
    await server.close(1_000);
    await engine.close();
    await rm(folder, { recursive: true });
  });

  /** An agent in the tables, with a one-time token. */
  async function invite(): Promise<{ readonly id: number; readonly token: string }> {
    const token = randomBytes(32).toString('base64url');
    const hash = createHash('sha256').update(token).digest();
    const { rows } = await sql<{ id: number }>`
      with agent as (insert into agents (organisation_id, name) select id, ${randomUUID()} from organisations returning id),
      queue as (insert into queues (agent_id, name) select id, 'default' from agent),
      invited as (insert into enrolment_tokens (hash, agent_id, expires_at) select ${hash}, id, clock_timestamp() + interval '1 hour' from agent)
      select id from agent
    `.execute(engine.db);
    return { id: rows[0]?.id ?? 0, token };
  }

  async function start(token: string): Promise<RunningAgent> {
    const data = await mkdtemp(join(folder, 'agent-'));
    const env = { TANDEM_SESSIONS: server.address, TANDEM_ENROLMENT_TOKEN: token };
    const config = await readConfig({ file: null, data, env });
    const controlPlane = { ...config.controlPlane, caFile: join(certificates, 'ca.pem') };
    const agent = await startAgent({ config: { ...config, controlPlane }, log: silentLog() });
    agents.push(agent);
    return agent;
  }

  const isLive = (agent: RunningAgent): Promise<unknown> =>
    eventually('the session is up', () => agent.state().kind === 'live');

  /** A queued run of the agent with this sealed spec. */
  async function queue(
    agentId: number,
    bytes: Uint8Array,
    sha256: string,
    uuid: string = randomUUID(),
  ): Promise<string> {
    await sql`
      with run as (
        insert into runs (uuid, organisation_id, project_id, kind, status, reason, log_pos, version, queue_id, agent_id, queued_at)
        select ${uuid}::uuid, p.organisation_id, p.id, 'job', 'queued', 'Queued', 1, 1, q.id, q.agent_id, clock_timestamp()
        from projects p, queues q where q.agent_id = ${agentId} returning id
      ), logged as (
        insert into run_log (run_id, pos, entry, attempt, status, reason, writer) select id, 1, 'condition', 1, 'queued', 'Queued', 'test' from run
      )
      insert into run_specs (run_id, attempt, raw_content, content, sealed, sealed_sha256)
      select id, 1, '{}', '{}', ${Buffer.from(bytes)}, ${Buffer.from(sha256, 'hex')} from run
    `.execute(engine.db);
    wakeUps.wake([`agent:${agentId}`]);
    return uuid;
  }

  async function ended(uuid: string): Promise<{ readonly status: string; readonly reason: string }> {
    return await eventually('the run has ended', async () => {
      const { rows } = await sql<{ status: string; reason: string; released: boolean }>`
        select status, reason, released from runs where uuid = ${uuid}::uuid
      `.execute(engine.db);
      const [run] = rows;
      assert.ok(run?.released && ['succeeded', 'failed', 'stopped'].includes(run.status), JSON.stringify(run));
      return { status: run.status, reason: run.reason };
    });
  }

  it('enrols over TLS, holds a session, and runs what it is given', async () => {
    const { id, token } = await invite();
    await isLive(await start(token));
    const uuid = randomUUID().replaceAll('-', '');
    const { bytes, sha256 } = sealBytes(aSpec(uuid));
    assert.deepEqual(await ended(await queue(id, bytes, sha256, uuid)), { status: 'succeeded', reason: 'Completed' });
  });

  /** Starts a service that echoes, on an agent of its own, and gives its uuid and port when it answers. */
  async function startEcho(): Promise<{ readonly id: number; readonly uuid: string; readonly port: number }> {
    const { id, token } = await invite();
    await isLive(await start(token));
    const port = await freePort();
    const uuid = randomUUID().replaceAll('-', '');
    const leave = "s.on('data', (bytes) => String(bytes) === 'leave' && process.exit())";
    const echo = `require('net').createServer({ allowHalfOpen: true }, (s) => { ${leave}; s.pipe(s); }).listen(${port}, '127.0.0.1')`;
    const body = new Map<string, Sealed>([
      ['kind', 'service'],
      ['ports', [BigInt(port)]],
      ['container', sealedMap({ image: 'node', command: ['node', '-e', echo] })],
    ]);
    const plain = aSpec(uuid, { body });
    const { bytes, sha256 } = sealBytes({ ...plain, run: { ...plain.run, kind: 'service', runtime: 'service' } });
    await queue(id, bytes, sha256, uuid);
    services.push(port);
    await eventually('the service takes connections', async () => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      return socket.destroy();
    });
    return { id, uuid, port };
  }

  const forward = (agentId: number, uuid: string, port: number): Promise<Duplex> => {
    const session = sessions.of(agentId) ?? assert.fail('the agent has no session here');
    return relay.forward(session, uuid, port, new AbortController().signal);
  };

  it('carries megabytes to a service and back, with each direction ending by itself', async () => {
    const { id, uuid, port } = await startEcho();
    const sent = randomBytes(5 * 1024 * 1024);
    const connections = await Promise.all([1, 2, 3].map(() => forward(id, uuid, port)));
    const echoed = await Promise.all(
      connections.map(async (connection) => {
        connection.end(sent);
        const parts: Buffer[] = [];
        for await (const part of connection.iterator({ destroyOnReturn: false })) parts.push(part);
        return Buffer.concat(parts);
      }),
    );
    for (const each of echoed) assert.ok(each.equals(sent));
    await eventually('nothing is left of them', () => relay.size === 0);
  });

  it('holds back what a reader that sleeps would have to take', async () => {
    const { id, uuid, port } = await startEcho();
    const connection = await forward(id, uuid, port);
    const piece = Buffer.alloc(64 * 1024);
    let taken = 0;
    let last = -1;
    let repeats = 0;
    // The echo is read by nobody, so the service stops reading, so we are not let write on.
    await eventually('it is held up', () => {
      while (!connection.writableNeedDrain) {
        connection.write(piece);
        taken += piece.length;
      }
      repeats = taken === last ? repeats + 1 : 0;
      last = taken;
      return repeats >= 20;
    });
    assert.ok(connection.readableLength <= 128 * 1024 && connection.writableLength <= 128 * 1024);
    assert.ok(taken < 64 * 1024 * 1024, `${taken}`);
    let back = 0;
    for await (const part of connection.end()) back += part.length;
    assert.equal(back, taken);
  });

  it('reaches no port that the run did not declare, and no run that is not there', async () => {
    const one = await startEcho();
    const two = await startEcho();
    for (const [uuid, port] of [
      [one.uuid, two.port],
      [two.uuid, two.port],
      ['c'.repeat(32), one.port],
    ] as const)
      await assert.rejects(
        forward(one.id, uuid, port),
        (error) => error instanceof Refusal && error.reason.kind === 'impossible',
      );
    await eventually('nothing is left of them', () => relay.size === 0);
  });

  it('breaks a connection when the agent ends', async () => {
    const { id, uuid, port } = await startEcho();
    const connection = await forward(id, uuid, port);
    const broken = once(connection, 'error');
    await agents.pop()?.end();
    const [problem] = await broken;
    assert.ok(problem instanceof Outage, String(problem));
  });

  it('does not run a spec that was made for another run', async () => {
    const { id, token } = await invite();
    await isLive(await start(token));
    const { bytes, sha256 } = sealBytes(aSpec(randomUUID().replaceAll('-', '')));
    assert.equal((await ended(await queue(id, bytes, sha256))).status, 'failed');
  });

  for (const [title, ca, isTrusted] of [
    ['its own authority', readFileSync(join(certificates, 'ca.pem')), true],
    ['those of the system alone', null, false],
  ] as const) {
    it(`with ${title} the server is ${isTrusted ? '' : 'not '}trusted`, async () => {
      const client = new AgentSessionsClient(
        server.address,
        channelCredentials({ address: server.address, insecure: false, ca }),
      );
      const problem = await new Promise((resolve) => client.waitForReady(new Date(Date.now() + 2_000), resolve));
      client.close();
      assert.equal(problem === undefined, isTrusted);
    });
  }

  it('a token works once', async () => {
    const { token } = await invite();
    await isLive(await start(token));
    const ca = readFileSync(join(certificates, 'ca.pem'));
    const again = await enrol({ address: server.address, insecure: false, ca }, token, {
      version: '0',
      nowMs: Date.now(),
    });
    assert.equal(again.kind, 'refused');
  });

  it('a revoked agent loses its session and does not come back', async () => {
    const { id, token } = await invite();
    const agent = await start(token);
    await isLive(agent);
    await sql`update agents set live_state = -1 where id = ${id}`.execute(engine.db);
    wakeUps.wake([`revoked:${id}`]);
    await eventually('the agent was refused', () => agent.state().kind === 'refused');
  });

  for (const [title, damage, reason] of [
    ['newer than the agent understands', (text: string) => text.replace('"stage1":1', '"stage1":99'), 'SpecTooNew'],
    ['not a spec at all', () => '[]', 'SpecCorrupt'],
  ] as const) {
    it(`a spec that is ${title} fails its run with ${reason}`, async () => {
      const { id, token } = await invite();
      await isLive(await start(token));
      const text = damage(new TextDecoder().decode(sealBytes(aSpec(randomUUID().replaceAll('-', ''))).bytes));
      const bytes = new TextEncoder().encode(text);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      assert.deepEqual(await ended(await queue(id, bytes, sha256)), { status: 'failed', reason });
    });
  }

  it('a spec that was changed on the way fails its run', async () => {
    const { id, token } = await invite();
    await isLive(await start(token));
    const { bytes } = sealBytes(aSpec(randomUUID().replaceAll('-', '')));
    assert.deepEqual(await ended(await queue(id, bytes, '0'.repeat(64))), { status: 'failed', reason: 'SpecCorrupt' });
  });

  it('leaves a database in which every invariant holds', async () => {
    assert.deepEqual(await findViolations(engine.db), []);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

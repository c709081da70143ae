import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import { eventually } from '../../test/support/eventually.ts';
import { aBody, aSpec, sealed } from './testing/a-spec.ts';
import { type ScriptedControlPlane, scriptedControlPlane } from './testing/scripted-control-plane.ts';

const main = join(import.meta.dirname, 'main.ts');
const uuid = '1'.repeat(32);

interface Agent {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly err: () => string;
  /** Exit code, when it has ended. */
  readonly ended: Promise<number | null>;
}

describe('agent as a process', () => {
  let data: string;
  let plane: ScriptedControlPlane;
  const agents: Agent[] = [];

  const start = (given: { env?: Record<string, string>; args?: string[] } = {}): Agent => {
    const child = spawn(
      process.execPath,
      ['--conditions=source', main, '--data', data, '--ready-json', ...(given.args ?? [])],
      {
        env: {
          PATH: process.env['PATH'],
          TANDEM_SESSIONS: plane.address,
          TANDEM_INSECURE: 'true',
          TANDEM_ENROLMENT_TOKEN: 'fresh',
          ...given.env,
        },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    let out = '';
    let err = '';
    child.stdout.on('data', (text) => (out += String(text)));
    child.stderr.on('data', (text) => (err += String(text)));
    const agent = {
      child,
      out: () => out,
      err: () => err,
      ended: once(child, 'exit').then(([code]) => code as number | null),
    };
    agents.push(agent);
    return agent;
  };
  const ready = (agent: Agent): Promise<unknown> =>
    eventually('the agent is ready', () => agent.out().includes('"ready":true'), 20_000);
  const startRun = (shell: string, of = uuid): void => {
    plane.command({
      runUuid: of,
      body: { $case: 'start', value: { ...emptyStart, ...sealed(aSpec(of, { body: aBody(shell) })) } },
    });
  };
  const finalReport = (of = uuid) =>
    eventually(
      'the final report',
      () => plane.reports().find((report) => report.final && report.runUuid === of),
      20_000,
    );

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-agent-'));
    plane = await scriptedControlPlane();
  });

  afterEach(async () => {
    for (const { child, ended } of agents.splice(0)) {
      child.kill('SIGKILL');
      await ended;
    }
    await plane.close();
    await rm(data, { recursive: true, force: true });
  });

  it('enrols, keeps its identity to itself, and runs a job', async () => {
    const agent = start();
    await ready(agent);
    assert.equal((await stat(join(data, 'identity.json'))).mode & 0o777, 0o600);
    const token = plane.authorizations[1]?.replace('Bearer ', '') ?? '';
    const claims = decodeJwt(token);
    assert.deepEqual(
      [claims.iss, claims.sub, claims.aud, (claims.exp ?? 0) - (claims.iat ?? 0)],
      ['agent-1', 'agent-1', 'tandem', 300],
    );
    assert.equal(decodeProtectedHeader(token).alg, 'EdDSA');

    startRun('echo "{\\"loss\\": 0.5}" > $TANDEM_OUTPUTS_FILE; echo done');
    const report = await finalReport();
    assert.deepEqual([report.status, report.outputs.toString()], ['succeeded', '{"loss":0.5}']);
    assert.ok(plane.received.some(({ body }) => body?.$case === 'ack' && body.value.outcome === 'accepted'));
    assert.ok(plane.received.some(({ body }) => body?.$case === 'inventory'));
    agent.child.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
  });

  it('masks secrets in messages and logs', async () => {
    await mkdir(join(data, 'secrets', 'db'), { recursive: true });
    await writeFile(join(data, 'secrets', 'db', 'PASSWORD'), 'correct-horse-battery');
    await ready(start());
    const shell = 'echo the password is $PASSWORD; echo $PASSWORD | base64; exit 3';
    const body = aBody(shell);
    const container = new Map(body.get('container') as ReadonlyMap<string, never>);
    const env = new Map([
      [
        'valueFrom',
        new Map([
          [
            'secretKeyRef',
            new Map([
              ['name', 'db'],
              ['key', 'PASSWORD'],
            ]),
          ],
        ]),
      ],
    ] as never);
    (env as Map<string, unknown>).set('name', 'PASSWORD');
    const withEnv = new Map([
      ...body,
      ['container', new Map([...container, ['env', [env]]] as never)],
    ] as never) as typeof body;
    plane.command({
      runUuid: uuid,
      body: { $case: 'start', value: { ...emptyStart, ...sealed(aSpec(uuid, { body: withEnv })) } },
    });
    const report = await finalReport();
    assert.match(report.message, /the password is \[secret\]/);
    plane.send({
      $case: 'openStream',
      value: { streamId: 's', runUuid: uuid, what: { $case: 'logs', value: { cursor: '', follow: true, tail: 0 } } },
    });
    await eventually('the stream ends', () => plane.chunks.some(({ body: chunk }) => chunk?.$case === 'end'));
    const lines = plane.chunks.flatMap(({ body: chunk }) => (chunk?.$case === 'lines' ? chunk.value.lines : []));
    assert.deepEqual(lines.map(({ text }) => text)[0], 'the password is [secret]');
    assert.ok(!lines.some(({ text }) => text.includes('Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5')));
  });

  it('goes on after a kill: the run runs once and its end is reported', async () => {
    const first = start();
    await ready(first);
    const counter = join(data, 'counter');
    const go = join(data, 'go');
    startRun(`echo x >> ${counter}; while [ ! -e ${go} ]; do sleep 0.02; done`);
    await eventually('it runs', () => plane.reports().find(({ status }) => status === 'running'));
    first.child.kill('SIGKILL');
    await first.ended;
    await writeFile(go, '');
    await ready(start());
    assert.equal((await finalReport()).status, 'succeeded');
    assert.equal(await readFile(counter, 'utf8'), 'x\n');
  });

  it('dials again after a cut', async () => {
    await ready(start());
    plane.cut();
    await eventually(
      'a second Hello',
      () => plane.received.filter(({ body }) => body?.$case === 'hello').length === 2,
      20_000,
    );
    startRun('true');
    assert.equal((await finalReport()).status, 'succeeded');
  });

  it('refuses a second agent on its folder, in a sentence', async () => {
    await ready(start());
    const second = start();
    assert.equal(await second.ended, 3);
    assert.match(second.err(), /^Another agent \(process \d+\) already uses the data folder/);
  });

  it('ends when a control plane refuses it for good', async () => {
    const agent = start();
    await ready(agent);
    plane.send({
      $case: 'reject',
      value: { reason: 'Revoked', message: 'This agent was deleted.', retryAfterMs: 0, terminal: true },
    });
    assert.equal(await agent.ended, 4);
    assert.match(agent.err(), /Revoked: This agent was deleted/);
  });

  it('says what is wrong with a token or a setting', async () => {
    const used = start({ env: { TANDEM_ENROLMENT_TOKEN: 'used' } });
    assert.equal(await used.ended, 4);
    assert.match(used.err(), /token was used already/);
    const remote = start({ env: { TANDEM_SESSIONS: 'example.com:443' } });
    assert.equal(await remote.ended, 2);
    assert.match(remote.err(), /"insecure" is only for a control plane on this machine/);
    await writeFile(join(data, 'agent.yaml'), 'capacity: many\nconnections: [{name: x, kind: nothing}]\n');
    const config = start({ args: ['--config', join(data, 'agent.yaml')] });
    assert.equal(await config.ended, 2);
    assert.match(config.err(), /capacity/);
    assert.match(config.err(), /connections\.0\.kind/);
  });

  it('refuses to run where it could not be asked how it is', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await writeFile(join(data, 'agent.json'), JSON.stringify({ health: { port } }));
    const agent = start({ args: ['--config', join(data, 'agent.json')] });
    assert.equal(await agent.ended, 3);
    assert.match(agent.err(), /^The agent cannot listen for probes \("health"\): .*EADDRINUSE.*\n$/);
    assert.equal(plane.received.length, 0);
    other.close();
  });

  it('ends with its parent', async () => {
    const agent = start({ args: ['--exit-with-parent'] });
    await ready(agent);
    agent.child.stdin?.end();
    assert.equal(await agent.ended, 0);
  });
});

const emptyStart = {
  spec: Buffer.alloc(0),
  specSha256: '',
  stage1Edition: 1,
  owner: 'acme',
  project: 'vision',
  queue: 'default',
  kind: 'job',
  namespace: 'default',
  runToken: 'run-token',
  traceparent: '',
  submissionSha256: '',
  path: [],
  factsSha256: '',
  evidenceSha256: [],
  watchedMetrics: [],
};

import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockData } from './adapters/files/data-lock.ts';
import { openSessionMemory } from './adapters/files/session-memory-file.ts';
import { targetProblem } from './adapters/grpc/credentials.ts';
import { readArguments } from './arguments.ts';
import { ConfigProblem, readConfig } from './config.ts';

describe('configuration', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-config-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('comes from a file, and variables win', async () => {
    const file = join(folder, 'agent.yaml');
    await writeFile(
      file,
      'data: here\ncontrolPlane: {sessions: "cp:443", url: "https://cp"}\ncapacity: 3\nconnections:\n- {name: d, kind: host_path, schema: {hostPath: /h, mountPath: /m}}\n',
    );
    const config = await readConfig({ file, data: null, env: { TANDEM_SESSIONS: 'other:1' } });
    assert.deepEqual(
      [config.data, config.controlPlane.sessions, config.controlPlane.url, config.capacity],
      [join(folder, 'here'), 'other:1', 'https://cp', 3],
    );
    assert.equal(config.catalogue.connections.get('d')?.schema.get('mountPath'), '/m');
    assert.equal(config.masking, 'values');
  });

  it('names everything that is wrong at once', async () => {
    const file = join(folder, 'agent.json');
    await writeFile(file, JSON.stringify({ capacity: 0, unknown: 1, artifactsStore: { name: 's', kind: 'slack' } }));
    await assert.rejects(
      readConfig({ file, data: null, env: {} }),
      (error) =>
        error instanceof ConfigProblem &&
        /capacity/.test(error.message) &&
        /unknown/.test(error.message) &&
        /artifactsStore/.test(error.message),
    );
  });

  const healths: readonly (readonly [object, object | null])[] = [
    [{}, null],
    [{ health: { port: 0 } }, { host: '127.0.0.1', port: 0, metrics: true }],
    [{ health: { host: '*', port: 8080, metrics: false } }, { host: '*', port: 8080, metrics: false }],
  ];
  for (const [given, health] of healths) {
    it(`answers probes where it is told to: ${JSON.stringify(given)}`, async () => {
      const file = join(folder, 'agent.json');
      await writeFile(file, JSON.stringify({ controlPlane: { sessions: 'cp:1' }, ...given }));
      assert.deepEqual((await readConfig({ file, data: null, env: {} })).health, health);
    });
  }

  for (const health of [{}, { port: 65_536 }, { port: '80' }, { host: '', port: 1 }, { port: 1, path: '/x' }]) {
    it(`answers no probes where it is told nonsense: ${JSON.stringify(health)}`, async () => {
      const file = join(folder, 'agent.json');
      await writeFile(file, JSON.stringify({ controlPlane: { sessions: 'cp:1' }, health }));
      await assert.rejects(readConfig({ file, data: null, env: {} }), /health/);
    });
  }

  it('reads the command line', () => {
    assert.deepEqual(readArguments(['--data', 'd', '--exit-with-parent']), {
      command: 'run',
      data: 'd',
      config: null,
      exitWithParent: true,
      readyJson: false,
    });
    assert.equal(readArguments(['version']).command, 'version');
    assert.throws(() => readArguments(['dance']), ConfigProblem);
  });

  it('allows plain text to this machine only', () => {
    const problem = (address: string, insecure: boolean) => targetProblem({ address, insecure, ca: null });
    for (const address of ['localhost:1', '127.0.0.1:1', '[::1]:1']) assert.equal(problem(address, true), null);
    for (const address of ['cp.example:1', '10.0.0.1:1', 'localhost.example:1'])
      assert.match(problem(address, true) ?? '', /TLS is needed/);
    assert.equal(problem('cp.example:443', false), null);
    assert.match(problem('https://cp', false) ?? '', /host:port/);
  });
});

describe('data folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-data-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('is locked for one process, and freed of a dead one', async () => {
    const first = await lockData(folder);
    assert.equal(first.kind, 'locked');
    assert.deepEqual(await lockData(folder), { kind: 'taken', pid: process.pid });
    if (first.kind === 'locked') await first.release();
    await writeFile(join(folder, 'agent.lock'), JSON.stringify({ pid: process.pid, startTicks: '1', bootId: 'other' }));
    assert.equal((await lockData(folder)).kind, 'locked', 'same pid, another process');
  });

  it('remembers epochs and acknowledgements over a restart', async () => {
    const run = { uuid: 'a'.repeat(32), attempt: 2 };
    const memory = await openSessionMemory(folder);
    await memory.rememberEpoch(7n);
    await memory.rememberEpoch(3n);
    await memory.rememberFinalAck(run, 5n);
    const again = await openSessionMemory(folder);
    assert.equal(again.lastEpoch(), 7n);
    assert.deepEqual(
      [again.isFinalAcked(run.uuid, 2, 5n), again.isFinalAcked(run.uuid, 2, 6n), again.isFinalAcked(run.uuid, 3, 5n)],
      [true, false, false],
    );
    await again.forget(run.uuid);
    assert.equal((await openSessionMemory(folder)).isFinalAcked(run.uuid, 2, 5n), false);
    assert.match(await readFile(join(folder, 'session', 'epoch.json'), 'utf8'), /"7"/);
  });
});

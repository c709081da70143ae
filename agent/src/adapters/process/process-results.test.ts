import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../test/support/eventually.ts';
import type { PodPlan } from '../../compile/pod-plan.ts';
import type { Observed } from '../../ports/executor.ts';
import { aContainer, aPlan, script } from '../../testing/a-plan.ts';
import { openExecutor } from '../../testing/open-executor.ts';
import { attemptFolder } from './layout.ts';
import type { ProcessExecutor } from './process-executor.ts';

const extra = { runToken: 'token-of-the-run', traceparent: null };
const uuid = 'a'.repeat(32);

describe('process executor: before and after the command', () => {
  let data: string;
  let executor: ProcessExecutor;
  let seen: Observed[];
  let watching: AbortController;

  const open = async (): Promise<void> => {
    executor = await openExecutor(data, (name) => (name === 'store' ? join(data, 'store') : null));
    watching = new AbortController();
    void executor.watch((observed) => seen.push(observed), watching.signal);
  };
  const close = (): void => {
    watching.abort();
    executor.close();
  };
  const ended = (of = uuid): Promise<Observed> =>
    eventually('the run ends', async () => {
      const found = await executor.find(of);
      return found?.ended == null ? null : found;
    });
  const run = async (plan: PodPlan): Promise<Observed> => {
    assert.deepEqual(await executor.apply(plan, extra), { kind: 'accepted' });
    return ended(plan.run.uuid);
  };
  const statuses = (): string[] => [...new Set(seen.map(({ status, reason }) => `${status}/${reason}`))];
  const logText = async (name = 'try-1'): Promise<string> =>
    readFile(attemptFolder(data, uuid, 1).step(name).log, 'utf8');

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'tandem-process-'));
    seen = [];
    await open();
  });

  afterEach(async () => {
    for await (const { run: key, ended: end } of executor.list()) {
      if (end === null) await executor.stop(key, 0);
    }
    await eventually('all runs have ended', async () => {
      for await (const { ended: end } of executor.list()) if (end === null) return false;
      return true;
    });
    close();
    await rm(data, { recursive: true, force: true });
  });

  it('reads outputs by their types and lists artifacts', async () => {
    const plan = aPlan(data, {
      main: script(
        `cd ../../artifacts; echo '{"loss": "0.5", "n": 3, "free": [1]}' > outputs.json; mkdir -p outputs/m; printf abc > outputs/m/model.bin; ln -s /etc/passwd outputs/link`,
      ),
    });
    const end = await run({
      ...plan,
      outputs: [
        { name: 'loss', type: 'float', isList: false },
        { name: 'n', type: 'int', isList: false },
      ],
    });
    assert.equal(Buffer.from(end.ended?.outputs ?? []).toString(), '{"free":[1],"loss":0.5,"n":3}');
    assert.deepEqual(end.ended?.artifacts, [
      {
        name: 'model.bin',
        kind: 'file',
        path: 'outputs/m/model.bin',
        size: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      },
    ]);
  });

  it('keeps the result of a run whose outputs cannot be read', async () => {
    const plan = aPlan(data, { main: script('echo "[1, 2" > ../../artifacts/outputs.json') });
    const end = await run(plan);
    assert.equal(end.status, 'succeeded');
    assert.match(end.message, /^OutputsInvalid: /);
    assert.equal(end.ended?.outputs, null);
  });

  it('does init steps in order before the main step', async () => {
    await mkdir(join(data, 'store', 'sub'), { recursive: true });
    await writeFile(join(data, 'store', 'sub', 'data.txt'), 'stored');
    const { artifactsPath } = aPlan(data).paths;
    const end = await run(
      aPlan(data, {
        main: script('./hello.sh; cat sub/data.txt; cat order; head -1 Dockerfile'),
        replica: {
          init: [
            {
              kind: 'file',
              path: artifactsPath,
              filename: 'hello.sh',
              content: '#!/bin/sh\necho from file\n',
              executable: true,
            },
            { kind: 'dockerfile', path: artifactsPath, filename: 'Dockerfile', content: 'FROM x\n' },
            {
              kind: 'artifacts',
              path: artifactsPath,
              files: [{ from: 'sub/data.txt', to: 'sub/data.txt' }],
              dirs: [],
              connection: 'store',
            },
            { kind: 'container', container: aContainer({ name: 'own', command: ['sh', '-c', 'echo first > order'] }) },
          ],
        },
      }),
    );
    assert.equal(end.status, 'succeeded', end.message);
    assert.equal(await logText(), 'from file\nstoredfirst\nFROM x\n');
    assert.ok(statuses().includes('starting/Initializing'));
  });

  it('fails a run whose init step fails, and keeps files inside the run', async () => {
    const own = await run(
      aPlan(data, {
        replica: { init: [{ kind: 'container', container: aContainer({ command: ['sh', '-c', 'echo no; exit 3'] }) }] },
      }),
    );
    assert.equal(own.reason, 'InitFailed');
    assert.match(own.message, /exit code 3.\nno$/);
    const outside = await run(
      aPlan(data, {
        run: { uuid: 'b'.repeat(32) },
        replica: { init: [{ kind: 'file', path: '/code', filename: 'x', content: '', executable: false }] },
      }),
    );
    assert.match(outside.message, /outside the run's folder/);
    const ext = await run(
      aPlan(data, {
        run: { uuid: 'c'.repeat(32) },
        replica: {
          init: [
            {
              kind: 'git',
              path: 'repo',
              url: 'ext::sh -c "touch /tmp/owned"',
              revision: null,
              flags: [],
              connection: null,
            },
          ],
        },
      }),
    );
    assert.match(ext.message, /protocol that is not allowed/);
  });
});

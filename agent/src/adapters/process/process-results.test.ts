import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { executorPlace } from '../../../../test/support/executor-place.ts';
import { aContainer, aPlan, aStep, script } from '../../testing/a-plan.ts';

describe('process executor: before and after the command', () => {
  const place = executorPlace();
  const { run, statuses, logText } = place;

  it('reads outputs by their types and lists artifacts', async () => {
    const plan = aPlan(place.data, {
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
    const plan = aPlan(place.data, { main: script('echo "[1, 2" > ../../artifacts/outputs.json') });
    const end = await run(plan);
    assert.equal(end.status, 'succeeded');
    assert.match(end.message, /^OutputsInvalid: /);
    assert.equal(end.ended?.outputs, null);
  });

  it('does init steps in order before the main step', async () => {
    await mkdir(join(place.data, 'store', 'sub'), { recursive: true });
    await writeFile(join(place.data, 'store', 'sub', 'data.txt'), 'stored');
    const { artifactsPath } = aPlan(place.data).paths;
    const end = await run(
      aPlan(place.data, {
        main: script('./hello.sh; cat sub/data.txt; cat order; head -1 Dockerfile'),
        replica: {
          init: [
            {
              ...aStep,
              kind: 'file',
              path: artifactsPath,
              filename: 'hello.sh',
              content: '#!/bin/sh\necho from file\n',
              chmod: '+x',
            },
            { ...aStep, kind: 'dockerfile', path: artifactsPath, filename: 'Dockerfile', content: 'FROM x\n' },
            {
              ...aStep,
              kind: 'artifacts',
              path: artifactsPath,
              files: [{ from: 'sub/data.txt', to: 'sub/data.txt' }],
              dirs: [],
              connection: 'store',
              paths: [],
              store: { kind: 'mount', name: 'store', path: '/' },
            },
            {
              kind: 'container',
              container: aContainer({ name: 'own', command: ['sh', '-c', 'echo first > order'] }),
              connection: null,
              volume: null,
            },
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
      aPlan(place.data, {
        replica: {
          init: [
            {
              kind: 'container',
              container: aContainer({ command: ['sh', '-c', 'echo no; exit 3'] }),
              connection: null,
              volume: null,
            },
          ],
        },
      }),
    );
    assert.equal(own.reason, 'InitFailed');
    assert.match(own.message, /exit code 3.\nno$/);
    const outside = await run(
      aPlan(place.data, {
        run: { uuid: 'b'.repeat(32) },
        replica: { init: [{ ...aStep, kind: 'file', path: '/code', filename: 'x', content: '', chmod: null }] },
      }),
    );
    assert.match(outside.message, /outside the run's folder/);
    const ext = await run(
      aPlan(place.data, {
        run: { uuid: 'c'.repeat(32) },
        replica: {
          init: [
            {
              ...aStep,
              kind: 'git',
              path: 'repo',
              url: 'ext::sh -c "touch /tmp/owned"',
              revision: null,
              flags: [],
              connection: null,
              keysPath: null,
            },
          ],
        },
      }),
    );
    assert.match(ext.message, /protocol that is not allowed/);
  });
});

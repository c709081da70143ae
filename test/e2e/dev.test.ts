import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { type Dev, devArguments, type Said, startDev, tandem } from '../support/stack-cli.ts';
import { processesWith } from '../support/stack-process.ts';
import { type RestClient, restClient } from '../support/stack-rest.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');

/** A run of `tandem dev` can be looked at as JSON. */
interface Shown {
  readonly uuid: string;
  readonly status: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

describe('tandem dev', function () {
  this.timeout(120_000);
  let folder: string;
  let dev: Dev;
  let rest: RestClient;

  const start = async (): Promise<void> => {
    dev = await startDev(folder);
    rest = restClient(dev.url, dev.token);
  };

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-dev-'));
    await start();
  });

  after(async () => {
    await dev?.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const lastRun = async (): Promise<Shown> =>
    JSON.parse((await dev.cli(['ops', 'get', '@last', '-o', 'json'])).stdout) as Shown;

  /** A refusal is one sentence, without a stack trace, and the exit code is not 0. */
  const isRefused = (said: Said, sentence: RegExp): void => {
    assert.ok(said.code !== 0 && said.code !== null, `exit code ${said.code}`);
    assert.equal(said.stdout, '');
    assert.match(said.stderr, sentence);
    assert.ok(!/^\s+at /m.test(said.stderr), said.stderr);
    const sentences = said.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('hint:'));
    assert.equal(sentences.length, 1, said.stderr);
  };

  it('trains the example, with its log on stdout and its accuracy as an output', async () => {
    const example = join(examples, 'iris');
    const file = join(example, 'polyaxonfile.yaml');
    const said = await dev.cli(['run', '-f', file, '-P', `source=${example}`, '--wait', '--logs']);
    assert.equal(said.code, 0, said.stderr);
    assert.match(said.stdout, /accuracy/i);
    const { status, outputs } = await lastRun();
    assert.equal(status, 'succeeded');
    assert.ok(Number(outputs['accuracy']) > 0.9, JSON.stringify(outputs));
  });

  it('trains the example in Python, where Python is', async () => {
    const python = spawnSync('python3', ['--version'], { timeout: 20_000 });
    const example = join(examples, 'iris-python');
    const params = ['-P', `source=${example}`, '-P', `data=${join(examples, 'iris')}`];
    const said = await dev.cli(['run', '-f', join(example, 'polyaxonfile.yaml'), ...params, '--wait', '--logs']);
    // Without Python the run says what is missing.
    assert.equal(said.code, python.status === 0 ? 0 : 10, said.stderr);
    if (python.status === 0) assert.ok(Number((await lastRun()).outputs['accuracy']) > 0.9);
    else assert.match(said.stderr, /python3/);
  });

  it('runs a service until it is stopped', async () => {
    const example = join(examples, 'service');
    const port = await freePort();
    const params = ['-P', `source=${example}`, '-P', `port=${port}`, '-P', 'greeting=good day'];
    const made = await dev.cli(['run', '-f', join(example, 'polyaxonfile.yaml'), ...params, '--name', 'greeter']);
    assert.equal(made.code, 0, made.stderr);
    const uuid = made.stdout.trim();
    const greeting = await eventually('the service answers', async () =>
      (await fetch(`http://127.0.0.1:${port}/`)).text(),
    );
    assert.equal(greeting, 'good day from greeter\n');
    assert.equal((await dev.cli(['ops', 'stop', uuid])).code, 0);
    assert.equal((await rest.untilFinal(uuid)).status, 'stopped');
    await eventually('nobody answers any more', () =>
      fetch(`http://127.0.0.1:${port}/`).then(
        () => false,
        () => true,
      ),
    );
  });

  it('refuses a second start on its folder', async () => {
    const said = await tandem(folder, devArguments(dev.data));
    isRefused(said, /in use/);
    assert.equal(said.code, 6);
    assert.match(said.stderr, /hint: .*--data/);
    assert.equal((await rest.ask('GET', '/healthz')).status, 200);
  });

  it('refuses a port that is taken', async () => {
    const taken = createServer();
    taken.listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const port = portOf(taken);
    try {
      const other = join(folder, 'other');
      isRefused(await tandem(folder, [...devArguments(other), '--port', String(port)]), new RegExp(`${port} is taken`));
    } finally {
      taken.close();
    }
  });

  it('goes on after a kill: what ran is found again, and was started once', async () => {
    const journal = join(folder, 'journal');
    const uuid = await rest.submit(
      JSON.stringify({
        kind: 'operation',
        component: {
          kind: 'component',
          run: {
            kind: 'job',
            container: {
              image: 'busybox',
              command: ['sh', '-c', 'echo start >> "$0"; sleep 3; echo end >> "$0"', journal],
            },
          },
        },
      }),
    );
    await eventually('it runs', async () => (await readFile(journal, 'utf8')) === 'start\n');
    dev.life.signal('SIGKILL');
    await dev.life.ended;
    await eventually('both halves end by themselves', () => dev.pids.every((pid) => !isAlive(pid)), 20_000);
    await start();
    assert.equal((await rest.untilFinal(uuid)).status, 'succeeded');
    assert.equal(await readFile(journal, 'utf8'), 'start\nend\n');
  });

  it('ends by Ctrl-C, with exit code 0 and no process left', async () => {
    assert.equal(await dev.end(), 0);
    assert.deepEqual(processesWith(dev.data), []);
    assert.equal(dev.life.stderr(), '');
  });

  it('refuses a folder of a newer version', async () => {
    const newer = join(folder, 'newer');
    await cp(dev.data, newer, { recursive: true });
    await writeFile(join(newer, 'control-plane', 'format.json'), '{"format":99}\n');
    isRefused(await tandem(folder, devArguments(newer)), /newer version/);
  });

  it('starts again with the same token and the same runs', async () => {
    const former = { token: dev.token, run: await remembered() };
    await start();
    assert.equal(dev.token, former.token);
    assert.equal((await dev.cli(['ops', 'ls', '-q'])).stdout.includes(former.run), true);
  });

  /** A run of the earlier starts, from the file of a folder that is at rest. */
  const remembered = async (): Promise<string> => {
    const [run] = await readdir(join(dev.data, 'agent', 'runs'));
    return run ?? assert.fail('the agent keeps no run');
  };
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const port = portOf(probe);
  probe.close();
  await once(probe, 'close');
  return port;
}

function portOf(server: ReturnType<typeof createServer>): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

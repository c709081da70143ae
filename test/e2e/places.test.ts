import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually.ts';
import { firstLine } from '../support/first-line.ts';
import { devArguments, tandem } from '../support/stack-cli.ts';
import { bundleOf } from '../support/stack-process.ts';

const example = join(import.meta.dirname, '../../examples/iris');

/** The Node that npm itself runs on, which may be years older than the one that the packages bring. */
const hostNode = process.env['TANDEM_HOST_NODE'] ?? process.execPath;

describe('places where Tandem finds itself', function () {
  this.timeout(120_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-places-'));
  });
  after(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

  it(`on the Node of the machine, the bundles run an operation from file to result`, async () => {
    const env = { ...process.env, TANDEM_CONFIG: folder, PATH: `${join(hostNode, '..')}:${process.env['PATH'] ?? ''}` };
    const bundle = bundleOf('tandem');
    const dev = spawn(hostNode, [bundle, ...devArguments(join(folder, 'host'))], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const ready = JSON.parse(await firstLine(dev)) as { url: string; token: string };
      const args = [
        bundle,
        'run',
        '-f',
        join(example, 'polyaxonfile.yaml'),
        '-P',
        `source=${example}`,
        '--wait',
        '--logs',
      ];
      const server = { TANDEM_URL: ready.url, TANDEM_TOKEN: ready.token, TANDEM_PROJECT: 'default/default' };
      const run = spawnSync(hostNode, args, { env: { ...env, ...server }, encoding: 'utf8', timeout: 60_000 });
      assert.equal(run.status, 0, run.stdout + run.stderr);
      assert.match(run.stdout, /accuracy on 30 unseen flowers/);
      await reachService({ ...env, ...server });
    } finally {
      const closed = new Promise((resolve) => dev.on('close', resolve));
      dev.kill('SIGINT');
      await closed;
    }
  });

  /** Brings a page of a service to this machine, with nothing but the bundles. */
  async function reachService(env: NodeJS.ProcessEnv): Promise<void> {
    const bundle = bundleOf('tandem');
    const service = join(example, '../service');
    const args = ['run', '-f', join(service, 'polyaxonfile.yaml'), '-P', `source=${service}`, '-P', 'port=48899', '-q'];
    const made = spawnSync(hostNode, [bundle, ...args], { env, encoding: 'utf8', timeout: 60_000 });
    assert.equal(made.status, 0, made.stderr);
    const uuid = made.stdout.trim();
    const forward = spawn(hostNode, [bundle, 'ops', 'port-forward', uuid, '0:48899'], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = new Promise((resolve) => forward.on('close', resolve));
    try {
      const port = /^Forwarding 127\.0\.0\.1:(\d+) -> port 48899 of run/.exec(await firstLine(forward))?.[1];
      const page = await eventually('the service answers', async () =>
        (await fetch(`http://127.0.0.1:${port}/`)).text(),
      );
      assert.match(page, /^hello from hello-service/);
    } finally {
      const stopped = spawnSync(hostNode, [bundle, 'ops', 'stop', uuid], { env, encoding: 'utf8', timeout: 60_000 });
      assert.equal(stopped.status, 0, stopped.stderr);
      await closed;
    }
  }

  it('on a disk that is full, or may not be written, it says so in a sentence and ends', async () => {
    const place = join(folder, 'full');
    await mkdir(place);
    // As root, a disk of 20 MB; as anybody else, who may not mount one, a folder that cannot be written.
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=20m', 'tmpfs', place]).status === 0;
    if (!mounted) await chmod(place, 0o500);
    try {
      const said = await tandem(folder, devArguments(join(place, 'data')));
      assert.ok(said.code !== 0 && said.code !== null, `exit code ${said.code}`);
      assert.match(said.stderr, mounted ? /The disk is full/ : /cannot be written/);
      assert.doesNotMatch(said.stderr, /^\s+at /m);
    } finally {
      if (mounted) spawnSync('umount', ['-l', place]);
      else await chmod(place, 0o700);
    }
  });
});

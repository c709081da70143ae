import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '../../test/support/postgres.ts';

interface Ready {
  readonly http: string;
  readonly grpc: string;
  readonly firstToken: string | null;
}

const free = { TANDEM_HTTP_LISTEN: '127.0.0.1:0', TANDEM_GRPC_LISTEN: '127.0.0.1:0', TANDEM_LOG_LEVEL: 'warn' };

describe('the control plane as a process', function () {
  this.timeout(60_000);
  let folder = '';
  const running = new Set<ChildProcess>();

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-main-'));
  });
  afterEach(async () => {
    for (const child of running) child.kill('SIGKILL');
    running.clear();
    await rm(folder, { recursive: true, force: true });
  });

  function start(args: readonly string[], env: Record<string, string>): ChildProcess {
    const main = new URL('./main.ts', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      ['--conditions=source', '--disable-warning=ExperimentalWarning', main, ...args],
      {
        env: { PATH: process.env['PATH'], ...free, ...env },
        stdio: ['pipe', 'pipe', 'pipe'],
      },
    );
    running.add(child);
    child.once('exit', () => running.delete(child));
    return child;
  }

  /** Runs a command to its end. */
  async function run(args: readonly string[], env: Record<string, string>) {
    const child = start(args, env);
    child.stdin?.end();
    let out = '';
    let err = '';
    child.stdout?.on('data', (bytes: Buffer) => {
      out += bytes.toString();
    });
    child.stderr?.on('data', (bytes: Buffer) => {
      err += bytes.toString();
    });
    const [code] = await once(child, 'close');
    return { code, out, err };
  }

  async function ready(child: ChildProcess): Promise<Ready> {
    let out = '';
    for await (const bytes of child.stdout ?? []) {
      out += String(bytes);
      if (out.includes('\n')) break;
    }
    assert.match(out, /^\{"ready":true,/);
    return JSON.parse(out);
  }

  it('starts on a folder, shows the first token once, and ends in order on a signal', async () => {
    const child = start(['--ready-json', '--dev'], { TANDEM_DATA: folder });
    const { http, firstToken } = await ready(child);
    const answer = await fetch(`${http}/api/v1/default/default`, { headers: { authorization: `Token ${firstToken}` } });
    assert.equal(answer.status, 200);

    const second = await run([], { TANDEM_DATA: folder });
    assert.equal(second.code, 3);
    assert.match(
      second.err,
      new RegExp(`^tandem-control-plane: The data folder .* is in use by process ${child.pid}; .*\\.\n$`),
    );

    child.kill('SIGTERM');
    assert.deepEqual(await once(child, 'exit'), [0, null]);
    const verified = await run(['verify'], { TANDEM_DATA: folder });
    assert.deepEqual([verified.code, verified.out], [0, '']);

    const again = start(['--ready-json'], { TANDEM_DATA: folder });
    assert.equal((await ready(again)).firstToken, null);
    again.kill('SIGKILL');
    await once(again, 'exit');
    const made = await run(['token', 'create'], { TANDEM_DATA: folder });
    assert.match(made.out, /^tdm_[0-9A-Za-z]{43}\n$/);
  });

  it('ends with its parent', async () => {
    const child = start(['--ready-json', '--exit-with-parent'], { TANDEM_DATA: folder });
    await ready(child);
    child.stdin?.end();
    assert.deepEqual(await once(child, 'exit'), [0, null]);
  });

  it('starts in several replicas on one new database, and one of them shows the token', async () => {
    const secret = join(folder, 'secret');
    await writeFile(secret, 's'.repeat(40));
    const env = { TANDEM_DATABASE_URL: await freshDatabase(), TANDEM_SECRET_FILE: secret };
    const children = [1, 2, 3].map(() => start(['--ready-json'], env));
    const all = await Promise.all(children.map(ready));
    assert.equal(all.filter((each) => each.firstToken !== null).length, 1);
    const exits = children.map((child) => once(child, 'exit'));
    for (const child of children) child.kill('SIGINT');
    assert.deepEqual(await Promise.all(exits), Array(3).fill([0, null]));
  });

  it('says in one sentence what keeps it from starting', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await once(busy, 'listening');
    const address = busy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const secret = join(folder, 'secret-file');
    await writeFile(secret, 's'.repeat(40));
    const newer = join(folder, 'newer');
    await run(['version'], {});
    const cases: readonly (readonly [Record<string, string>, number, RegExp])[] = [
      [{}, 2, /Say where the data is/],
      [{ TANDEM_DATA: join(folder, 'a'), TANDEM_HTTP_LISTEN: `127.0.0.1:${port}` }, 3, /is taken by another process/],
      [{ TANDEM_DATABASE_URL: 'postgres://127.0.0.1:1/x', TANDEM_SECRET_FILE: secret }, 5, /cannot be reached/],
      [{ TANDEM_DATABASE_URL: 'postgres://127.0.0.1:1/x', TANDEM_SECRET_FILE: newer }, 1, /no such file/],
      [{ TANDEM_DATA: join(secret, 'below-a-file') }, 1, /./],
    ];
    for (const [env, code, sentence] of cases) {
      const found = await run([], env);
      assert.equal(found.code, code, found.err);
      assert.match(found.err, sentence);
      assert.ok(!/\n\s+at /.test(found.err), found.err);
    }
    busy.close();
  });

  it('tells its version', async () => {
    const { code, out } = await run(['version'], {});
    assert.deepEqual([code, /^\d+\.\d+\.\d+\n$/.test(out)], [0, true]);
  });
});

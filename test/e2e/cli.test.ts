import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { readSource } from '@tandem/shared/source';
import { eventually } from '../support/eventually.ts';
import { type Dev, type Said, startDev, tandem } from '../support/stack-cli.ts';
import { type RestClient, restClient } from '../support/stack-rest.ts';

const root = join(import.meta.dirname, '..', '..');

/** One line of the table: what is typed, and what comes of it. */
interface Case {
  readonly says: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly code: number;
  readonly stdout?: RegExp | '';
  readonly stderr?: RegExp | '';
}

const operation = (script: string, more: Readonly<Record<string, unknown>>): string =>
  JSON.stringify({
    kind: 'operation',
    component: {
      kind: 'component',
      run: { kind: 'job', container: { image: 'busybox', command: ['sh', '-c', script] } },
    },
    ...more,
  });

const longFile = operation('echo begun; sleep 60', { name: 'long' });
const files: Readonly<Record<string, string>> = {
  'good.json': operation('echo hello; echo world', { name: 'good', tags: ['blue', 'a "b", c'] }),
  'bad.json': operation('echo no; exit 9', { name: 'bad' }),
  'long.json': longFile,
  'gated.json': operation('echo through', { name: 'gated', isApproved: false }),
  'elsewhere.yaml': 'kind: operation\nqueue: nowhere\nrun: {kind: job, container: {image: busybox, command: [ls]}}\n',
  'referring.yaml': 'pathRef: good.json\n',
  'wrong.yaml': 'kind: operation\nname: wrong\nrun:\n  kind: job\n  container:\n    image: busybox\n    comand: [sh]\n',
};

describe('the command line, as scripts see it', function () {
  this.timeout(120_000);
  let folder: string;
  let dev: Dev;
  let rest: RestClient;
  const path = (name: string): string => join(folder, name);

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-cli-'));
    for (const [name, text] of Object.entries(files)) await writeFile(path(name), text);
    dev = await startDev(folder);
    rest = restClient(dev.url, dev.token);
  });

  after(async () => {
    await dev?.end();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  /** Runs a command; with `{file}` for a file of this test. Its exit code and both streams are as the case says. */
  const check = async ({ args, env, code, stdout, stderr, says }: Case): Promise<Said> => {
    const said = await dev.cli(
      args.map((arg) => arg.replace(/^\{(.+)\}$/, (_, name: string) => path(name))),
      env === undefined ? {} : { env },
    );
    const story = `${says}: tandem ${args.join(' ')}\n${said.stdout}\n${said.stderr}`;
    assert.equal(said.code, code, story);
    for (const [text, expected] of [
      [said.stdout, stdout],
      [said.stderr, stderr],
    ] as const) {
      if (expected === '') assert.equal(text, '', story);
      else if (expected !== undefined) assert.match(text, expected, story);
    }
    assert.ok(!/^\s+at /m.test(said.stderr), `a stack trace: ${story}`);
    return said;
  };

  const submit = async (file: string, ...more: readonly string[]): Promise<string> => {
    const said = await check({
      says: 'submits',
      args: ['run', '-f', `{${file}}`, ...more],
      code: 0,
      stdout: /^[0-9a-f]{32}\n$/,
    });
    return said.stdout.trim();
  };

  describe('exit codes', () => {
    const cases: readonly Case[] = [
      {
        says: 'a run that succeeds',
        args: ['run', '-f', '{good.json}', '--wait', '--logs'],
        code: 0,
        stdout: /^hello\nworld\n$/,
      },
      {
        says: 'an option that is not there',
        args: ['ops', 'ls', '--nonsense'],
        code: 2,
        stdout: '',
        stderr: /nonsense/,
      },
      {
        says: 'a file that is not there',
        args: ['run', '-f', '{absent.yaml}'],
        code: 2,
        stdout: '',
        stderr: /does not exist/,
      },
      {
        says: 'a wrong token',
        args: ['ops', 'ls', '--token', 'tdm_wrong'],
        code: 3,
        stdout: '',
        stderr: /hint: .*login/,
      },
      { says: 'no token', args: ['ops', 'ls'], env: { TANDEM_TOKEN: '' }, code: 3, stdout: '' },
      {
        says: 'a run that is not there',
        args: ['ops', 'get', 'f'.repeat(32)],
        code: 4,
        stdout: '',
        stderr: /^error: /,
      },
      { says: 'a name that is not there', args: ['ops', 'logs', 'nobody'], code: 4, stdout: '', stderr: /nobody/ },
      { says: 'a project that is not there', args: ['-p', 'default/nowhere', 'ops', 'ls'], code: 4, stdout: '' },
      {
        says: 'a file with a mistake',
        args: ['run', '-f', '{wrong.yaml}'],
        code: 5,
        stdout: '',
        stderr: /wrong\.yaml:7:5: error: .*"comand".*\[sanitize\/unknown-field\]\n.*comand: \[sh\]\n\s+\|\s+\^{6}\n/,
      },
      { says: 'a reference', args: ['run', '{referring.yaml}', '-w', '-l'], code: 0, stdout: /^hello\nworld\n$/ },
      {
        says: 'a mistake that only the server can see',
        args: ['run', '-f', '{elsewhere.yaml}'],
        code: 5,
        stdout: '',
        stderr:
          /elsewhere\.yaml:2:8: error: .*"nowhere".*\[access\/queue\]\n {2}2 \| queue: nowhere\n {4}\| {8}\^{7}\n/,
      },
      {
        says: 'nobody at the address',
        args: ['ops', 'ls'],
        env: { TANDEM_URL: 'http://127.0.0.1:1' },
        code: 7,
        stdout: '',
        stderr: /cannot be reached/,
      },
      { says: 'a run that fails', args: ['run', '-f', '{bad.json}', '--wait'], code: 10, stderr: /exit code 9/ },
      {
        says: 'a run that fails, with its log',
        args: ['run', '-f', '{bad.json}', '--wait', '--logs'],
        code: 10,
        stdout: /^no\n$/,
      },
    ];
    for (const each of cases) it(`${each.code}: ${each.says}`, async () => void (await check(each)));

    it('11: a run that is stopped', async () => {
      const waiting = check({
        says: 'waits',
        args: ['run', '-f', '{long.json}', '--wait', '--name', 'to-stop'],
        code: 11,
      });
      await check({ says: 'stops', args: ['ops', 'stop', await runningCalled('to-stop')], code: 0 });
      await waiting;
    });

    it('3: a token that was revoked', async () => {
      const made = await rest.insist('POST', '/api/v1/users/tokens', { body: { name: 'short-lived' } });
      const { token: key, uuid } = tokenOf(made.text);
      await check({ says: 'good', args: ['ops', 'ls', '--token', key], code: 0 });
      assert.ok((await rest.insist('DELETE', `/api/v1/users/tokens/${uuid}`)).status < 300);
      await check({ says: 'revoked', args: ['ops', 'ls', '--token', key], code: 3, stdout: '' });
    });
  });

  /** Waits until a run of this name runs, and gives its uuid. */
  const runningCalled = async (name: string): Promise<string> => {
    return eventually(
      `${name} runs`,
      async () => (await rest.allRuns()).find((run) => run.name === name && run.status === 'running')?.uuid,
    );
  };

  const tokenOf = (text: string): { readonly token: string; readonly uuid: string } => {
    const made = JSON.parse(text) as Readonly<Record<string, unknown>>;
    const token = made['key'] ?? made['token'];
    assert.ok(typeof token === 'string' && typeof made['uuid'] === 'string', text);
    return { token, uuid: made['uuid'] };
  };

  describe('formats', () => {
    it('prints what the interface gave as JSON', async () => {
      const said = await check({ says: 'json', args: ['ops', 'ls', '-o', 'json'], code: 0, stderr: '' });
      const runs = JSON.parse(said.stdout) as readonly { readonly name: string }[];
      assert.ok(runs.some(({ name }) => name === 'good'));
      const one = await check({ says: 'json', args: ['ops', 'get', 'good', '-o', 'json'], code: 0, stderr: '' });
      assert.equal((JSON.parse(one.stdout) as { name: string }).name, 'good');
    });

    it('prints YAML that Tandem itself would read', async () => {
      const said = await check({ says: 'yaml', args: ['ops', 'get', 'good', '-o', 'yaml'], code: 0, stderr: '' });
      const read = readSource({ name: 'run.yaml', text: said.stdout });
      assert.equal(read.ok, true, said.stdout);
      assert.match(said.stdout, /^status: "succeeded"$/m);
      assert.match(said.stdout, /a \\"b\\", c/);
    });

    it('prints CSV whose rows have as many cells as its head', async () => {
      const { stdout } = await check({ says: 'csv', args: ['ops', 'ls', '-o', 'csv'], code: 0, stderr: '' });
      const rows = stdout.trimEnd().split('\n');
      const cells = rows.map((row) => row.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length);
      assert.deepEqual([...new Set(cells)].length, 1, stdout);
      assert.match(rows[0] ?? '', /^ID,UUID,NAME/);
    });

    it('prints names alone, one on a line', async () => {
      await check({
        says: 'name',
        args: ['ops', 'ls', '-o', 'name'],
        code: 0,
        stdout: /^([0-9a-f]{32}\n)+$/,
        stderr: '',
      });
      await check({ says: 'quiet', args: ['ops', 'ls', '-q'], code: 0, stdout: /^([0-9a-f]{32}\n)+$/ });
    });
  });

  describe('runs', () => {
    it('tells the history, the log and the reason, and deletes', async () => {
      const uuid = await submit('good.json', '--name', 'one-life', '--tag', 'red');
      await rest.untilFinal(uuid);
      await check({ says: 'status', args: ['ops', 'status', uuid], code: 0, stdout: /queued[\s\S]*succeeded/ });
      await check({ says: 'watch', args: ['ops', 'status', '-w', uuid], code: 0, stdout: /succeeded/ });
      await check({ says: 'logs', args: ['ops', 'logs', uuid], code: 0, stdout: /^hello\nworld\n$/ });
      await check({ says: 'tail', args: ['ops', 'logs', '--tail', '1', uuid], code: 0, stdout: /^world\n$/ });
      await check({
        says: 'follow',
        args: ['ops', 'logs', '-f', uuid.slice(0, 12)],
        code: 0,
        stdout: /^hello\nworld\n$/,
      });
      await check({ says: 'stops what ended', args: ['ops', 'stop', uuid], code: 0 });
      assert.equal((await rest.run(uuid)).status, 'succeeded');
      await check({ says: 'does not ask nobody', args: ['ops', 'delete', uuid], code: 2, stderr: /--yes/ });
      await check({ says: 'deletes', args: ['ops', 'delete', '--yes', uuid], code: 0 });
      const { stdout } = await check({ says: 'lists', args: ['ops', 'ls', '-q', '--limit', '100'], code: 0 });
      assert.ok(!stdout.includes(uuid), 'a deleted run is still listed');
    });

    it('gives the same run for the same idempotency key', async () => {
      const first = await submit('good.json', '--idempotency-key', 'once');
      assert.equal(await submit('good.json', '--idempotency-key', 'once'), first);
    });

    it('finds runs by query', async () => {
      const { stdout } = await check({ says: 'query', args: ['ops', 'ls', 'status:failed', '-o', 'jsonl'], code: 0 });
      const names = stdout
        .trimEnd()
        .split('\n')
        .map((line) => (JSON.parse(line) as { name: string }).name);
      assert.ok(names.length > 0 && names.every((name) => name === 'bad'), stdout);
    });

    it('compiles on the server without a run', async () => {
      const before = (await rest.allRuns()).length;
      await check({ says: 'dry run', args: ['run', '-f', '{good.json}', '--dry-run'], code: 0, stdout: /"ok": true/ });
      assert.equal((await rest.allRuns()).length, before);
    });
  });

  describe('why', () => {
    /** At least one reason with its code, whatever the state. */
    const why = async (uuid: string, status: string, reason: RegExp): Promise<void> => {
      const said = await check({ says: `why ${status}`, args: ['ops', 'why', uuid], code: 0, stderr: '' });
      assert.match(said.stdout, new RegExp(`is ${status}\\.\n- \\S`), said.stdout);
      assert.match(said.stdout, reason);
    };

    it('says something of a run that waits for approval, runs, failed and succeeded', async () => {
      const gated = await submit('gated.json');
      await why(gated, 'created', /approve/);
      await check({ says: 'approves', args: ['ops', 'approve', gated], code: 0 });
      await rest.untilFinal(gated);
      await why(gated, 'succeeded', /\[status\/ended\]/);
      const long = await submit('long.json');
      await rest.untilStatus(long, 'running');
      await why(long, 'running', /\[status\/on-cluster\]/);
      await check({ says: 'stops', args: ['ops', 'stop', long], code: 0 });
      const bad = await submit('bad.json');
      await rest.untilFinal(bad);
      await why(bad, 'failed', /exit code 9/);
    });

    it('says of a queued run that its agent is full', async () => {
      const { results } = JSON.parse((await rest.insist('GET', '/api/v1/orgs/default/agents')).text) as {
        readonly results: readonly { readonly settings: { readonly capacity: number } }[];
      };
      const capacity = results[0]?.settings.capacity ?? 0;
      const running: string[] = [];
      for (let index = 0; index < capacity; index += 1) running.push(await rest.submit(longFile));
      for (const uuid of running) await rest.untilStatus(uuid, 'running');
      const queued = await submit('good.json');
      await why(queued, 'queued', /\[agent\/no-capacity\]/);
      await check({ says: 'stops all', args: ['ops', 'stop', ...running], code: 0 });
      assert.equal((await rest.untilFinal(queued, 60_000)).status, 'succeeded');
    });
  });

  describe('projects and agents', () => {
    const cases: readonly Case[] = [
      {
        says: 'makes a project',
        args: ['project', 'create', 'vision', '--description', 'sees'],
        code: 0,
        stdout: /^default\/vision\n$/,
      },
      { says: 'makes it once', args: ['project', 'create', 'vision'], code: 1, stdout: '', stderr: /vision|name/ },
      {
        says: 'lists projects',
        args: ['project', 'ls', '-o', 'name'],
        code: 0,
        stdout: /^default\nvision\n|^vision\ndefault\n/,
      },
      { says: 'runs in it', args: ['-p', 'vision', 'run', '-f', '{good.json}', '--wait'], code: 0 },
      { says: 'makes an agent', args: ['agent', 'create', 'second'], code: 0, stdout: /^\S+\n$/, stderr: /once/ },
      {
        says: 'lists agents',
        args: ['agent', 'ls', '-o', 'csv'],
        code: 0,
        stdout: /^local,.*online.*\n(.*\n)*second,.*offline/m,
      },
      { says: 'renews a token', args: ['agent', 'token', 'second'], code: 0, stdout: /^\S+\n$/ },
      { says: 'knows no third agent', args: ['agent', 'token', 'third'], code: 4, stdout: '' },
    ];
    for (const each of cases) it(each.says, async () => void (await check(each)));
  });

  describe('without a server', () => {
    const offline = async (...args: readonly string[]): Promise<Said> => tandem(folder, args);

    for (const file of globSync('examples/broken/*.yaml', { cwd: root }).sort()) {
      it(`finds everything in ${basename(file)}`, async () => {
        const expected = JSON.parse(
          readFileSync(join(root, file.replace(/yaml$/, 'expected.json')), 'utf8'),
        ) as readonly unknown[];
        const said = await offline('check', '--json', join(root, file));
        assert.equal(said.code, 5);
        const { diagnostics } = JSON.parse(said.stdout) as {
          readonly diagnostics: readonly { code: string; line: number; column: number }[];
        };
        assert.deepEqual(
          diagnostics.map(({ code, line, column }) => ({ code, line, column })),
          expected,
        );
        const shown = await offline('check', join(root, file));
        assert.equal(shown.code, 5);
        assert.equal(shown.stdout, '');
        for (const { code } of diagnostics) assert.ok(shown.stderr.includes(`[${code}]`), shown.stderr);
      });
    }

    it('explains every code, and one', async () => {
      const all = await offline('explain');
      assert.match(all.stdout, /^sanitize\/unknown-field {2}/m);
      const one = await offline('explain', 'sanitize/unknown-field');
      assert.equal(one.code, 0);
      assert.match(one.stdout, /For example:/);
      const none = await offline('explain', 'sanitize/unknown-feld');
      assert.equal(none.code, 4);
      assert.match(none.stderr, /sanitize\/unknown-field/);
    });

    it('completes in bash', async () => {
      const { stdout, code } = await offline('completion', 'bash');
      assert.equal(code, 0);
      const script = join(folder, 'completion.bash');
      await writeFile(script, stdout);
      const typed = `source ${script}; COMP_WORDS=(tandem ops wh); COMP_CWORD=2; _tandem; echo "\${COMPREPLY[@]}"`;
      const completed = spawnSync('bash', ['-c', typed], { encoding: 'utf8', timeout: 10_000 });
      assert.equal(completed.stdout.trim(), 'why', completed.stderr);
    });

    it('says where a server comes from when none is known', async () => {
      const said = await offline('ops', 'ls');
      assert.equal(said.code, 3);
      assert.match(said.stderr, /hint: .*login.*dev/);
    });
  });
});

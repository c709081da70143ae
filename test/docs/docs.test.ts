import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Config, readConfig } from '../../agent/src/config.ts';
import { eventually } from '../support/eventually.ts';
import { firstLine } from '../support/first-line.ts';
import { codeBlocks } from './code-blocks.ts';

const root = join(import.meta.dirname, '../..');
const tandem = join(root, 'dist/tandem.mjs');
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

interface Ended {
  readonly code: number | null;
  readonly output: string;
}

describe('documents', function () {
  this.timeout(300_000);
  let folder: string;
  let dev: ChildProcess;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    const built = spawnSync(process.execPath, ['--conditions=source', join(root, 'scripts/build.ts'), '--if-needed'], {
      encoding: 'utf8',
    });
    assert.equal(built.status, 0, built.stderr);
    folder = mkdtempSync(join(tmpdir(), 'tandem-docs-'));
    const args = [tandem, 'dev', '--data', join(folder, 'data'), '--port', '0', '--no-save-context', '--ready-json'];
    dev = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const ready = JSON.parse(await firstLine(dev)) as { url: string; token: string };
    env = {
      ...process.env,
      TANDEM_URL: ready.url,
      TANDEM_TOKEN: ready.token,
      TANDEM_PROJECT: 'default/default',
      TANDEM_CONFIG: folder,
    };
  });

  after(async () => {
    const closed = new Promise((resolve) => dev.on('close', resolve));
    dev.kill('SIGINT');
    await closed;
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a line of a document as a user would. */
  function shell(line: string): Ended {
    const command = line.replace(/^pnpm tandem /, `${process.execPath} ${tandem} `);
    const result = spawnSync('sh', ['-c', command], {
      cwd: root,
      env: { ...env, PWD: root },
      encoding: 'utf8',
      timeout: 120_000,
    });
    return { code: result.status, output: result.stdout + result.stderr };
  }

  for (const file of ['README.md', 'CONTRIBUTING.md', ...globSync('docs/guide/*.md', { cwd: root })]) {
    for (const block of codeBlocks(join(root, file)).filter((each) => each.language === 'sh')) {
      for (const line of block.text.split('\n').filter((each) => each !== '')) {
        it(`${file}:${block.line}: ${line}`, () => check(line));
      }
    }
  }

  /** Commands of the command line are run; what starts everything is a script that other tests and CI itself run. */
  async function check(line: string): Promise<void> {
    const script = /^(?:npm run|npm|pnpm) ([\w:]+)( dev)?$/.exec(line);
    if (script !== null) {
      assert.ok(scripts.includes(script[1] ?? ''), `package.json has no script "${script[1]}"`);
      return;
    }
    assert.match(line, /^pnpm tandem /, 'a command that this test cannot run');
    if (line.includes(' port-forward ')) return checkForward(line);
    const { code, output } = shell(line);
    assert.equal(code, line.includes('examples/broken') ? 5 : 0, output);
  }

  /** This one goes on until Ctrl-C: it brings a page to the port that the document says. */
  async function checkForward(line: string): Promise<void> {
    const args = line.replace(/^pnpm tandem /, '').split(' ');
    const forward = spawn(process.execPath, [tandem, ...args], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const closed = new Promise((resolve) => forward.on('close', resolve));
    try {
      const [, port] = /^Forwarding 127\.0\.0\.1:(\d+) -> port \d+ of run/.exec(await firstLine(forward)) ?? [];
      assert.equal(port, args.at(-1)?.split(':')[0]);
      const page = await eventually('the service answers', async () =>
        (await fetch(`http://127.0.0.1:${port}`)).text(),
      );
      assert.match(page, /^hello from hello-service/);
    } finally {
      forward.kill('SIGINT');
    }
    assert.equal(await closed, 0);
  }

  it('the demo that the README promises ends well, and says where the model is', () => {
    const result = spawnSync(process.execPath, ['--conditions=source', join(root, 'scripts/demo.ts')], {
      encoding: 'utf8',
      timeout: 120_000,
    });
    assert.equal(result.status, 0, result.stdout + result.stderr);
    assert.match(result.stdout, /accuracy {2}0\.9/);
    assert.ok(existsSync(/^model +(.*)$/m.exec(result.stdout)?.[1] ?? ''), result.stdout);
  });

  it('the operation in the README runs and gives its output', () => {
    const block = codeBlocks(join(root, 'README.md')).find((each) => each.language === 'yaml');
    const file = join(folder, 'greet.yaml');
    writeFileSync(file, block?.text ?? '');
    const { code, output } = shell(`pnpm tandem run -f ${file} -P who=you --wait --logs`);
    assert.equal(code, 0, output);
    assert.equal(output.split('\n').filter((line) => line === 'hello you').length, 3, output);
    assert.match(output, /letters = 5/);
  });

  it('the agent file in the guide is one that an agent takes, section by section', async () => {
    const blocks = codeBlocks(join(root, 'docs/guide/operating.md')).filter((each) => each.language === 'yaml');
    const file = join(folder, 'agent.yaml');
    const configs: Config[] = [];
    for (const { text } of blocks) {
      writeFileSync(file, text);
      configs.push(await readConfig({ file, data: null, env: { TANDEM_SESSIONS: 'localhost:1' } }));
    }
    const [work, health, ...others] = configs;
    assert.deepEqual(others, []);
    assert.equal(work?.capacity, 8);
    assert.ok(work.catalogue.connections.has('data'));
    assert.equal(work.health, null);
    assert.deepEqual(health?.health, { host: '127.0.0.1', port: 9464, metrics: true });
  });

  it('what npm starts by itself leads to another script, and never back', () => {
    const bodies = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> })
      .scripts;
    for (const [name, body] of Object.entries(bodies)) {
      const target = /bootstrap\.mjs ([\w:]+)$/.exec(body)?.[1];
      if (target === undefined) continue;
      assert.ok(bodies[target] !== undefined, `"${name}" leads to "${target}", which is not there`);
      assert.doesNotMatch(bodies[target] ?? '', /bootstrap/, `"${name}" leads back to where it came from`);
    }
  });

  it('every link inside the repository leads somewhere', () => {
    const broken = [
      'README.md',
      'ARCHITECTURE.md',
      'CONTRIBUTING.md',
      ...globSync('docs/**/*.md', { cwd: root }),
    ].flatMap((file) =>
      [...readFileSync(join(root, file), 'utf8').matchAll(/\]\((?!https?:)([^)#]+)/g)]
        .map((found) => found[1] ?? '')
        .filter((target) => !existsSync(join(root, dirname(file), target)))
        .map((target) => `${file}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it('every file that ARCHITECTURE.md names is there', () => {
    const text = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8');
    const named = [...text.matchAll(/`((?:control-plane|agent|shared|cli|test|scripts|proto)\/[\w./-]+)`/g)].map(
      (found) => found[1] ?? '',
    );
    assert.ok(named.length > 5);
    assert.deepEqual(
      named.filter((path) => !existsSync(join(root, path))),
      [],
    );
  });
});

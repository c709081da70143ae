import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { CliError, type ExitCode, exitCodes } from '../exit-codes.ts';
import { buildProgram } from '../program.ts';
import { withLongHyperParam } from './submission-options.ts';

const files: Readonly<Record<string, string>> = {
  'base.yaml': 'inputs: [{name: who, type: str}]\nrun: {kind: job, container: {image: i, args: ["{{ who }}"]}}\n',
  'main.yaml': 'pathRef: base.yaml\nname: main\nparams: {who: files}\n',
  'gpu.yaml': 'queue: gpu\n',
  'plain.yaml': 'run: {kind: job, container: {image: i}}\n',
  'wrong.yaml': 'run: {kind: job, container: {imag: i}}\n',
  'half.yaml': 'pathRef: hub.yaml\n',
  'hub.yaml': 'hubRef: train\n',
  'address.yaml': 'urlRef: "https://example.org/a.yaml"\n',
  'lost.yaml': 'pathRef: nowhere.yaml\n',
};

interface Said {
  readonly code: ExitCode;
  readonly out: string;
  readonly err: string;
}

describe('commands over the compiler', () => {
  let cwd: string;

  before(() => {
    cwd = mkdtempSync(join(tmpdir(), 'tandem-compile-'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  });
  after(() => rmSync(cwd, { recursive: true, force: true }));

  /** Runs a command in this process. `hear` gets all that was said on standard error so far, and may interrupt. */
  const tandem = async (
    args: readonly string[],
    hear?: (err: string, interrupt: () => void) => void,
  ): Promise<Said> => {
    const interrupt = new AbortController();
    let [out, err]: readonly [string, string] = ['', ''];
    let code: ExitCode = exitCodes.ok;
    const program = buildProgram({
      env: { TANDEM_CONFIG: cwd, NO_COLOR: '1' },
      version: '0',
      cwd,
      stdout: { write: (text) => (out += text) },
      stderr: {
        write: (text) => {
          err += text;
          hear?.(err, () => interrupt.abort());
        },
      },
      nowMs: () => 0,
      interrupted: interrupt.signal,
      exit: (each) => {
        code = each;
      },
    });
    try {
      await program.parseAsync(withLongHyperParam(args), { from: 'user' });
    } catch (error) {
      if (error instanceof CliError) return { code: error.exitCode, out, err: `${err}${error.message}\n${error.hint}` };
      if (error instanceof CommanderError) return { code: exitCodes.usage, out, err };
      throw error;
    }
    return { code, out, err };
  };

  describe('check', () => {
    const cases: readonly (readonly [readonly string[], ExitCode, RegExp])[] = [
      [['main.yaml'], 0, /^main\.yaml: ok\n$/],
      [['lost.yaml'], 5, /^lost\.yaml:1:10: error: "nowhere\.yaml" does not exist\. \[references\/not-found\]\n/],
      [['address.yaml'], 0, /address, which is not fetched.*\[references\/not-checked\]\n[\s\S]*hint: .*pathRef/],
      [['half.yaml'], 0, /"train" is not at hand/],
      [['main.yaml', '-HP', 'who=choice:[a, b]', '--matrix-concurrency', '2'], 0, /ok\n$/],
      [['main.yaml', '-HP', 'who=choice:[a, b]', '--matrix', 'grit'], 5, /^-HP:/],
      [['main.yaml', '-HP', 'who'], 5, /\[params\/bad-option\]/],
      [['main.yaml', '--matrix', 'grid'], 2, /-HP/],
      [['main.yaml', '--cache', '--nocache'], 2, /cannot be used with/],
    ];
    for (const [args, code, err] of cases) {
      it(`${args.join(' ')} ends with ${code}`, async () => {
        const said = await tandem(['check', ...args]);
        assert.equal(said.code, code, said.err);
        assert.match(said.err, err);
        assert.equal(said.out, '');
      });
    }

    it('--stages --json gives one object for each stage', async () => {
      const args = ['-HP', 'who=choice:[a]', '--preset', 'p', '--nocache', '--stages', '--json'];
      const said = await tandem(['check', 'main.yaml', 'gpu.yaml', ...args]);
      const stages = said.out
        .trimEnd()
        .split('\n')
        .map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
      assert.deepEqual(
        stages.map(({ stage, ok }) => [stage, ok]),
        ['parse', 'sanitize', 'assemble', 'type-check', 'graph'].map((stage) => [stage, true]),
      );
      const [parse, , assemble, typeCheck] = stages.map(({ result }) => result);
      assert.deepEqual(parse, {
        files: ['main.yaml', '--preset --nocache', '-HP', 'gpu.yaml'].map((name, at) => ({
          name,
          bytes: [51, 42, 101, 11][at],
        })),
        referred: [{ name: 'base.yaml', bytes: 94 }],
        params: [],
      });
      assert.deepEqual(assemble, {
        name: 'main',
        params: { who: { value: 'files' } },
        inputs: [{ name: 'who', type: 'str' }],
        presets: ['p'],
        cache: { disable: true },
        matrix: { kind: 'grid', concurrency: 1, params: { who: { kind: 'choice', value: ['a'] } } },
        queue: 'gpu',
        run: { kind: 'job', container: { image: 'i', args: ['{{ who }}'] } },
      });
      assert.deepEqual(typeCheck, {
        inputs: { who: { type: 'str', isOptional: false } },
        outputs: {},
        params: { who: { type: 'str', value: 'files' } },
      });
    });

    it('--stages ends at the stage that fails', async () => {
      const said = await tandem(['check', '--stages', 'wrong.yaml']);
      assert.equal(said.code, 5);
      assert.match(said.out, /^parse: ok\n[\s\S]*^sanitize: failed\n$/m);
      assert.match(said.err, /\[sanitize\/unknown-field\]/);
    });

    it('--watch checks again when a file changes that is referred to, even one that was not there', async () => {
      writeFileSync(join(cwd, 'watched.yaml'), 'pathRef: later.yaml\n');
      const steps: readonly (readonly [string, (interrupt: () => void) => void])[] = [
        ['Watching 2 files', () => writeFileSync(join(cwd, 'later.yaml'), files['wrong.yaml'] ?? '')],
        ['[sanitize/unknown-field]', () => writeFileSync(join(cwd, 'later.yaml'), files['plain.yaml'] ?? '')],
        ['watched.yaml: ok', (interrupt) => interrupt()],
      ];
      let at = 0;
      const said = await tandem(['check', '--watch', 'watched.yaml'], (err, interrupt) => {
        const [text, act] = steps[at] ?? [];
        if (text === undefined || act === undefined || !err.includes(text)) return;
        at += 1;
        act(interrupt);
      });
      assert.equal(at, steps.length, said.err);
    });
  });

  describe('explain --field', () => {
    it('says where a field comes from and what it overrides', async () => {
      const said = await tandem(['explain', '--field', 'params.who', 'main.yaml', '-P', 'who=me']);
      assert.equal(said.code, 0, said.err);
      const [head, , ...rows] = said.out.trimEnd().split('\n');
      assert.equal(head, 'params.who = {"value":"me"}');
      assert.deepEqual(
        rows.map((row) => row.split(/ {2,}/)),
        [
          ['from', '-P who:1:1', 'option', '{"value":"me"}'],
          ['overrides', 'main.yaml:3:15', 'operation', '{"value":"files"}'],
        ],
      );
    });

    it('gives the same as JSON', async () => {
      const said = await tandem(['-o', 'json', 'explain', '--field', 'inputs[0].type', 'main.yaml']);
      assert.deepEqual(JSON.parse(said.out), {
        path: 'inputs[0].type',
        value: 'str',
        from: [{ layer: 'component', file: 'base.yaml', line: 1, column: 28, value: 'str' }],
        overrides: [],
      });
    });

    const cases: readonly (readonly [string, string, ExitCode, RegExp])[] = [
      [
        'run.container.imag',
        'main.yaml',
        4,
        /has no "imag"; there are: image, args\.\nDid you mean "run\.container\.image"\?$/,
      ],
      ['name.x', 'main.yaml', 4, /"name" has no "x"; nothing is in it/],
      ['a..b', 'main.yaml', 2, /is no path of a field/],
      ['name', 'wrong.yaml', 5, /\[sanitize\/unknown-field\]/],
    ];
    for (const [path, file, code, err] of cases) {
      it(`${path} of ${file} ends with ${code}`, async () => {
        const said = await tandem(['explain', '--field', path, file]);
        assert.equal(said.code, code);
        assert.match(said.err, err);
        assert.equal(said.out, '');
      });
    }
  });

  describe('run', () => {
    /** What a server is sent, in a run of the command; null when it is not asked. */
    const sent = async (...args: readonly string[]): Promise<readonly [Said, Record<string, unknown> | null]> => {
      let body: string | null = null;
      const server = createServer((request, answer) => {
        body = '';
        request.on('data', (bytes) => (body += String(bytes)));
        request.on('end', () => answer.setHeader('content-type', 'application/json').end('{"uuid":"u"}'));
      });
      await once(server.listen(0, '127.0.0.1'), 'listening');
      const address = server.address();
      assert.ok(typeof address === 'object' && address !== null);
      const said = await tandem(['--url', `http://127.0.0.1:${address.port}`, 'run', ...args]);
      server.closeAllConnections();
      server.close();
      return [said, body === null ? null : JSON.parse(body)];
    };

    it('sends the author’s own texts where nothing is referred to', async () => {
      const [said, body] = await sent('plain.yaml', '-P', 'a=1', '--nocache');
      assert.equal(said.code, 0, said.err);
      assert.deepEqual(body?.['sources'], {
        files: [
          { name: 'plain.yaml', text: files['plain.yaml'] },
          { name: '--nocache', text: '{"cache":{"disable":true}}' },
        ],
        params: ['a=1'],
      });
    });

    it('sends the assembled operation alone where files are referred to', async () => {
      const [said, body] = await sent('main.yaml', '-P', 'who=me', '--queue', 'gpu', '--name', 'mine');
      assert.equal(said.code, 0, said.err);
      assert.deepEqual(Object.keys(body ?? {}), ['content', 'name']);
      assert.deepEqual(JSON.parse(String(body?.['content'])), {
        name: 'main',
        inputs: [{ name: 'who', type: 'str' }],
        queue: 'gpu',
        params: { who: { value: 'me' } },
        run: { kind: 'job', container: { image: 'i', args: ['{{ who }}'] } },
      });
    });

    it('sends nothing when files here need a component that only the server has', async () => {
      const [said, body] = await sent('half.yaml');
      assert.equal(said.code, 6);
      assert.match(said.err, /to "train", which is not here/);
      assert.equal(body, null);
    });
  });
});

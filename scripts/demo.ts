/** `npm run demo`: a whole Tandem on this machine, and one real run from its file to its result. Ends with 0 if all of it worked. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const data = join(root, '.tandem', 'demo');
const tandem = join(root, 'dist', 'tandem.mjs');
const example = join(root, 'examples', 'iris');

interface Ready {
  readonly url: string;
  readonly token: string;
}

interface Run {
  readonly uuid: string;
  readonly status: string;
  readonly duration: number;
  readonly outputs: Readonly<Record<string, unknown>>;
}

process.exitCode = await demo();

async function demo(): Promise<number> {
  const startedAt = process.hrtime.bigint();
  const built = spawnSync(process.execPath, ['--conditions=source', join(root, 'scripts/build.ts'), '--if-needed'], {
    stdio: 'inherit',
  });
  if (built.status !== 0) return 1;

  say('Starting a control plane and an agent …');
  const dev = spawn(
    process.execPath,
    [tandem, 'dev', '--data', data, '--port', '0', '--no-save-context', '--ready-json'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  // Whoever ends the demo ends what it started.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => dev.kill('SIGINT'));
  try {
    const ready = await readyLine(dev);
    say(`Up at ${ready.url}. Submitting examples/iris …\n`);
    const run = await submit(ready);
    if (run === null || run.status !== 'succeeded') {
      say(`\nThe run ended as ${run?.status ?? 'unknown'}. Its story is in ${data}.`);
      return 1;
    }
    const folder = join(data, 'agent', 'runs', run.uuid);
    const model = join(folder, 'artifacts', 'outputs', 'model.json');
    if (!existsSync(model)) {
      say(`\nThe run succeeded, but its model is not at ${model}.`);
      return 1;
    }
    say('');
    say(`run       ${run.uuid} ${run.status} in ${run.duration} s`);
    say(`accuracy  ${JSON.stringify(run.outputs['accuracy'])}`);
    say(`model     ${model}`);
    say(`data      ${data}`);
    say(`took      ${(Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(1)} s`);
    say('\nTo keep one running: pnpm tandem dev');
    return 0;
  } finally {
    await end(dev);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** The first line of `tandem dev --ready-json`. Throws when it ends without one; it has said why by then. */
async function readyLine(dev: ChildProcess): Promise<Ready> {
  let text = '';
  return await new Promise((resolve, reject) => {
    dev.stdout?.on('data', (bytes: Buffer) => {
      text += bytes.toString('utf8');
      const end = text.indexOf('\n');
      if (end >= 0) resolve(JSON.parse(text.slice(0, end)) as Ready);
    });
    dev.on('close', (code) => reject(new Error(`tandem dev ended with code ${code}.`)));
  });
}

/** Runs the example with its log on the terminal; gives the run as the interface shows it in the end. */
async function submit(ready: Ready): Promise<Run | null> {
  const args = [
    tandem,
    'run',
    '-f',
    join(example, 'polyaxonfile.yaml'),
    '-P',
    `source=${example}`,
    '--wait',
    '--logs',
    '--name',
    'iris-demo',
  ];
  const env = { ...process.env, TANDEM_URL: ready.url, TANDEM_TOKEN: ready.token, TANDEM_PROJECT: 'default/default' };
  const code = await new Promise<number | null>((resolve) =>
    spawn(process.execPath, args, { env, stdio: 'inherit' }).on('close', resolve),
  );
  const shown = spawnSync(process.execPath, [tandem, 'ops', 'get', '@last', '-o', 'json'], { env, encoding: 'utf8' });
  return code === 0 && shown.status === 0 ? (JSON.parse(shown.stdout) as Run) : null;
}

async function end(dev: ChildProcess): Promise<void> {
  if (dev.exitCode !== null) return;
  const closed = new Promise((resolve) => dev.on('close', resolve));
  dev.kill('SIGINT');
  await closed;
}

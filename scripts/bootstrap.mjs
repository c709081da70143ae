// Runs a script of this repository on a machine that has only Node 20 and npm: fetches the pinned pnpm into `.tools`,
// installs the locked packages (Node 24 among them), and goes on there. Plain JavaScript: it runs before anything is installed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const pnpmVersion = '12.21.0';
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const tools = join(root, '.tools');

/** Runs a command in the repository; ends this process with its exit code if it fails. */
function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (result.error) {
    console.error(`error: ${command} could not be started: ${result.error.message}`);
    process.exit(1);
  }
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function pnpmOnPath() {
  const found = spawnSync('pnpm', ['--version'], { cwd: root, encoding: 'utf8' });
  return found.status === 0 && found.stdout.trim() === pnpmVersion ? 'pnpm' : null;
}

function ownPnpm() {
  const bin = join(tools, 'node_modules', '.bin', 'pnpm');
  if (!existsSync(bin)) {
    console.error(`Fetching pnpm ${pnpmVersion} into .tools …`);
    run(
      'npm',
      [
        'install',
        '--prefix',
        tools,
        '--no-save',
        '--no-audit',
        '--no-fund',
        '--loglevel',
        'error',
        `pnpm@${pnpmVersion}`,
      ],
      {
        stdio: ['ignore', 'ignore', 'inherit'],
      },
    );
  }
  return bin;
}

const [script, ...rest] = process.argv.slice(2);
const pnpm = pnpmOnPath() ?? ownPnpm();
const quiet = existsSync(join(root, 'node_modules', '.pnpm')) ? ['--silent'] : [];
run(pnpm, ['install', '--frozen-lockfile', ...quiet]);
run(pnpm, ['run', '--silent', script, ...rest], {
  // The tests also run the bundles on the Node that was there before.
  env: {
    ...process.env,
    TANDEM_HOST_NODE: process.execPath,
    PATH: `${join(tools, 'node_modules', '.bin')}:${process.env.PATH ?? ''}`,
  },
});

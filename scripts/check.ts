/** All that must hold before a change lands, fastest first. Each failure says which command mends it. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { tooLongFiles } from './file-sizes.ts';

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  readonly mend: string;
}

const root = join(import.meta.dirname, '..');
const node = [process.execPath, '--conditions=source', '--disable-warning=ExperimentalWarning'] as const;

const steps: readonly Step[] = [
  {
    name: 'format and lint',
    command: ['biome', 'ci', '--colors=off', '--diagnostic-level=error', '.'],
    mend: 'pnpm format',
  },
  {
    name: 'walls, cycles, file sizes',
    command: ['oxlint', '--quiet', '.'],
    mend: 'move the import to where it belongs (ARCHITECTURE.md)',
  },
  { name: 'types', command: ['tsc', '-p', '.'], mend: 'mend the types' },
  { name: 'unused code', command: ['knip', '--no-progress'], mend: 'delete what nobody uses' },
  { name: 'wire', command: ['buf', 'lint', 'proto'], mend: 'mend proto/tandem/agent/v1' },
  { name: 'generated files', command: [...node, 'scripts/gen.ts', '--check'], mend: 'pnpm gen' },
];

let failures = 0;
for (const step of steps) {
  const startedAt = process.hrtime.bigint();
  const [command, ...args] = step.command;
  const result = spawnSync(command, args, {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, PATH: `${join(root, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}` },
  });
  const seconds = (Number(process.hrtime.bigint() - startedAt) / 1e9).toFixed(1);
  const ok = result.status === 0;
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${step.name} (${seconds} s)`);
  if (ok) continue;
  failures += 1;
  console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error?.message ?? ''}`.trimEnd());
  console.log(`     to mend: ${step.mend}`);
}

const long = tooLongFiles(root);
if (long.length > 0) {
  failures += 1;
  console.log(
    `FAIL files over their limit of lines\n${long.map((each) => `     ${each.lines} ${each.file}`).join('\n')}`,
  );
}
console.log(failures === 0 ? 'check passed' : `check failed: ${failures} of ${steps.length + 1}`);
process.exitCode = failures === 0 ? 0 : 1;

/**
 * Runs every test and ends with one line that counts them. `pnpm test:all WORD` runs those whose file has the word in its path.
 * Suites are processes of their own, so that a database server or a wall of timers in one never disturbs another.
 */
import { spawn, spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { join } from 'node:path';

interface Suite {
  readonly name: string;
  readonly files: string;
}

const suites: readonly Suite[] = [
  { name: 'shared', files: 'shared/src/**/*.test.ts' },
  { name: 'cli', files: 'cli/src/**/*.test.ts' },
  { name: 'agent', files: 'agent/src/**/*.test.ts' },
  { name: 'control-plane', files: 'control-plane/src/**/*.test.ts' },
  { name: 'architecture', files: 'test/architecture/**/*.test.ts' },
  { name: 'docs', files: 'test/docs/**/*.test.ts' },
  { name: 'conformance', files: 'test/conformance/**/*.test.ts' },
  { name: 'conformance k8s', files: 'test/conformance-k8s/**/*.test.ts' },
  { name: 'fuzz', files: 'test/fuzz/**/*.test.ts' },
  { name: 'helper', files: 'test/helper/**/*.test.ts' },
  { name: 'charts', files: 'test/charts/**/*.test.ts' },
  { name: 'contract', files: 'test/contract/**/*.test.ts' },
  { name: 'cluster', files: 'test/cluster/**/*.test.ts' },
  { name: 'end to end', files: 'test/e2e/**/*.test.ts' },
];

const root = join(import.meta.dirname, '..');
/** In CI a commit always draws the same: whether it lands is not a matter of luck, and each commit still draws anew. */
const propertySeed = process.env['TANDEM_PROPERTY_SEED'] ?? (process.env['CI'] === undefined ? null : seedOfCommit());
if (propertySeed !== null) console.log(`Property tests: TANDEM_PROPERTY_SEED=${propertySeed}`);
const word = process.argv[2];
let passed = 0;
let failed = 0;
let pending = 0;

for (const suite of suites) {
  const files = globSync(suite.files, { cwd: root, exclude: (path) => path.includes('node_modules') })
    .filter((file) => word === undefined || file.includes(word))
    .sort();
  if (files.length === 0) continue;
  console.log(`\n── ${suite.name} (${files.length} files)`);
  const counts = await run(files);
  passed += counts.passed;
  failed += counts.failed;
  pending += counts.pending;
}

if (pending > 0)
  console.log(`\n${pending} tests are skipped, which counts as a failure: assert what is true today instead.`);
console.log(`\n${passed} passed, ${failed + pending} failed`);
// No test at all is a failure too: a broken glob must not look like success.
process.exitCode = failed + pending > 0 || passed === 0 ? 1 : 0;

function seedOfCommit(): string {
  const { stdout } = spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' });
  return String(Number.parseInt((stdout ?? '').slice(0, 7), 16) || 1);
}

interface Counts {
  passed: number;
  failed: number;
  pending: number;
}

/** One mocha process; its counts come from the line that `test-reporter.cjs` ends with. */
async function run(files: readonly string[]): Promise<Counts> {
  const child = spawn(
    process.execPath,
    [
      '--conditions=source',
      '--disable-warning=ExperimentalWarning',
      join(root, 'node_modules/mocha/bin/mocha.js'),
      '--reporter',
      join(root, 'scripts/test-reporter.cjs'),
      '--exit',
      ...(process.env['CI'] === undefined ? [] : ['--forbid-only']),
      ...files,
    ],
    {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, ...(propertySeed === null ? {} : { TANDEM_PROPERTY_SEED: propertySeed }) },
    },
  );
  let tail = '';
  child.stdout.on('data', (bytes: Buffer) => {
    process.stdout.write(bytes);
    tail = (tail + bytes.toString('utf8')).slice(-2000);
  });
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const found = /counts passed=(\d+) failed=(\d+) pending=(\d+)/.exec(tail);
  // A suite that broke before its end counts as one failure, whatever had passed.
  if (found === null) return { passed: 0, failed: 1, pending: 0 };
  const counts = { passed: Number(found[1]), failed: Number(found[2]), pending: Number(found[3]) };
  return code !== 0 && counts.failed === 0 && counts.pending === 0 ? { ...counts, failed: 1 } : counts;
}

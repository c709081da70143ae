/** Bundles the programs, each to one file in `dist`. With `--if-needed` only when a source is newer than the bundles. */
import { copyFileSync, existsSync, globSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { build, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const dist = join(root, 'dist');
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

interface Program {
  readonly name: string;
  readonly entry: string;
  /** Packages that are needed at run time beside the bundle. */
  readonly external: readonly string[];
}

const programs: readonly Program[] = [
  { name: 'tandem', entry: 'cli/src/main.ts', external: [] },
  // PGlite is inside; its WebAssembly is copied beside the bundle (see copyPglite).
  { name: 'tandem-control-plane', entry: 'control-plane/src/main.ts', external: ['pg-native'] },
  // Loaded by the control plane, from beside it, for texts that would hold up its other work.
  { name: 'stage-one-thread', entry: 'control-plane/src/stage-one-thread.ts', external: [] },
  { name: 'tandem-agent', entry: 'agent/src/main.ts', external: [] },
];

/**
 * Asks for node's own modules by `require`, when the module that needs them is first needed itself. An import stands at the
 * top of the bundle, so it loads also what only a part uses that never runs, and it reads each export, those too that load
 * a whole web client when they are read: 4 MB of memory and some ms of each start (ADR 26).
 */
const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:/ }, ({ kind, path }) =>
      kind === 'import-statement' ? { path, namespace: 'by-require' } : { path, external: true },
    );
    onLoad({ filter: /.*/, namespace: 'by-require' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/** grpc-js reads `.proto` files for two services that we do not offer; what it would need for that is 200 kB of each program. */
const withoutProtoLoader: Plugin = {
  name: 'without-proto-loader',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^@grpc\/proto-loader$/ }, ({ path }) => ({ path, namespace: 'left-out' }));
    onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path }) => ({
      contents: `exports.loadSync = () => { throw new Error(${JSON.stringify(`${path} is not part of this program`)}); };`,
    }));
  },
};

if (process.argv.includes('--if-needed') && !isStale()) process.exit(0);

mkdirSync(dist, { recursive: true });
for (const program of programs) {
  await build({
    entryPoints: [join(root, program.entry)],
    outfile: join(dist, `${program.name}.mjs`),
    bundle: true,
    platform: 'node',
    target: 'node20',
    format: 'esm',
    conditions: ['source'],
    minifySyntax: true,
    minifyWhitespace: true,
    sourcemap: 'linked',
    legalComments: 'linked',
    logLevel: 'warning',
    external: [...program.external],
    plugins: [builtinsByRequire, withoutProtoLoader],
    define: { TANDEM_VERSION: JSON.stringify(version), 'import.meta.main': 'true' },
    // Some packages are CommonJS inside and ask for `require`.
    banner: {
      js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
    },
  });
}
copyPglite();
copyMigrations();

/** PGlite reads its WebAssembly and its file system image from beside the code that loads it. */
function copyPglite(): void {
  const resolve = createRequire(join(root, 'control-plane/package.json'));
  const folder = dirname(resolve.resolve('@electric-sql/pglite'));
  for (const file of globSync('*.{wasm,data}', { cwd: folder })) copyFileSync(join(folder, file), join(dist, file));
}

function copyMigrations(): void {
  mkdirSync(join(dist, 'migrations'), { recursive: true });
  for (const file of globSync('*.sql', { cwd: join(root, 'control-plane/src/migrations') })) {
    copyFileSync(join(root, 'control-plane/src/migrations', file), join(dist, 'migrations', file));
  }
}

function isStale(): boolean {
  const newest = Math.max(
    ...globSync(
      ['{shared,proto,control-plane,agent,cli}/{src,gen}/**/*.{ts,sql}', 'pnpm-lock.yaml', 'scripts/build.ts'],
      { cwd: root },
    ).map((file) => statSync(join(root, file)).mtimeMs),
  );
  return programs.some((program) => {
    const file = join(dist, `${program.name}.mjs`);
    return !existsSync(file) || statSync(file).mtimeMs < newest;
  });
}

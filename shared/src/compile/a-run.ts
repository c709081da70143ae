import type { RunFacts } from '../wire/sealed-spec.ts';

/** Facts of a run for tests and previews: fixed values, with those given in their place. */
export function aRun(facts: Partial<RunFacts>): RunFacts {
  return {
    uuid: 'b'.repeat(32),
    name: null,
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    username: null,
    userEmail: null,
    kind: 'job',
    runtime: 'job',
    namespace: 'plx',
    queue: 'agent/default',
    createdAt: '2026-01-02T03:04:05Z',
    compiledAt: '2026-01-02T03:04:06Z',
    ...facts,
  };
}

import { member, type Node } from '../source/tree.ts';
import { toValue } from '../values/from-node.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import type { WithConditions } from './drafts.ts';
import { recordValue } from './record-value.ts';

/** Fields of the `build` section that the build's own operation takes over. */
const takenOver = ['presets', 'queue', 'namespace', 'cache', 'runPatch', 'patchStrategy'];

/**
 * The operation that builds the image of a run before it starts (compiler.md 4.7): the component that the section names, its
 * params, the run's inputs as context, and where the image goes. Null without a `build`.
 */
export function buildOperation(draft: WithConditions): ValueMap | null {
  const section = member(draft.operation, 'build');
  const build = section === undefined ? null : toValue(section);
  if (build === null || !isMap(build)) return null;
  const operation = new Map<string, Value>([
    ['kind', 'operation'],
    ['hubRef', build.get('hubRef') ?? null],
  ]);
  for (const key of takenOver) if (build.has(key)) operation.set(key, build.get(key) ?? null);
  const params = new Map<string, Value>();
  for (const io of draft.resolved)
    if (!io.output && io.value !== null)
      params.set(
        io.name,
        new Map<string, Value>([
          ['value', recordValue(io.value)],
          ['contextOnly', true],
        ]),
      );
  const given = build.get('params') ?? null;
  for (const [name, value] of given !== null && isMap(given) ? given : []) params.set(name, value);
  if (!params.has('destination')) params.set('destination', destination(draft, build.get('connection') ?? null));
  operation.set('params', params);
  return operation;
}

function destination(draft: WithConditions, connection: Value): ValueMap {
  const { project, uuid } = draft.runFacts;
  return new Map<string, Value>([
    ['value', `${project}:${uuid}`],
    ...(connection === null ? [] : ([['connection', connection]] as const)),
  ]);
}

/** Whether the section is there at all: the run waits for its build. */
export function hasBuild(operation: {
  readonly entries: readonly { readonly key: string; readonly value: Node }[];
}): boolean {
  return operation.entries.some(({ key, value }) => key === 'build' && value.kind === 'map');
}

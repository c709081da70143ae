import { type MapNode, member, type Node } from '../source/tree.ts';
import { toValue } from '../values/from-node.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import type { Wish } from './drafts.ts';
import type { RunEntity } from './facts.ts';
import { pythonTime } from './python-time.ts';

/** What a run has of a wish; undefined when it has no such thing. A value that is there but empty, zero or false is a value (compiler.md 3.2). */
export function take(run: RunEntity, wish: Wish): Value | undefined {
  if (wish.kind === 'files') return filesOf(run, wish.value);
  if (wish.kind === 'section') return sectionOf(run, wish.section);
  switch (wish.section) {
    case 'inputs':
      return run.inputs.get(wish.name);
    case 'outputs':
      return run.outputs.get(wish.name);
    case 'artifacts':
      return artifactsOf(run).get(wish.name);
    case 'globals':
      return globalsOf(run).get(wish.name);
  }
}

/** Files and folders of a run, each path below the run's own folder. */
function filesOf(run: RunEntity, value: Node): Value {
  const map = value.kind === 'map' ? value : { kind: 'map' as const, entries: [], span: value.span };
  return new Map(
    ['files', 'dirs']
      .filter((key) => member(map, key) !== undefined)
      .map((key): [string, Value] => [key, pathsOf(run, map, key)]),
  );
}

function pathsOf(run: RunEntity, map: MapNode, key: string): readonly Value[] {
  const node = member(map, key);
  const paths = node === undefined ? [] : toValue(node);
  return (paths !== null && isList(paths) ? paths : [paths]).map((path) => {
    if (path !== null && isList(path)) return [`${run.uuid}/${String(path[0])}`, ...path.slice(1)];
    return `${run.uuid}/${String(path)}`;
  });
}

function sectionOf(run: RunEntity, section: Extract<Wish, { kind: 'section' }>['section']): Value {
  switch (section) {
    case 'inputs':
      return run.inputs;
    case 'outputs':
      return run.outputs;
    case 'artifacts':
      return artifactsOf(run);
    case 'globals':
      return globalsOf(run);
    case 'io':
      return new Map<string, Value>([
        ['inputs', run.inputs],
        ['outputs', run.outputs],
        ['artifacts', artifactsOf(run)],
      ]);
  }
}

function artifactsOf(run: RunEntity): ReadonlyMap<string, Value> {
  return new Map<string, Value>([
    ['base', run.uuid],
    ['outputs', `${run.uuid}/outputs`],
    ...run.artifacts.map(({ name, path }): [string, Value] => [name, path === null ? run.uuid : `${run.uuid}/${path}`]),
  ]);
}

const contextPath = '/plx-context';

/** What other runs may know of a run (compiler.md 3.2). */
function globalsOf(run: RunEntity): ReadonlyMap<string, Value> {
  const artifacts = `${contextPath}/artifacts`;
  return new Map<string, Value>([
    ['uuid', run.uuid],
    ['name', run.name],
    ['status', run.status],
    ['condition', run.condition],
    ['kind', run.kind],
    ['runtime', run.runtime],
    ['iteration', run.iteration === null ? null : BigInt(run.iteration)],
    ['owner_name', run.owner],
    ['project_name', run.project],
    ['project_unique_name', `${run.owner}.${run.project}`],
    ['project_uuid', run.projectUuid],
    ['namespace', run.namespace],
    ['run_info', `${run.owner}.${run.project}.runs.${run.uuid}`],
    ['context_path', contextPath],
    ['artifacts_path', artifacts],
    ['run_artifacts_path', `${artifacts}/${run.uuid}`],
    ['run_outputs_path', `${artifacts}/${run.uuid}/outputs`],
    ...(['createdAt', 'compiledAt', 'scheduleAt', 'startedAt', 'finishedAt'] as const).map((key): [string, Value] => {
      const time = run[key];
      return [key.replace('At', '_at').toLowerCase(), time === null ? null : pythonTime(time)];
    }),
    ['duration', run.duration],
    ['cloning_kind', run.cloningKind],
    ['original_uuid', run.originalUuid],
  ]);
}

/** What a join collects: one entry for each run, or one set of artifacts (compiler.md 3.3). */
export function gather(runs: readonly RunEntity[], wish: Wish): Value {
  if (wish.kind !== 'files') return runs.map((run) => take(run, wish) ?? null);
  const merged = new Map<string, Value[]>([
    ['files', []],
    ['dirs', []],
  ]);
  for (const run of runs) {
    const files = take(run, wish);
    for (const [key, paths] of files !== undefined && files !== null && isMap(files) ? files : [])
      for (const path of paths !== null && isList(paths) ? paths : [paths]) merged.get(key)?.push(path);
  }
  return merged;
}

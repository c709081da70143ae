/** Runs that exist before a case, and queries over them: the part of the query language that joins use (compiler.md 3.3). */
import type { JoinQuery, RunEntity } from '@tandem/shared/compile';
import { isList, isMap, type Value, type ValueMap } from '@tandem/shared/values';

const none: ValueMap = new Map<string, Value>();

/** Runs of the project of the cases; those of others are not found or not allowed. */
export function runsOf(world: readonly ValueMap[]): readonly RunEntity[] {
  return world.filter((run) => (run.get('project') ?? 'proj') === 'proj').map(entityOf);
}

function entityOf(run: ValueMap): RunEntity {
  const text = (key: string): string | null => {
    const value = run.get(key) ?? null;
    return typeof value === 'string' ? value : null;
  };
  const artifacts = run.get('artifacts') ?? null;
  return {
    uuid: text('uuid') ?? '',
    name: text('name'),
    owner: 'default',
    project: 'proj',
    projectUuid: 'a'.repeat(32),
    kind: text('kind') ?? 'job',
    runtime: text('runtime') ?? 'job',
    status: text('status') ?? 'created',
    condition: text('condition'),
    namespace: 'plx',
    inputs: mapOf(run.get('inputs') ?? null),
    outputs: mapOf(run.get('outputs') ?? null),
    artifacts: (artifacts !== null && isList(artifacts) ? artifacts.map(mapOf) : []).map((each) => ({
      name: String(each.get('name')),
      kind: String(each.get('kind')),
      path: typeof each.get('path') === 'string' ? String(each.get('path')) : null,
    })),
    iteration: null,
    createdAt: text('created_at') ?? '2026-01-01T03:04:05Z',
    compiledAt: text('compiled_at'),
    scheduleAt: text('schedule_at'),
    startedAt: text('started_at'),
    finishedAt: text('finished_at'),
    duration: null,
    cloningKind: text('cloning_kind'),
    originalUuid: null,
  };
}

/** The runs that a query finds, sorted and cut. */
export function ask(runs: readonly RunEntity[], { query, sort, limit, offset }: JoinQuery): readonly RunEntity[] {
  const conditions = query.split(',').filter((each) => each.trim() !== '');
  const found = runs.filter((run) => conditions.every((condition) => holds(run, condition)));
  const keys = sort.split(',').filter((each) => each.trim() !== '');
  const sorted = [...found].sort((left, right) => {
    for (const key of keys) {
      const name = key.trim().replace(/^-/, '');
      const order = compare(fieldOf(left, name), fieldOf(right, name));
      if (order !== 0) return key.trim().startsWith('-') ? -order : order;
    }
    return 0;
  });
  return sorted.slice(offset, offset + limit);
}

function holds(run: RunEntity, condition: string): boolean {
  const colon = condition.indexOf(':');
  const value = fieldOf(run, condition.slice(0, colon).trim());
  const asked = condition.slice(colon + 1).trim();
  const isNegated = asked.startsWith('~');
  const rest = isNegated ? asked.slice(1).trim() : asked;
  return matches(value, rest) !== isNegated;
}

function matches(value: Value, asked: string): boolean {
  if (asked === 'nil') return value === null;
  const [, operator, limit] = /^(<=|>=|=<|=>|<|>)\s*(.+)$/.exec(asked) ?? [];
  if (operator !== undefined && limit !== undefined) {
    if (value === null) return false;
    const order = compare(value, literal(limit));
    if (operator === '<') return order < 0;
    if (operator === '>') return order > 0;
    return operator === '<=' || operator === '=<' ? order <= 0 : order >= 0;
  }
  const [from, to] = asked.split('..');
  if (to !== undefined && from !== undefined)
    return value !== null && compare(value, literal(from)) >= 0 && compare(value, literal(to)) <= 0;
  return asked.split('|').some((each) => {
    const text = each.trim();
    if (typeof value === 'string' && /^%|%$/.test(text)) {
      const inner = text.replace(/^%|%$/g, '');
      return text.startsWith('%') && text.endsWith('%')
        ? value.includes(inner)
        : text.startsWith('%')
          ? value.endsWith(inner)
          : value.startsWith(inner);
    }
    return value !== null && compare(value, literal(text)) === 0;
  });
}

function literal(text: string): Value {
  const number = Number(text);
  return text.trim() !== '' && Number.isFinite(number) ? number : text.trim();
}

function compare(left: Value, right: Value): number {
  const [a, b] = [comparable(left), comparable(right)];
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
}

function comparable(value: Value): number | string {
  return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : String(value);
}

/** `metrics` and `outputs` are the outputs, `params` and `inputs` the inputs (rest-api-and-clients.md 2.1). */
function fieldOf(run: RunEntity, field: string): Value {
  const [root = '', name = ''] = field.split(/\.(.*)/s);
  if (root === 'metrics' || root === 'outputs' || root === 'results') return run.outputs.get(name) ?? null;
  if (root === 'params' || root === 'inputs') return run.inputs.get(name) ?? null;
  const own: Readonly<Record<string, Value>> = {
    uuid: run.uuid,
    name: run.name,
    status: run.status,
    kind: run.kind,
    created_at: run.createdAt,
  };
  return Object.hasOwn(own, root) ? (own[root] ?? null) : null;
}

function mapOf(value: Value): ValueMap {
  return value !== null && isMap(value) ? value : none;
}

import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { closed } from '../template/render.ts';
import { toValue } from '../values/from-node.ts';
import { asText, plainText } from '../values/print.ts';
import type { Value, ValueMap } from '../values/value.ts';
import { booleanWord } from '../values/words.ts';
import type { Checked } from './drafts.ts';
import type { RunEntity } from './facts.ts';
import { type Rendering, renderFree, renderingIn, renderScalar } from './render-node.ts';
import { take } from './take.ts';

/** A run that is done, as its hooks see it. `waitTime` and `duration` are seconds. */
export interface EndedRun extends RunEntity {
  readonly waitTime: number | null;
}

/**
 * The operations to start after the end of a run (compiler.md 4.6, orchestration.md 3.9): of each hook whose trigger is the
 * run's status and whose conditions hold. Templates see inputs and outputs by name, as they are at the end, and globals.
 */
export function hookOperations(
  checked: Pick<Checked, 'operation' | 'ios'>,
  ended: EndedRun,
): Outcome<readonly ValueMap[]> {
  const problems: Diagnostic[] = [];
  const globals = take(ended, { kind: 'section', section: 'globals' }) ?? null;
  // An output that the run has not written is null, not unknown.
  const declared = checked.ios.map(({ name }): [string, Value] => [name, null]);
  const names = new Map<string, Value>([...declared, ...ended.inputs, ...ended.outputs, ['globals', globals]]);
  const rendering = renderingIn({ names, late: new Map(), hidden: new Set() }, problems);
  const list = member(checked.operation, 'hooks');
  const operations: ValueMap[] = [];
  for (const hook of list?.kind === 'list' ? list.items : []) {
    if (hook.kind !== 'map' || !fires(hook, ended.status, rendering)) continue;
    operations.push(operationOf(hook, ended, rendering));
  }
  return settle(operations, problems);
}

function fires(hook: MapNode, status: string, rendering: Rendering): boolean {
  const trigger = textOf(member(hook, 'trigger')) ?? 'done';
  if (trigger !== 'done' && trigger !== status) return false;
  const conditions = member(hook, 'conditions');
  if (conditions?.kind !== 'scalar' || conditions.value === null) return true;
  const before = rendering.problems.length;
  const value = closed(renderScalar(conditions, rendering));
  if (rendering.problems.length > before || value === undefined) return false;
  const word = value === null ? false : booleanWord(plainText(value));
  if (word === undefined)
    rendering.problems.push(
      error(
        'conditions/not-boolean',
        conditions.span,
        `The conditions come out as "${plainText(value).slice(0, 40)}"; true or false was expected.`,
        {
          hint: 'Write an expression such as "{{ loss < 1 }}".',
        },
      ),
    );
  return word ?? false;
}

function operationOf(hook: MapNode, ended: EndedRun, rendering: Rendering): ValueMap {
  const operation = new Map<string, Value>();
  for (const key of ['hubRef', 'presets', 'queue', 'namespace']) {
    const node = member(hook, key);
    if (node !== undefined) operation.set(key, toValue(node));
  }
  const named = member(hook, 'connection');
  const connection = named?.kind === 'scalar' ? asText(closed(renderScalar(named, rendering)) ?? null) : '';
  if (connection !== '') operation.set('runPatch', new Map([['connections', [connection]]]));
  const params = new Map<string, Value>();
  if (!isTrue(member(hook, 'disableDefaults')))
    for (const [name, value] of defaults(ended))
      params.set(
        name,
        new Map<string, Value>([
          ['value', value],
          ['contextOnly', true],
        ]),
      );
  const own = member(hook, 'params');
  for (const entry of own?.kind === 'map' ? own.entries : []) {
    const value = closed(renderFree(entry.value, rendering));
    if (value !== undefined) params.set(entry.key, value);
  }
  if (params.size > 0) operation.set('params', params);
  return operation;
}

function defaults(ended: EndedRun): readonly (readonly [string, Value])[] {
  return [
    ['uuid', ended.uuid],
    ['name', ended.name],
    ['kind', ended.kind],
    ['runtime', ended.runtime],
    ['status', ended.status],
    ['condition', ended.condition],
    ['inputs', ended.inputs],
    ['outputs', ended.outputs],
    ['wait_time', ended.waitTime],
    ['duration', ended.duration],
  ];
}

function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined;
}

function isTrue(node: Node | undefined): boolean {
  return node?.kind === 'scalar' && node.value === true;
}

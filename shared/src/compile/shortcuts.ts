import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import { describeNode } from '../spec/describe.ts';
import type { Strategy } from '../spec/merge.ts';
import { resourcesOf } from './resources.ts';

/**
 * The part of a run that a layer's shortcuts stand for, to be put on top of the run with the layer's strategy; undefined
 * when it has none (compiler.md 1.8). `cmd` and `env` look at the run below: a command is replaced whole, variables by name.
 */
export function applyShortcuts(
  run: MapNode | undefined,
  layer: MapNode,
  strategy: Strategy,
  problems: Diagnostic[],
): MapNode | undefined {
  const entries: MapEntry[] = [];
  for (const key of ['ports', 'environment', 'init', 'connections', 'sidecars', 'volumes']) {
    const entry = layer.entries.find((each) => each.key === key);
    if (entry !== undefined) entries.push(entry);
  }
  const container = containerOf(run, layer, strategy, problems);
  if (container !== undefined) entries.push({ key: 'container', keySpan: container.span, value: container });
  return entries.length === 0 ? undefined : { kind: 'map', entries, span: layer.span };
}

/** The run below without what the layer's `cmd` and `env` replace, so that merging does not append to it. */
export function clearForShortcuts(run: MapNode | undefined, layer: MapNode, strategy: Strategy): MapNode | undefined {
  const container = run === undefined ? undefined : member(run, 'container');
  if (run === undefined || container?.kind !== 'map' || strategy === 'isnull' || strategy === 'pre_merge') return run;
  const env = member(layer, 'env');
  const names = new Set(env?.kind === 'map' ? env.entries.map((entry) => entry.key) : []);
  const hasCmd = member(layer, 'cmd') !== undefined;
  if (!hasCmd && names.size === 0) return run;
  const entries = container.entries
    .filter((entry) => !hasCmd || (entry.key !== 'command' && entry.key !== 'args'))
    .map((entry) => {
      if (entry.key !== 'env' || entry.value.kind !== 'list') return entry;
      const items = entry.value.items.filter((item) => !names.has(variableName(item) ?? ''));
      return { ...entry, value: { ...entry.value, items } };
    });
  return {
    ...run,
    entries: run.entries.map((entry) =>
      entry.key === 'container' ? { ...entry, value: { ...container, entries } } : entry,
    ),
  };
}

function containerOf(
  run: MapNode | undefined,
  layer: MapNode,
  strategy: Strategy,
  problems: Diagnostic[],
): MapNode | undefined {
  const own = member(layer, 'container');
  const cmd = member(layer, 'cmd');
  const env = member(layer, 'env');
  const resources = member(layer, 'resources');
  if (own === undefined && cmd === undefined && env === undefined && resources === undefined) return undefined;
  const below = run === undefined ? undefined : member(run, 'container');
  const overWins = strategy === 'post_merge' || strategy === 'replace';
  const entries = new Map((own?.kind === 'map' ? own.entries : []).map((entry) => [entry.key, entry]));
  const put = (key: string, value: Node | undefined): void => {
    if (value !== undefined) entries.set(key, { key, keySpan: value.span, value });
  };
  if (cmd !== undefined && (overWins || below?.kind !== 'map' || member(below, 'command') === undefined)) {
    put('command', textList(['/bin/sh', '-c'], cmd.span));
    put('args', script(cmd, problems));
  }
  if (env?.kind === 'map')
    put(
      'env',
      variables(env, below?.kind === 'map' ? member(below, 'env') : undefined, entries.get('env')?.value, overWins),
    );
  if (resources?.kind === 'map') put('resources', resourcesOf(resources, problems));
  return { kind: 'map', entries: [...entries.values()], span: own?.span ?? (cmd ?? env ?? resources ?? layer).span };
}

/** The lines of `cmd` as one script that stops at the first failing line. */
function script(cmd: Node, problems: Diagnostic[]): Node | undefined {
  const lines = cmd.kind === 'list' ? cmd.items : [cmd];
  const texts: string[] = [];
  for (const line of lines) {
    if (line.kind === 'scalar' && typeof line.value === 'string') texts.push(line.value);
    else
      problems.push(
        error('sanitize/wrong-type', line.span, `In "cmd" stands ${describeNode(line)}; a text was expected.`, {
          hint: 'Write it in quotes.',
        }),
      );
  }
  return textList([`set -e\n${texts.join('\n')}`], cmd.span);
}

function textList(texts: readonly string[], span: Span): Node {
  return { kind: 'list', items: texts.map((value): Node => ({ kind: 'scalar', value, span })), span };
}

/** Variables as Kubernetes has them; one of the same name below is taken out, or kept when the lower side is preferred. */
function variables(env: MapNode, below: Node | undefined, own: Node | undefined, overWins: boolean): Node {
  const taken = new Set((below?.kind === 'list' ? below.items : []).map(variableName));
  const items = env.entries
    .filter((entry) => overWins || !taken.has(entry.key))
    .map(
      (entry): Node => ({
        kind: 'map',
        entries: [
          { key: 'name', keySpan: entry.keySpan, value: { kind: 'scalar', value: entry.key, span: entry.keySpan } },
          { key: 'value', keySpan: entry.value.span, value: entry.value },
        ],
        span: entry.value.span,
      }),
    );
  return { kind: 'list', items: [...(own?.kind === 'list' ? own.items : []), ...items], span: env.span };
}

function variableName(node: Node): string | undefined {
  const name = node.kind === 'map' ? member(node, 'name') : undefined;
  return name?.kind === 'scalar' && typeof name.value === 'string' ? name.value : undefined;
}

import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Node, ScalarNode } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { Fault } from '../template/fault.ts';
import { unknownFilters } from '../template/filters.ts';
import { faultAt, locate } from '../template/locate.ts';
import { isAgentPath } from '../template/names.ts';
import { parseTemplate } from '../template/template.ts';
import type { Assembled, Io, Join, Param } from './drafts.ts';
import { type KnownNames, tooEarly, unknownName } from './known-names.ts';
import { allNames, type Pod, podsOf } from './pods.ts';

/** Sections that are decided in stage 1, so that names of the agent come too late for them (decisions.md 16). */
const stage1Sections = new Set([
  'isApproved',
  'queue',
  'namespace',
  'cost',
  'cache',
  'conditions',
  'presets',
  'tags',
  'name',
  'description',
  'termination',
  'mount',
  'matrix',
  'joins',
  'schedule',
  'dependencies',
  'trigger',
  'skipOnUpstreamSkip',
  'events',
]);

/** The names of an operation's own, by where they come from. */
export interface OwnNames {
  readonly ios: readonly Io[];
  readonly params: ReadonlyMap<string, Param>;
  readonly joins: readonly Join[];
  readonly fromMatrix: ReadonlySet<string>;
  /** Connections of params that become init entries. */
  readonly toInit: readonly Node[];
}

/**
 * Parses every template of an operation and looks its names up among those that will exist: a wrong name is found before
 * anything runs. What a name's value holds is known only later. The bodies of dags are checked operation by operation, and
 * what a dag hands down to them is looked at there.
 */
export function checkTemplates(draft: Assembled, own: OwnNames): readonly Diagnostic[] {
  const { runKind, operation } = draft;
  const declared = [...own.ios.map((io) => io.name), ...own.params.keys(), ...own.fromMatrix];
  const joined = own.joins.flatMap((join) => join.params.map((param) => param.name));
  const pods = podsOf(draft, own.toInit);
  const known: Known = {
    own: new Set([...declared, ...joined]),
    late: new Set(),
    isService: runKind.name === 'service',
    atEnd: false,
    pod: allNames(pods),
    problems: [],
  };
  // What joins give is not there yet while params are resolved (the order of the seed).
  const late = new Set(joined.filter((name) => !own.params.has(name)));
  const before: Known = { ...known, late };
  for (const entry of operation.entries) {
    const early = stage1Sections.has(entry.key) ? entry.key : null;
    if (entry.key === 'params') walkParams(entry.value, before);
    else if (entry.key === 'joins') walkJoins(entry.value, before);
    else if (entry.key === 'events') walkWithout(entry.value, ['ref'], known, early);
    else if (entry.key === 'inputs' || entry.key === 'outputs') walk(entry.value, before, null);
    else if (entry.key === 'hooks') walk(entry.value, { ...known, atEnd: true }, null);
    else if (entry.key === 'run') walkRun(draft, pods, known);
    else walk(entry.value, known, early);
  }
  return known.problems;
}

/** Each pod of a run sees the connections that it asks for; bodies of dags are checked operation by operation. */
function walkRun(draft: Assembled, pods: readonly Pod[], known: Known): void {
  if (draft.runKind.name === 'dag') return;
  for (const { node, names, isWhole } of pods) {
    const inPod = { ...known, pod: names };
    if (isWhole) for (const entry of node.entries) walk(entry.value, inPod, null);
    else walk(node, inPod, null);
  }
}

/** `ref` and what it takes are paths, no expressions (decisions.md 24). */
function walkParams(node: Node, known: Known): void {
  for (const param of node.kind === 'map' ? node.entries : []) {
    const isReference = param.value.kind === 'map' && param.value.entries.some((entry) => entry.key === 'ref');
    walkWithout(param.value, isReference ? ['ref', 'value'] : ['ref'], known, null);
  }
}

function walkJoins(node: Node, known: Known): void {
  for (const join of node.kind === 'list' ? node.items : []) {
    walkWithout(join, ['params'], known, 'joins');
    const params = join.kind === 'map' ? join.entries.find((entry) => entry.key === 'params')?.value : undefined;
    for (const param of params?.kind === 'map' ? params.entries : [])
      walkWithout(param.value, ['value', 'ref'], known, null);
  }
}

/** Everything but some fields of the mappings at the top. */
function walkWithout(node: Node, fields: readonly string[], known: Known, early: string | null): void {
  if (node.kind === 'list') for (const item of node.items) walkWithout(item, fields, known, early);
  else if (node.kind === 'map') {
    for (const entry of node.entries) if (!fields.includes(entry.key)) walk(entry.value, known, early);
  } else walk(node, known, early);
}

interface Known extends KnownNames {
  readonly problems: Diagnostic[];
}

function walk(node: Node, known: Known, early: string | null): void {
  if (node.kind === 'list') {
    for (const item of node.items) walk(item, known, early);
  } else if (node.kind === 'map') {
    for (const entry of node.entries) walk(entry.value, known, early);
  } else if (isTemplateNode(node)) check(node, known, early);
}

function check(node: ScalarNode, known: Known, early: string | null): void {
  const text = String(node.value);
  const template = parseTemplate(text);
  if (template instanceof Fault) {
    known.problems.push(faultAt(template, node.span, text));
    return;
  }
  for (const fault of unknownFilters(template.filters)) known.problems.push(faultAt(fault, node.span, text));
  for (const use of template.uses) {
    const problem =
      early !== null && isAgentPath(use.path) && !known.own.has(use.path[0] ?? '')
        ? tooEarly(use, early)
        : use.guarded
          ? undefined
          : unknownName(use, text, known);
    if (problem !== undefined)
      known.problems.push(
        error(problem.code, locate(node.span, text, use.at, use.end), problem.message, { hint: problem.hint }),
      );
  }
}

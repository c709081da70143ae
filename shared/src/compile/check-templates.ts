import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { MapNode, Node, ScalarNode } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import { Fault } from '../template/fault.ts';
import { faultAt, locate } from '../template/locate.ts';
import { isAgentPath, names } from '../template/names.ts';
import { parseTemplate } from '../template/template.ts';
import type { NameUse } from '../template/uses.ts';
import type { Io, Param, RunKind } from './drafts.ts';

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
]);

/**
 * Parses every template of an operation and looks its names up among those that will exist: a wrong name is found before
 * anything runs. What a name's value holds is known only later.
 */
export function checkTemplates(
  operation: MapNode,
  runKind: RunKind,
  ios: readonly Io[],
  params: ReadonlyMap<string, Param>,
): readonly Diagnostic[] {
  const known: Known = {
    own: new Set([...ios.map((io) => io.name), ...params.keys()]),
    isService: runKind.name === 'service',
    problems: [],
  };
  for (const entry of operation.entries) walk(entry.value, known, stage1Sections.has(entry.key) ? entry.key : null);
  return known.problems;
}

/** Whether a template is anywhere in a tree. */
export function holdsTemplate(node: Node): boolean {
  if (node.kind === 'scalar') return isTemplateNode(node);
  return node.kind === 'list'
    ? node.items.some(holdsTemplate)
    : node.entries.some((entry) => holdsTemplate(entry.value));
}

interface Known {
  readonly own: ReadonlySet<string>;
  readonly isService: boolean;
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

interface Found {
  readonly code: 'template/unknown-name' | 'template/agent-name-too-early';
  readonly message: string;
  readonly hint?: string | undefined;
}

function tooEarly(use: NameUse, section: string): Found {
  return {
    code: 'template/agent-name-too-early',
    message: `"${use.path.join('.')}" is known only in the cluster, but "${section}" is decided before.`,
    hint: 'Use a param or one of the other globals.',
  };
}

const sections = ['globals', 'params', 'connections', 'init'];
const globalNames = new Set(
  names.filter((each) => each.name.startsWith('globals.')).map((each) => each.name.slice('globals.'.length)),
);
const serviceNames = new Set(['ports', 'base_url', 'base_urls']);

function unknownName(use: NameUse, text: string, known: Known): Found | undefined {
  const [root = '', second] = use.path;
  if (known.own.has(root)) return undefined;
  if (root === 'ops' || root === 'runs')
    return {
      code: 'template/unknown-name',
      message: `"${root}" is no name inside "{{ }}".`,
      hint: 'Give a param with "ref" and use its name.',
    };
  if (!sections.includes(root)) {
    const dash = text[use.at - 1] === '-';
    const hint = dash
      ? `Write name['with-dash'] when "-" belongs to a name, such as connections['my-repo'].url.`
      : didYouMean(root, [...known.own, ...sections]);
    return { code: 'template/unknown-name', message: `There is no name "${root}" here.`, hint };
  }
  if (second === undefined) return undefined;
  if (root === 'globals' && !globalNames.has(second))
    return {
      code: 'template/unknown-name',
      message: `There is no "globals.${second}".`,
      hint: didYouMean(second, globalNames),
    };
  if (root === 'globals' && serviceNames.has(second) && !known.isService)
    return { code: 'template/unknown-name', message: `Only a service has "globals.${second}".` };
  if (root === 'params' && second !== 'as_args' && !known.own.has(second))
    return {
      code: 'template/unknown-name',
      message: `There is no param "${second}".`,
      hint: didYouMean(second, known.own),
    };
  return undefined;
}

import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import { isTemplateNode } from '../spec/describe.ts';
import type { Io } from './drafts.ts';
import { valueProblems } from './value-problems.ts';

/** Names that a matrix gives to each of its children; null: it is a template, so any name may be among them. */
export function matrixNames(matrix: Node | undefined): ReadonlySet<string> | null {
  const names = new Set<string>();
  if (matrix?.kind !== 'map') return names;
  const params = member(matrix, 'params');
  for (const entry of params?.kind === 'map' ? params.entries : []) names.add(entry.key);
  const resource = member(matrix, 'resource');
  const name = resource?.kind === 'map' ? member(resource, 'name') : undefined;
  if (name?.kind === 'scalar' && typeof name.value === 'string') names.add(name.value);
  const values = member(matrix, 'values');
  if (values !== undefined && values.kind !== 'list') return null;
  // Only the first row counts for what must be there (compiler.md 3.1).
  const first = values?.kind === 'list' ? values.items[0] : undefined;
  if (first !== undefined && first.kind !== 'map') return null;
  for (const entry of first?.entries ?? []) names.add(entry.key);
  return names;
}

/** Kinds whose suggestions are numbers. */
const numeric = /^(?:range|linspace|logspace|geomspace|q?(?:log)?(?:uniform|normal))$/;
const takes: readonly (readonly [RegExp, readonly string[]])[] = [
  [numeric, ['int', 'float', 'metric']],
  [/^daterange$/, ['date']],
  [/^datetimerange$/, ['datetime']],
];

/** What a matrix suggests against the types of the inputs that take it, each value at its own place (compiler.md 1.6, 5). */
export function checkMatrix(matrix: Node | undefined, ios: readonly Io[]): readonly Diagnostic[] {
  if (matrix?.kind !== 'map') return [];
  const byName = new Map([...ios].reverse().map((io) => [io.name, io]));
  const problems: Diagnostic[] = [];
  const params = member(matrix, 'params');
  for (const entry of params?.kind === 'map' ? params.entries : []) {
    const io = byName.get(entry.key);
    if (io !== undefined && entry.value.kind === 'map') problems.push(...checkParam(entry.value, io));
  }
  const rows = member(matrix, 'values');
  const isMapping = rows?.kind === 'list' && kindOf(matrix) === 'mapping';
  for (const row of isMapping ? rows.items : []) {
    for (const entry of row.kind === 'map' ? row.entries : []) {
      const io = byName.get(entry.key);
      if (io !== undefined && !isNull(entry.value)) problems.push(...valueProblems(io, entry.value, true));
    }
  }
  return problems;
}

function checkParam(param: MapNode, io: Io): readonly Diagnostic[] {
  const kind = kindOf(param);
  const value = member(param, 'value');
  const wanted = takes.find(([pattern]) => kind !== undefined && pattern.test(kind))?.[1];
  if (wanted !== undefined && io.type !== null && (!wanted.includes(io.type) || io.isList)) {
    const type = `${io.isList ? 'a list of ' : ''}"${io.type}"`;
    return [
      error(
        'types/matrix-kind',
        member(param, 'kind')?.span ?? param.span,
        `"${kind}" suggests ${wanted[0] === 'int' ? 'numbers' : `values of type "${wanted[0]}"`}, but "${io.name}" is ${type}.`,
        {
          hint: `Use "choice", or give "${io.name}" the type ${wanted
            .slice(0, 2)
            .map((each) => `"${each}"`)
            .join(' or ')}.`,
          related: [{ message: `"${io.name}" is declared here.`, span: io.span }],
        },
      ),
    ];
  }
  if ((kind !== 'choice' && kind !== 'pchoice') || value?.kind !== 'list' || isTemplateNode(value)) return [];
  const choices =
    kind === 'choice'
      ? value.items
      : value.items.flatMap((each) => (each.kind === 'list' ? each.items.slice(0, 1) : []));
  return choices.flatMap((choice) => (isNull(choice) ? [] : valueProblems(io, choice, true)));
}

function kindOf(node: MapNode): string | undefined {
  const kind = member(node, 'kind');
  return kind?.kind === 'scalar' && typeof kind.value === 'string' ? kind.value : undefined;
}

function isNull(node: Node): boolean {
  return node.kind === 'scalar' && node.value === null;
}

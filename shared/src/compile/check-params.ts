import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import { type MapNode, member } from '../source/tree.ts';
import type { Io, Join, Param } from './drafts.ts';
import { findIo } from './find-io.ts';
import { reservedName, reservedNames } from './read-io.ts';

/** What a join gives is a list, so its input must take one, or be a set of artifacts (compiler.md 3.3). */
export function joinProblems(joins: readonly Join[], ios: readonly Io[]): readonly Diagnostic[] {
  const params = joins.flatMap((join) => join.params);
  return params.flatMap((param) => {
    const io = findIo(ios, param.name);
    if (io === undefined || io.isList || io.type === 'artifacts') return [];
    return [
      error(
        'types/join-needs-list',
        param.span,
        `A join gives "${param.name}" a list, but its declaration takes a single value.`,
        {
          hint: `Declare "${param.name}" with "isList: true".`,
          related: [{ message: `"${param.name}" is declared here.`, span: io.span }],
        },
      ),
    ];
  });
}

/** Params, of a join or a matrix too, that would stand in for a section of the context; inputs of such names are refused themselves. */
export function reservedProblems(
  params: readonly Pick<Param, 'name' | 'span'>[],
  ios: readonly Io[],
): readonly Diagnostic[] {
  return params
    .filter(({ name }) => reservedNames.has(name) && findIo(ios, name) === undefined)
    .map(({ name, span }) => reservedName(name, span));
}

/** Params without an input or output of their name (compiler.md 3.1). */
export function undeclared(
  operation: MapNode,
  ios: readonly Io[],
  params: readonly Pick<Param, 'name' | 'span' | 'contextOnly'>[],
): readonly Diagnostic[] {
  const strictNode = member(operation, 'strictParams');
  const strict = strictNode?.kind === 'scalar' && strictNode.value === true;
  const declared = new Set(ios.map((io) => io.name));
  const problems: Diagnostic[] = [];
  for (const param of params) {
    if (param.contextOnly === true || !(strict || param.contextOnly === false)) continue;
    if (declared.has(param.name)) continue;
    problems.push(
      error('params/undeclared', param.span, `There is no input or output "${param.name}".`, {
        hint: didYouMean(param.name, declared) ?? 'Declare it, or set "contextOnly: true".',
      }),
    );
  }
  return problems;
}

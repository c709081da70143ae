import { error, warning } from '../diagnostics/diagnostic.ts';
import { type MapEntry, type MapNode, member } from '../source/tree.ts';
import { atLeastOne, oneOf, type Rule, type Section, type Shape, section } from './shape.ts';

/**
 * The kind `hyperopt`, which `tpe` and `random` replaced: files that have it are read with a warning, all but the algorithm
 * `anneal`, which has no successor (decisions.md 53, orchestration.md 4.1).
 */
export function hyperoptSection(
  shared: Readonly<Record<'metric' | 'params', Shape>> & Readonly<Record<string, Shape>>,
): Section {
  const algorithm = oneOf('tpe', 'rand', 'anneal');
  return section(
    'matrix',
    { kind: oneOf('hyperopt'), algorithm, numRuns: atLeastOne, maxIterations: atLeastOne, ...shared },
    {
      required: ['params'],
      rules: [replaced],
      schemas: [{ properties: { algorithm: { not: { const: 'anneal' } } } }],
      canonical,
    },
  );
}

/** Fields that a random search does not have. */
const ofModels: ReadonlySet<string> = new Set(['metric', 'maxIterations', 'tuner']);

const replaced: Rule = (node, entries, reading) => {
  const kind = entries.get('kind')?.value ?? node;
  const algorithm = entries.get('algorithm')?.value;
  if (algorithm?.kind === 'scalar' && algorithm.value === 'anneal') {
    reading.problems.push(
      error('sanitize/hyperopt', algorithm.span, 'The algorithm "anneal" of "hyperopt" does not exist any more.', {
        hint: 'Write "kind: tpe" and remove "algorithm".',
      }),
    );
    return;
  }
  const successor = successorOf(node);
  const needed = successor === 'random' ? 'numRuns' : 'metric';
  reading.problems.push(
    warning('sanitize/hyperopt', kind.span, `"hyperopt" was replaced; it is read as "${successor}".`, {
      hint: `Write "kind: ${successor}" and remove "algorithm".`,
    }),
  );
  if (entries.has(needed)) return;
  reading.problems.push(
    error(
      'sanitize/missing-field',
      { ...node.span, end: node.span.start + 1 },
      `"matrix" needs the field "${needed}".`,
      {
        hint: `Add "${needed}: …".`,
      },
    ),
  );
};

function successorOf(node: MapNode): 'random' | 'tpe' {
  const algorithm = member(node, 'algorithm');
  return algorithm?.kind === 'scalar' && algorithm.value === 'rand' ? 'random' : 'tpe';
}

function canonical(node: MapNode): MapNode {
  const successor = successorOf(node);
  const entries = node.entries
    .filter(({ key }) => key !== 'algorithm' && !(successor === 'random' && ofModels.has(key)))
    .map(
      (entry): MapEntry =>
        entry.key === 'kind'
          ? { ...entry, value: { kind: 'scalar', value: successor, span: entry.value.span } }
          : entry,
    );
  return { ...node, entries };
}

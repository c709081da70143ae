import { error } from '../diagnostics/diagnostic.ts';
import { member } from '../source/tree.ts';
import { earlyStopping } from './early-stopping.ts';
import { allKinds, distributionKinds } from './hyper-param-forms.ts';
import { hyperParams } from './hyper-params.ts';
import { hyperoptSection } from './hyperopt.ts';
import { hubRef } from './references.ts';
import {
  atLeastOne,
  boolOrRef,
  floatOrRef,
  free,
  int,
  intOrRef,
  type JsonSchema,
  listOf,
  oneOf,
  type Rule,
  type Section,
  type Shape,
  section,
  sub,
  tagged,
  text,
  words,
} from './shape.ts';

const metric = sub(
  section('metric', { name: text, optimization: oneOf('maximize', 'minimize') }, { required: ['name'] }),
);

const tuner = sub(
  section(
    'tuner',
    { hubRef, presets: words, queue: text, namespace: text, params: { kind: 'params' } },
    { required: ['hubRef'] },
  ),
);

const seed = intOrRef;
const many = { concurrency: atLeastOne, earlyStopping } satisfies Record<string, Shape>;

/** For editors: hyper-parameters of these kinds only. */
function onlyKinds(isAllowed: (kind: string) => boolean): JsonSchema {
  const kind = { enum: allKinds.filter(isAllowed) };
  return { properties: { params: { additionalProperties: { properties: { kind } } } } };
}

/** Parameters of a grid are enumerated, which a distribution cannot be (compiler.md 1.6). */
const noDistributions: Rule = (_node, entries, reading) => {
  const params = entries.get('params')?.value;
  for (const entry of params?.kind === 'map' ? params.entries : []) {
    const kind = entry.value.kind === 'map' ? member(entry.value, 'kind') : undefined;
    if (kind?.kind !== 'scalar' || !distributionKinds.has(String(kind.value))) continue;
    reading.problems.push(
      error(
        'sanitize/distribution-in-grid',
        kind.span,
        `"${entry.key}" is a distribution ("${String(kind.value)}"), which a grid cannot enumerate.`,
        {
          hint: 'Use "choice", "range" or "linspace", or the matrix kind "random".',
        },
      ),
    );
  }
};

/** A Gaussian process knows discrete values and even intervals (compiler.md 1.6). */
const onlyUniform: Rule = (_node, entries, reading) => {
  const params = entries.get('params')?.value;
  for (const entry of params?.kind === 'map' ? params.entries : []) {
    const kind = entry.value.kind === 'map' ? member(entry.value, 'kind') : undefined;
    if (kind?.kind !== 'scalar' || !distributionKinds.has(String(kind.value))) continue;
    if (kind.value === 'uniform') continue;
    reading.problems.push(
      error(
        'sanitize/distribution-in-bayes',
        kind.span,
        `"${entry.key}" is "${String(kind.value)}", which "bayes" cannot model.`,
        {
          hint: 'Use "uniform" or discrete values.',
        },
      ),
    );
  }
};

const gaussianProcess = sub(
  section('gaussianProcess', {
    kernel: oneOf('rbf', 'matern'),
    lengthScale: floatOrRef,
    nu: floatOrRef,
    numRestartsOptimizer: int,
  }),
);

/** `ucb` weighs by kappa, the others by eps; without theirs they have no meaning (compiler.md 1.6). */
const needsWeight: Rule = (node, entries, reading) => {
  const acquisition = entries.get('acquisitionFunction')?.value;
  const kind = acquisition?.kind === 'scalar' ? acquisition.value : null;
  const field = kind === 'ucb' ? 'kappa' : kind === 'ei' || kind === 'poi' ? 'eps' : undefined;
  const given = field === undefined ? undefined : entries.get(field)?.value;
  if (field === undefined || (given !== undefined && !(given.kind === 'scalar' && given.value === null))) return;
  reading.problems.push(
    error(
      'sanitize/missing-field',
      acquisition?.span ?? node.span,
      `The acquisition function "${String(kind)}" needs the field "${field}".`,
      {
        hint: `Add "${field}: …".`,
      },
    ),
  );
};

/** For editors: the acquisition functions that need a field. */
function weighted(functions: readonly string[], field: string): JsonSchema {
  const spellings = ['acquisitionFunction', 'acquisition_function'];
  return {
    if: { anyOf: spellings.map((name) => ({ required: [name], properties: { [name]: { enum: functions } } })) },
    // biome-ignore lint/suspicious/noThenProperty: this is the word of JSON Schema.
    then: { required: [field] },
  };
}

const utilityFunction = sub(
  section(
    'utilityFunction',
    {
      acquisitionFunction: oneOf('ucb', 'ei', 'poi'),
      gaussianProcess,
      kappa: floatOrRef,
      eps: floatOrRef,
      numWarmup: int,
      numIterations: int,
    },
    { rules: [needsWeight], schemas: [weighted(['ucb'], 'kappa'), weighted(['ei', 'poi'], 'eps')] },
  ),
);

const resource = sub(section('resource', { name: text, type: oneOf('int', 'float') }, { required: ['name'] }));

const kinds: Readonly<Record<string, Section>> = {
  grid: section(
    'matrix',
    { kind: oneOf('grid'), params: hyperParams, numRuns: atLeastOne, ...many },
    { required: ['params'], rules: [noDistributions], schemas: [onlyKinds((kind) => !distributionKinds.has(kind))] },
  ),
  random: section(
    'matrix',
    { kind: oneOf('random'), params: hyperParams, numRuns: atLeastOne, seed, ...many },
    { required: ['params', 'numRuns'] },
  ),
  mapping: section(
    'matrix',
    { kind: oneOf('mapping'), values: listOf({ kind: 'map', of: free }), ...many },
    { required: ['values'] },
  ),
  bayes: section(
    'matrix',
    {
      kind: oneOf('bayes'),
      numInitialRuns: atLeastOne,
      maxIterations: atLeastOne,
      metric,
      params: hyperParams,
      utilityFunction,
      seed,
      tuner,
      ...many,
    },
    {
      required: ['numInitialRuns', 'maxIterations', 'metric', 'params'],
      rules: [onlyUniform],
      schemas: [onlyKinds((kind) => kind === 'uniform' || !distributionKinds.has(kind))],
    },
  ),
  hyperband: section(
    'matrix',
    {
      kind: oneOf('hyperband'),
      maxIterations: atLeastOne,
      eta: { kind: 'float', orRef: true, least: 0n },
      resource,
      metric,
      params: hyperParams,
      resume: boolOrRef,
      seed,
      tuner,
      ...many,
    },
    { required: ['maxIterations', 'eta', 'resource', 'metric', 'params'] },
  ),
  tpe: section(
    'matrix',
    {
      kind: oneOf('tpe'),
      metric,
      params: hyperParams,
      numRuns: atLeastOne,
      maxIterations: atLeastOne,
      seed,
      tuner,
      ...many,
    },
    { required: ['metric', 'params'] },
  ),
  hyperopt: hyperoptSection({ metric, params: hyperParams, seed, tuner, ...many }),
  iterative: section(
    'matrix',
    { kind: oneOf('iterative'), maxIterations: atLeastOne, params: hyperParams, seed, tuner, ...many },
    { required: ['maxIterations'] },
  ),
};

/** Many runs of one operation, each with other values (compiler.md 1.6). */
export const matrix: Shape = tagged('matrix', kinds);

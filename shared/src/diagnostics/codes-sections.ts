import type { CodeEntry } from './codes.ts';

const run = 'run: {kind: job, container: {image: busybox}}';

/** Diagnostics about the form of single sections: matrix, schedule, events, params. Part of the catalogue in `codes.ts`. */
export const sectionCodes = {
  'sanitize/bad-range': {
    says: 'The numbers of a hyper-parameter do not make a set of values.',
    help: 'Write `[start, stop, step]` with a stop above the start and a step above zero; the text form `"1:5:2"` needs quotes.',
    example: `matrix: {kind: grid, params: {a: {kind: range, value: [5, 1, 1]}}}\n${run}\n`,
  },
  'sanitize/distribution-in-grid': {
    says: 'A grid has a hyper-parameter that has no list of values.',
    help: 'Use discrete values such as `choice`, `range` or `linspace`, or the matrix kind `random`.',
    example: `matrix: {kind: grid, params: {a: {kind: uniform, value: [0, 1]}}}\n${run}\n`,
  },
  'sanitize/distribution-in-bayes': {
    says: 'A Bayesian search has a hyper-parameter that its model does not know.',
    help: 'Use `uniform` or discrete values.',
    example: `matrix: {kind: bayes, numInitialRuns: 1, maxIterations: 1, metric: {name: loss}, params: {a: {kind: normal, value: [0, 1]}}}\n${run}\n`,
  },
  'sanitize/hyperopt': {
    says: 'The matrix kind `hyperopt` was replaced by `tpe` and `random`.',
    help: 'Write the new kind and remove `algorithm`.',
    example: `matrix: {kind: hyperopt, algorithm: tpe, numRuns: 2, metric: {name: loss}, params: {a: {kind: choice, value: [1, 2]}}}\n${run}\n`,
  },
  'sanitize/bad-cron': {
    says: 'The text is no cron expression.',
    help: 'Write minute, hour, day of month, month and day of week, or an alias such as `@daily`.',
    example: `schedule: {kind: cron, cron: "bad cron"}\n${run}\n`,
  },
  'sanitize/unknown-event': {
    says: 'There is no event of this kind.',
    help: 'Look for a typing mistake; the reference lists the kinds.',
    example: `events: [{ref: runs.8aac02e3a62a4f0aaa257c59da5eab80, kinds: [run_status_runing]}]\n${run}\n`,
  },
  'sanitize/ref-value': {
    says: 'What a param takes from its reference is no path.',
    help: 'Write for example `value: outputs.loss`, or files and folders as `{files, dirs}`.',
    example: `params: {a: {ref: runs.8aac02e3a62a4f0aaa257c59da5eab80, value: 3}}\n${run}\n`,
  },
  'types/bad-regex': {
    says: 'The pattern of a validation cannot be used.',
    help: 'Write a regular expression of Python without look-ahead, look-behind and back-references, which can take forever.',
    example: `inputs: [{name: a, type: str, value: x, validation: {regex: "["}}]\n${run}\n`,
  },
  'matrix/too-many': {
    says: 'A matrix has more runs than one may have.',
    help: 'Set a smaller `numRuns`, or give fewer values; one matrix may have 100,000 runs.',
    example: `inputs: [{name: a, type: float}]\nmatrix: {kind: grid, params: {a: {kind: range, value: [0, 1000000, 1]}}}\n${run}\n`,
  },
  'matrix/too-few-values': {
    says: 'A random search cannot find as many different suggestions as it has runs.',
    help: 'Set a smaller `numRuns`, a smaller `q`, or wider bounds.',
    example: `inputs: [{name: a, type: float}]\nmatrix: {kind: random, numRuns: 9, params: {a: {kind: quniform, value: [0, 1, 0.5]}}}\n${run}\n`,
  },
  'matrix/bad-number': {
    says: 'A template gives a number that the matrix cannot use.',
    help: 'Give whole numbers; `numRuns` from 1 on, `seed` from 0 to 4294967295.',
    example: `params: {n: {value: 0, contextOnly: true}}\ninputs: [{name: a, type: int}]\nmatrix: {kind: grid, numRuns: "{{ n }}", params: {a: {kind: choice, value: [1, 2]}}}\n${run}\n`,
  },
  'matrix/bad-rows': {
    says: 'The rows of a mapping are no list of mappings.',
    help: 'Write or compute rows such as `[{a: 1}, {a: 2}]`.',
    example: `params: {rows: {value: [1, 2], contextOnly: true}}\nmatrix: {kind: mapping, values: "{{ rows }}"}\n${run}\n`,
  },
} as const satisfies Record<string, CodeEntry>;

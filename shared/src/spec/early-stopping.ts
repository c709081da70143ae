import { bool, floatOrRef, int, listOf, oneOf, type Shape, section, tagged, text } from './shape.ts';

const optimization = oneOf('maximize', 'minimize');
const number = floatOrRef;

const policy = tagged('policy', {
  median: section('policy', { kind: oneOf('median'), evaluationInterval: int, minInterval: int, minSamples: int }),
  truncation: section(
    'policy',
    {
      kind: oneOf('truncation'),
      percent: number,
      evaluationInterval: int,
      minInterval: int,
      minSamples: int,
      includeSucceeded: bool,
    },
    { required: ['percent', 'evaluationInterval'] },
  ),
  diff: section(
    'policy',
    { kind: oneOf('diff'), percent: number, evaluationInterval: int, minInterval: int, minSamples: int },
    { required: ['percent', 'evaluationInterval'] },
  ),
});

/** When a parent gives its children up (compiler.md 1.6). */
export const earlyStopping: Shape = listOf(
  tagged('early stopping', {
    metric_early_stopping: section(
      'earlyStopping',
      { kind: oneOf('metric_early_stopping'), metric: text, value: number, optimization, policy },
      { required: ['metric', 'value', 'optimization'] },
    ),
    failure_early_stopping: section(
      'earlyStopping',
      { kind: oneOf('failure_early_stopping'), percent: number },
      { required: ['percent'] },
    ),
  }),
);

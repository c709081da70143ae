import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { hyperParams } from '../spec/hyper-params.ts';
import { readShape } from '../spec/read-section.ts';
import type { Reading } from '../spec/reading.ts';
import { toValue } from '../values/from-node.ts';
import { toNode } from '../values/to-node.ts';
import { isMap, type Value, type ValueMap } from '../values/value.ts';
import { type Distribution, distributionOf } from './distributions.ts';
import { type Points, pointsOf } from './points.ts';
import type { MatrixProblem } from './suggestions.ts';

/** One hyper-parameter, ready to be enumerated or drawn from. */
export interface Axis {
  readonly name: string;
  readonly values:
    | { readonly kind: 'points'; readonly points: Points }
    | { readonly kind: 'drawn'; readonly from: Distribution };
}

const nowhere = { source: { name: 'matrix', text: '' }, start: 0, end: 0 };

/**
 * The hyper-parameters of a rendered section in the author's order, or what is wrong with the first bad one. What came out
 * of a template, such as a list for a range, is read by the rules of the file format.
 */
export function axesOf(params: Value | undefined): readonly Axis[] | MatrixProblem {
  const axes: Axis[] = [];
  for (const [name, param] of params !== undefined && params !== null && isMap(params) ? params : []) {
    const axis = axisOf(name, param);
    if ('message' in axis) return axis;
    axes.push(axis);
  }
  return axes;
}

function axisOf(name: string, param: Value): Axis | MatrixProblem {
  const path = ['params', name];
  const problems: Diagnostic[] = [];
  const reading: Reading = { problems, run: null };
  const read = toValue(readShape(toNode(new Map([[name, param]]), nowhere), hyperParams, 'params', reading));
  const [problem] = problems;
  if (problem !== undefined)
    return { code: problem.code, message: problem.message, hint: problem.hint, path: [...path, 'value'] };
  const inner = read !== null && isMap(read) ? read.get(name) : undefined;
  const full: ValueMap = inner !== undefined && inner !== null && isMap(inner) ? inner : new Map();
  const [kind, value] = [String(full.get('kind') ?? ''), full.get('value') ?? null];
  const points = pointsOf(kind, value);
  if (points !== null && 'fault' in points)
    return {
      code: 'sanitize/bad-range',
      message: `The "${kind}" of "${name}" ${points.fault}.`,
      hint: 'Choose other bounds, or fewer values.',
      path: [...path, 'value'],
    };
  if (points !== null) return { name, values: { kind: 'points', points } };
  const from = value !== null && isMap(value) ? distributionOf(kind, value) : undefined;
  if (from !== undefined) return { name, values: { kind: 'drawn', from } };
  return {
    code: 'sanitize/bad-range',
    message: `The value of "${name}" does not fit the kind "${kind}".`,
    hint: undefined,
    path: [...path, 'value'],
  };
}

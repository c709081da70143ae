import { error } from '../diagnostics/diagnostic.ts';
import { cronProblem } from '../schedule/cron-problem.ts';
import type { Node } from '../source/tree.ts';
import { isoWithOffset, toDatetime, toTimedelta } from '../values/times.ts';
import { isTemplateNode } from './describe.ts';
import { type Reading, wrong } from './reading.ts';
import { atLeastOne, bool, type Custom, oneOf, type Shape, section, tagged } from './shape.ts';

function readTime(node: Node, field: string, reading: Reading): Node {
  if (isTemplateNode(node)) return node;
  const read = node.kind === 'scalar' && typeof node.value === 'string' ? toDatetime(node.value) : undefined;
  if (read?.ok !== true || typeof read.value !== 'string')
    return wrong(node, reading, `a time such as "2026-01-31T08:00:00Z" for "${field}"`);
  return { kind: 'scalar', value: isoWithOffset(read.value), span: node.span };
}

const time: Custom = {
  kind: 'custom',
  name: 'time',
  read: readTime,
  schema: { type: 'string', pattern: '^[0-9]{4}-[0-9]{2}-[0-9]{2}|\\{\\{|\\{%' },
  says: 'a time as ISO 8601, UTC without an offset',
};

/** Seconds as a float, from a number or an ISO 8601 duration (compiler.md 1.7). */
function readFrequency(node: Node, field: string, reading: Reading): Node {
  if (isTemplateNode(node)) return node;
  const expected = `seconds, or a duration such as "PT1H", for "${field}"`;
  const read = node.kind === 'scalar' && typeof node.value !== 'boolean' ? toTimedelta(node.value) : undefined;
  if (read?.ok !== true || typeof read.value !== 'number') return wrong(node, reading, expected);
  if (read.value <= 0) return wrong(node, reading, `a frequency above zero for "${field}"`);
  return { kind: 'scalar', value: read.value, span: node.span };
}

const frequency: Custom = {
  kind: 'custom',
  name: 'frequency',
  read: readFrequency,
  schema: {
    anyOf: [
      { type: 'number', exclusiveMinimum: 0 },
      { type: 'string', pattern: '^[-+]?P|:|\\{\\{|\\{%' },
    ],
  },
  says: 'seconds, or an ISO 8601 duration',
};

function readCron(node: Node, field: string, reading: Reading): Node {
  if (isTemplateNode(node)) return node;
  if (node.kind !== 'scalar' || typeof node.value !== 'string')
    return wrong(node, reading, `a cron expression for "${field}"`, 'Write it in quotes: "0 8 * * 1".');
  const problem = cronProblem(node.value);
  if (problem !== undefined)
    reading.problems.push(
      error('sanitize/bad-cron', node.span, `"${node.value}" is no cron expression: ${problem}.`, {
        hint: 'Write minute, hour, day, month, day of week, for example "0 8 * * 1".',
      }),
    );
  return node;
}

const cron: Custom = {
  kind: 'custom',
  name: 'cronExpression',
  read: readCron,
  schema: { type: 'string', pattern: '^\\s*(?:@[a-z]+|\\S+(?:\\s+\\S+){4})\\s*$|\\{\\{|\\{%' },
  says: 'five fields, or an alias such as `@daily`',
};

const common = { startAt: time, endAt: time, maxRuns: atLeastOne, dependsOnPast: bool } satisfies Record<string, Shape>;

/** When runs start by the clock (compiler.md 1.7). */
export const schedule: Shape = tagged('schedule', {
  cron: section('schedule', { kind: oneOf('cron'), cron, ...common }, { required: ['cron'] }),
  interval: section('schedule', { kind: oneOf('interval'), frequency, ...common }, { required: ['frequency'] }),
  datetime: section('schedule', { kind: oneOf('datetime'), startAt: time }, { required: ['startAt'] }),
});

import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import type { Value } from '../values/value.ts';
import { aRun } from './a-run.ts';
import { queriesOf } from './stages.ts';
import { aDoneRun, bodyText, checked, compiled, job, must, said } from './testing/harness.ts';

const runs = [0.1, 0.2].map((lr, at) =>
  aDoneRun({ uuid: String(at + 1).repeat(32), inputs: new Map<string, Value>([['lr', lr]]) }),
);
const join = (params: string, more = ''): string =>
  `joins: [{query: "status: succeeded", ${more} params: {${params}}}]\n`;

describe('joins', () => {
  it('render their queries in globals and params', () => {
    const yaml = job(
      '[]',
      `params: {floor: 0.5, few: 7}\n${join('x: {value: inputs.lr}', 'sort: "-metrics.acc", limit: "{{ few }}", offset: 2,')}`.replace(
        'status: succeeded',
        'metrics.acc: >{{ floor }}',
      ),
    );
    assert.deepEqual(must(queriesOf(must(checked(yaml)), { run: aRun({}) })), [
      { query: 'metrics.acc: >0.5', sort: '-metrics.acc', limit: 7, offset: 2 },
    ]);
  });

  it('ask for all there is when they name no limit, and never for more than 5,000', () => {
    const limits = ['', 'limit: 0,', 'limit: 9000,'].map(
      (limit) =>
        must(queriesOf(must(checked(job('[]', join('x: {value: inputs.lr}', limit)))), { run: aRun({}) }))[0]?.limit,
    );
    assert.deepEqual(limits, [5000, 5000, 5000]);
  });

  const gathered: readonly (readonly [string, string])[] = [
    ['inputs.lr', '[0.1,0.2]'],
    ['outputs.none', '[null,null]'],
    ['globals.uuid', `["${'1'.repeat(32)}","${'2'.repeat(32)}"]`],
    [
      '{files: [f.txt], dirs: [[a, b]]}',
      `{"files":["${'1'.repeat(32)}/f.txt","${'2'.repeat(32)}/f.txt"],"dirs":[["${'1'.repeat(32)}/a","b"],["${'2'.repeat(32)}/a","b"]]}`,
    ],
  ];
  for (const [value, expected] of gathered) {
    it(`gather ${value}`, () => {
      const { inputs } = must(compiled(job('[]', join(`x: {value: ${value}, contextOnly: true}`)), { joins: [runs] }));
      assert.equal(compactJson(inputs.get('x') ?? null), expected);
    });
  }

  it('give an empty list when nothing is found, and check items by the declared type', () => {
    const sections = `inputs: [{name: x, type: float, isList: true}]\n${join('x: {value: inputs.lr}')}`;
    assert.equal(compactJson(must(compiled(job('[]', sections), { joins: [[]] })).inputs), '{"x":[]}');
    assert.deepEqual(said(compiled(job('[]', sections.replace('inputs.lr', 'inputs.nothing')), { joins: [runs] })), [
      'params/wrong-type @ 2:48',
    ]);
  });

  it('are seen by the run and its arguments, and add up under one name', () => {
    const sections = `inputs: [{name: x, type: float, isList: true, toEnv: XS}]\njoins: [{query: "status: succeeded", params: {x: {value: inputs.lr}}}, {query: "status: failed", params: {x: {value: inputs.lr}}}]\n`;
    const { spec } = must(
      compiled(job('["{{ x }}", "{{ params.x.as_arg }}"]', sections), { joins: [runs, runs.slice(1)] }),
    );
    assert.match(bodyText(spec.body), /"\[0.1, 0.2, 0.2\]","--x=\[0.1,0.2,0.2\]"/);
    assert.equal(spec.inputs[0]?.toEnv, 'XS');
  });

  it('record an edge to every run that was found', () => {
    const { edges } = must(compiled(job('[]', join('x: {value: inputs.lr, contextOnly: true}')), { joins: [runs] }));
    assert.deepEqual(
      edges.map(({ kind, upstream }) => [kind, upstream[0]]),
      [
        ['join', '1'],
        ['join', '2'],
      ],
    );
  });
});

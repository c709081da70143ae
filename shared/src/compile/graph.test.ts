import assert from 'node:assert/strict';
import { checked, must, said } from './testing/harness.ts';

const component = (inputs: string, outputs = ''): string =>
  `component: {inputs: [${inputs}], outputs: [${outputs}], run: {kind: job, container: {image: i}}}`;
const dag = (...operations: readonly string[]): string =>
  `inputs: [{name: n, type: int, value: 3}]\nrun:\n  kind: dag\n  operations:\n${operations.map((each) => `  - {${each}}\n`).join('')}`;
const plain = component('');

describe('graph', () => {
  it('orders operations behind what they wait for, levels in the order of the file', () => {
    const order = must(
      checked(
        dag(
          `name: c, dependencies: [a], ${plain}`,
          `name: b, ${plain}`,
          `name: a, ${plain}`,
          `name: d, dependencies: [b], ${plain}`,
        ),
      ),
    );
    assert.deepEqual(
      order.ops?.map((op) => op.name),
      ['b', 'a', 'c', 'd'],
    );
  });

  it('finds edges in dependencies, references and events, braces or not', () => {
    const draft = must(
      checked(
        dag(
          `name: a, ${component('', '{name: y, type: int}')}`,
          `name: b, params: {x: {ref: "{{ ops.a }}", value: "{{ outputs.y }}"}}, ${component('{name: x, type: int}')}`,
          `name: c, events: [{ref: "{{ ops.a }}", kinds: [run_status_initializing, run_status_running]}], ${plain}`,
          `name: d, dependencies: [a, c], ${plain}`,
        ),
      ),
    );
    const edges = draft.ops?.map((op) => [op.name, op.upstreams.map((up) => [up.name, [...up.values], up.statuses])]);
    assert.deepEqual(edges, [
      ['a', []],
      ['b', [['a', [['x', 'outputs.y']], []]]],
      ['c', [['a', [], ['initializing', 'running']]]],
      [
        'd',
        [
          ['a', [], []],
          ['c', [], []],
        ],
      ],
    ]);
  });

  it('refuses more than half a million edges', () => {
    const names = Array.from({ length: 1002 }, (_, at) => `o${at}`);
    const operations = names.map((name, at) => ({
      name,
      dependencies: names.slice(0, at),
      component: { run: { kind: 'job', container: { image: 'i' } } },
    }));
    const text = JSON.stringify({ run: { kind: 'dag', operations } });
    assert.deepEqual(said(checked(text, { files: [{ name: 'dag.json', text }] })), [
      'graph/too-many-edges @ dag.json:1:8',
    ]);
  });

  const refusals: readonly (readonly [string, string, readonly string[]])[] = [
    [
      'a circle',
      dag(`name: a, dependencies: [b], ${plain}`, `name: b, dependencies: [a], ${plain}`),
      ['graph/cycle @ 5:30'],
    ],
    ['an operation that waits for itself', dag(`name: a, dependencies: [a], ${plain}`), ['graph/cycle @ 5:30']],
    [
      'two circles, each once',
      dag(...['ab', 'ba', 'cd', 'dc'].map(([name, up]) => `name: ${name}, dependencies: [${up}], ${plain}`)),
      ['graph/cycle @ 5:30', 'graph/cycle @ 7:30'],
    ],
    ['an operation that is not there', dag(`name: a, dependencies: [nope], ${plain}`), ['graph/unknown-op @ 5:30']],
    [
      'an output that nobody declares',
      dag(
        `name: a, ${plain}`,
        `name: b, params: {x: {ref: ops.a, value: outputs.y}}, ${component('{name: x, type: int}')}`,
      ),
      ['graph/unknown-value @ 6:47'],
    ],
    [
      'an output that nobody declares may still be logged, for a param that nobody declares',
      dag(
        `name: a, ${plain}`,
        `name: b, params: {x: {ref: ops.a, value: outputs.y, contextOnly: true}}, ${plain}`,
        `name: c, params: {x: {ref: ops.a, value: inputs.y, contextOnly: true}}, ${plain}`,
      ),
      ['graph/unknown-value @ 7:47'],
    ],
    [
      'types that do not fit',
      dag(
        `name: a, ${component('', '{name: f, type: float}')}`,
        `name: b, params: {x: {ref: ops.a, value: outputs.f}}, ${component('{name: x, type: int}')}`,
      ),
      ['graph/type-mismatch @ 6:47'],
    ],
    [
      'a list for a single value',
      dag(
        `name: a, ${component('', '{name: f, type: int, isList: true}')}`,
        `name: b, params: {x: {ref: ops.a, value: outputs.f}}, ${component('{name: x, type: int}')}`,
      ),
      ['graph/type-mismatch @ 6:47'],
    ],
    [
      'an input that the dag does not have',
      dag(`name: a, params: {x: {ref: dag, value: inputs.m}}, ${component('{name: x, type: int}')}`),
      ['graph/unknown-value @ 5:45'],
    ],
    [
      'references to a dag outside of one',
      'params: {x: {ref: ops.a, value: outputs.y}}\nrun: {kind: job, container: {image: i}}',
      ['graph/outside-dag @ 1:19'],
    ],
    ['names that stand twice', dag(`name: a, ${plain}`, `name: a, ${plain}`), ['graph/duplicate-name @ 6:12']],
    [
      'a schedule inside',
      dag(`name: a, schedule: {kind: cron, cron: "@daily"}, ${plain}`),
      ['graph/schedule-inside @ 5:15'],
    ],
  ];
  for (const [what, yaml, expected] of refusals)
    it(`refuses ${what}`, () => assert.deepEqual(said(checked(yaml)), expected));

  const fits: readonly (readonly [string, string])[] = [
    ['int', 'float'],
    ['float', 'metric'],
    ['str', 'path'],
    ['s3', 'str'],
  ];
  for (const [from, to] of fits)
    it(`lets ${from} flow into ${to}`, () => {
      must(
        checked(
          dag(
            `name: a, ${component('', `{name: f, type: ${from}}`)}`,
            `name: b, params: {x: {ref: ops.a, value: outputs.f}}, ${component(`{name: x, type: ${to}}`)}`,
          ),
        ),
      );
    });

  it('says the path of a circle', () => {
    const outcome = checked(
      dag(
        `name: a, dependencies: [c], ${plain}`,
        `name: b, dependencies: [a], ${plain}`,
        `name: c, dependencies: [b], ${plain}`,
      ),
    );
    assert.ok(!outcome.ok);
    assert.match(outcome.problems[0]?.message ?? '', /a → c → b → a/);
  });

  it('takes a chain of 5,000 and a fan of 1,000', () => {
    const chain = Array.from(
      { length: 5000 },
      (_, at) => `name: o${at}, ${at === 0 ? '' : `dependencies: [o${at - 1}], `}dagRef: s`,
    );
    const fan = Array.from({ length: 1000 }, (_, at) => `name: f${at}, dependencies: [o0], dagRef: s`);
    const yaml = `${dag(...chain, ...fan)}  components:\n  - {name: s, run: {kind: job, container: {image: i}}}\n`;
    assert.equal(must(checked(yaml)).ops?.length, 6000);
  });
});

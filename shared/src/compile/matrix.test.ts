import assert from 'node:assert/strict';
import { toValue } from '../values/from-node.ts';
import { compactJson } from '../values/print.ts';
import { aRun } from './a-run.ts';
import { contentOf } from './content.ts';
import { checked, compiled, job, must, said } from './testing/harness.ts';

const operations = (yaml: string, facts = {}): readonly string[] =>
  [...(must(compiled(yaml, facts)).children ?? [])].map((child) => compactJson(toValue(child.operation)));

describe('matrix', () => {
  const inputs = 'inputs: [{name: a, type: int}, {name: b, type: str}, {name: c, type: int, value: 9}]\n';

  it('makes a child of each suggestion, the last axis fastest, with the values of the parent as defaults', () => {
    const yaml = job(
      '["{{ a }}"]',
      `${inputs}matrix: {kind: grid, params: {a: {kind: choice, value: [1, 2]}, b: {kind: choice, value: [x, y]}}}\nparams: {c: "{{ 1 + 1 }}"}\n`,
    );
    const children = operations(yaml);
    assert.deepEqual(
      children.map((text) => /"params":(.*)\}$/.exec(text)?.[1]),
      [
        '{"a":{"value":1},"b":{"value":"x"}}',
        '{"a":{"value":1},"b":{"value":"y"}}',
        '{"a":{"value":2},"b":{"value":"x"}}',
        '{"a":{"value":2},"b":{"value":"y"}}',
      ],
    );
    assert.match(children[0] ?? '', /\{"name":"c","type":"int","isOptional":true,"value":2\}/);
    assert.ok(!(children[0] ?? '').includes('"matrix"'));
  });

  it('makes children that read back, and compile with what mentioned the suggestion', () => {
    const yaml = job(
      '["{{ twice }}"]',
      'inputs: [{name: a, type: int}, {name: twice, type: int}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: [4]}}}\nparams: {twice: "{{ a * 2 }}"}\n',
    );
    const [child] = [...(must(compiled(yaml)).children ?? [])];
    assert.ok(child !== undefined);
    const again = must(checked(contentOf(child), { files: [{ name: 'child.json', text: contentOf(child) }] }));
    assert.equal(again.kind, 'job');
    assert.equal(compactJson(must(compiled(contentOf(child))).inputs), '{"a":4,"twice":8}');
  });

  it('renders its values in params, and checks them by the types of the inputs', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: a, type: int}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: "{{ opts }}"}}}\nparams: {opts: {value: [1, 2], contextOnly: true}}\n',
    );
    assert.equal(operations(yaml).length, 2);
    assert.deepEqual(said(compiled(yaml.replace('[1, 2]', '[1, x]'))), ['types/wrong-type @ 2:56']);
  });

  it('takes suggestions as facts where they depend on results', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: a, type: float}]\nmatrix: {kind: bayes, numInitialRuns: 1, maxIterations: 1, metric: {name: loss}, utilityFunction: {acquisitionFunction: ucb, kappa: 1}, params: {a: {kind: uniform, value: [0, 1]}}}\n',
    );
    assert.equal(must(compiled(yaml)).children, null);
    assert.equal(operations(yaml, { suggestions: [new Map([['a', 0.25]])] }).length, 1);
  });

  it('hands the context params of the parent on', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: a, type: int}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: [1]}}}\nparams: {note: {value: hi, contextOnly: true}}\n',
    );
    assert.match(operations(yaml)[0] ?? '', /"note":\{"value":"hi","contextOnly":true\}/);
  });

  it('streams: the first children of a hundred thousand come without the others', () => {
    const axis = Array.from({ length: 46 }, (_, at) => at).join(', ');
    const one = (name: string): string => `${name}: {kind: choice, value: [${axis}]}`;
    const { children } = must(
      compiled(job('[]', `matrix: {kind: grid, params: {${['a', 'b', 'c'].map(one).join(', ')}}}\n`)),
    );
    assert.equal(children?.count, 46 ** 3);
    const iterator = children[Symbol.iterator]();
    assert.equal(iterator.next().done, false);
    iterator.return?.();
  });

  it('draws for each run anew, and for a run that starts again the same', () => {
    const yaml = job(
      '[]',
      'inputs: [{name: a, type: float}]\nmatrix: {kind: random, numRuns: 3, params: {a: {kind: uniform, value: [0, 1]}}}\n',
    );
    const drawn = (letter: string): readonly string[] =>
      operations(yaml, { run: aRun({ kind: 'matrix', runtime: 'random', uuid: letter.repeat(32) }) });
    assert.deepEqual(drawn('c'), drawn('c'));
    assert.notDeepEqual(drawn('c'), drawn('d'));
  });
});

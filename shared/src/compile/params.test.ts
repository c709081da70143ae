import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import { bodyText, compiled, job, must, said } from './testing/harness.ts';

/** Inputs of the record, as JSON. */
const inputs = (sections: string): string => compactJson(must(compiled(job('[]', sections))).inputs);

describe('params', () => {
  const cases: readonly (readonly [string, string, string])[] = [
    [
      'texts are rendered to their end',
      'inputs: [{name: a, type: str}, {name: b, type: str}, {name: c, type: str}]\nparams: {a: "{{ b }}!", b: "{{ c }}?", c: z}\n',
      '{"a":"z?!","b":"z?","c":"z"}',
    ],
    [
      'types are checked after rendering',
      'inputs: [{name: a, type: int}, {name: b, type: int}]\nparams: {a: 3, b: "{{ a + 1 }}"}\n',
      '{"a":3,"b":4}',
    ],
    [
      'items of lists, too',
      'inputs: [{name: a, type: int}, {name: b, type: int, isList: true}]\nparams: {a: 3, b: ["{{ a }}", 4]}\n',
      '{"a":3,"b":[3,4]}',
    ],
    [
      'a lone placeholder keeps the type',
      'params: {d: {value: {x: 1}}, e: "{{ d }}", f: "{{ d.x }}"}\n',
      '{"d":{"x":1},"e":{"x":1},"f":1}',
    ],
    [
      'an int becomes the float that was declared',
      'inputs: [{name: a, type: float}]\nparams: {a: "{{ 1 + 1 }}"}\n',
      '{"a":2.0}',
    ],
    [
      'a default counts where nothing is given, and where null is',
      'inputs: [{name: a, type: int, value: 7}, {name: b, type: int, value: 8}]\nparams: {a: null}\n',
      '{"a":7,"b":8}',
    ],
    ['literals are never touched', 'params: {a: "1.10", b: {value: {A: "007"}}}\n', '{"a":"1.10","b":{"A":"007"}}'],
  ];
  for (const [what, sections, expected] of cases) it(what, () => assert.equal(inputs(sections), expected));

  it('the value of an output wins over an input of the same name', () => {
    const sections = 'inputs: [{name: a, type: int, value: 1}]\noutputs: [{name: a, type: int, value: 2}]\n';
    assert.match(bodyText(must(compiled(job('["{{ a }}"]', sections))).spec.body), /"args":\["2"\]/);
  });

  it('a circle is an error with its chain', () => {
    const outcome = compiled(job('[]', 'params: {a: "{{ b }}", b: "{{ a }}"}\n'));
    assert.deepEqual(said(outcome), ['params/cycle @ 1:13']);
    assert.match(outcome.ok ? '' : (outcome.problems[0]?.message ?? ''), /a → b → a/);
  });

  it('a chain that is longer than people write is an error, not a crash', () => {
    const all = Array.from({ length: 5000 }, (_, at) => `p${at}: "{{ p${at + 1} }}"`).join(', ');
    const places = said(compiled(job('[]', `params: {${all}, p5000: 1}\n`)));
    assert.ok(places.some((place) => place.startsWith('params/too-long @')));
  });

  it('using an input that is declared below is a doubt', () => {
    const sections = 'inputs: [{name: a, type: int}, {name: b, type: int}]\nparams: {a: "{{ b }}", b: 1}\n';
    assert.deepEqual(said(compiled(job('[]', sections))), ['params/used-above @ 2:13']);
  });

  it('arguments are texts in the order of the declarations, flags and formats among them', () => {
    const sections =
      'inputs: [{name: i, type: int, value: 4}, {name: d, type: dict, value: {a: 1}}, {name: f, type: bool, isFlag: true, value: true}, {name: l, type: list, value: [1, 2], argFormat: "--l={{ l | join(\',\') }}"}, {name: n, type: int, isOptional: true}]\n';
    assert.match(
      bodyText(must(compiled(job('"{{ params.as_args }}"', sections))).spec.body),
      /"args":\["--i=4","--d=\{\\"a\\":1\}","--f","--l=1,2"\]/,
    );
  });

  it('on the parent of a matrix, what mentions its params stays as written', () => {
    const sections =
      'inputs: [{name: lr, type: float}]\nmatrix: {kind: grid, params: {lr: {kind: choice, value: [0.1]}}}\nparams: {twice: "{{ lr * 2 }}", more: "{{ twice }}!", plain: "{{ 1 + 1 }}"}\n';
    assert.equal(inputs(sections), '{"lr":null,"twice":"{{ lr * 2 }}","more":"{{ twice }}!","plain":2}');
  });
});

import assert from 'node:assert/strict';
import type { Value } from '../values/value.ts';
import { aDoneRun, bodyText, compiled, job, must, said } from './testing/harness.ts';

const uuid = '1'.repeat(32);
const other = aDoneRun({
  uuid,
  name: 'train',
  inputs: new Map<string, Value>([['lr', 0.1]]),
  outputs: new Map<string, Value>([
    ['loss', 0],
    ['note', ''],
    ['flag', false],
    ['none', null],
  ]),
  artifacts: [{ name: 'tb', kind: 'tensorboard', path: 'tb/logs' }],
});
const runs = new Map([[uuid, other]]);
const taking = (value: string): string => `params: {x: {ref: runs.${uuid}, value: ${value}, contextOnly: true}}\n`;

describe('references', () => {
  const taken: readonly (readonly [string, string])[] = [
    ['outputs.loss', '0.0'],
    ['outputs.note', ''],
    ['outputs.flag', 'False'],
    ['inputs.lr', '0.1'],
    ['globals.status', 'succeeded'],
    ['globals.uuid', uuid],
    ['artifacts.tb', `${uuid}/tb/logs`],
    ['artifacts.outputs', `${uuid}/outputs`],
    ['artifacts.base', uuid],
    ['"{{ outputs.loss }}"', '0.0'],
  ];
  for (const [value, expected] of taken) {
    it(`takes ${value}, whatever its value is`, () => {
      const body = bodyText(must(compiled(job('["{{ x }}"]', taking(value)), { runs })).spec.body);
      assert.equal(body, `{"kind":"job","container":{"image":"i","args":["${expected}"]}}`);
    });
  }

  it('takes whole sections as mappings, and files below the folder of the run', () => {
    const yaml = `params: {all: {ref: runs.${uuid}, value: globals, contextOnly: true}, files: {ref: "runs.${uuid}", value: {files: [a.txt], dirs: [d]}}}\ninputs: [{name: files, type: artifacts}]\n`;
    const { spec } = must(compiled(job('["{{ all.name }}", "{{ files }}"]', yaml), { runs }));
    assert.match(
      bodyText(spec.body),
      new RegExp(`"train","\\{'files': \\['${uuid}/a.txt'\\], 'dirs': \\['${uuid}/d'\\]\\}"`),
    );
  });

  it('brings what it takes to the type of its input', () => {
    const yaml = `params: {n: {ref: runs.${uuid}, value: globals.status}}\ninputs: [{name: n, type: int}]\n`;
    assert.deepEqual(said(compiled(job('[]', yaml), { runs })), ['params/wrong-type @ 1:65']);
  });

  it('says the same of a run that is not there and one that may not be read', () => {
    const outcome = compiled(job('[]', taking('outputs.loss')), { runs: new Map() });
    assert.deepEqual(said(outcome), ['access/run @ 1:19']);
    assert.equal(outcome.ok ? '' : outcome.problems[0]?.message, `Run "${uuid}": not found or not allowed.`);
  });

  it('refuses what the run does not have, and names what it has', () => {
    const outcome = compiled(job('[]', taking('outputs.los')), { runs });
    assert.deepEqual(said(outcome), ['references/no-such-value @ 1:65']);
    assert.match(outcome.ok ? '' : (outcome.problems[0]?.hint ?? ''), /loss/);
  });

  it('records an edge for each run, with what every param takes', () => {
    const { edges } = must(compiled(job('[]', taking('outputs.loss')), { runs }));
    assert.deepEqual(edges, [{ kind: 'run', upstream: uuid, values: new Map([['x', 'outputs.loss']]) }]);
  });

  it('resolves references to operations of a dag from the facts of its pipeline', () => {
    const pipeline = { dag: aDoneRun({ inputs: new Map([['n', 3n]]) }), ops: new Map([['train', other]]) };
    const yaml = 'params: {a: {ref: ops.train, value: outputs.loss}, b: {ref: dag, value: inputs.n}}\n';
    const { spec } = must(compiled(job('["{{ a }} {{ b }}"]', yaml), { pipeline }, { inPipeline: true }));
    assert.match(bodyText(spec.body), /"0.0 3"/);
    assert.deepEqual(said(compiled(job('[]', yaml), {}, { inPipeline: true })), [
      'references/not-finished @ 1:19',
      'references/not-finished @ 1:61',
    ]);
  });
});

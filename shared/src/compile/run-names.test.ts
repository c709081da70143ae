import assert from 'node:assert/strict';
import { aDoneRun, bodyText, compiled, must } from './testing/harness.ts';

const first = '1'.repeat(32);
const second = '2'.repeat(32);
const joined = 'joins: [{query: "metrics.loss: <1", params: {uuids: {value: globals.uuid}}}]';

/** What an entry asks for, and which names it gets of the runs that a join found. */
const cases: readonly (readonly [title: string, tensorboard: string, names: string | null])[] = [
  ['those of a join', '{uuids: "{{ uuids }}", useNames: true}', `{"${first}":"one","${second}":"two"}`],
  ['one, written with dashes', '{uuids: 11111111-1111-1111-1111-111111111111, useNames: true}', `{"${first}":"one"}`],
  ['none, where nobody wants names', '{uuids: "{{ uuids }}"}', null],
  ['none of a run that was not asked for', `{uuids: "${'3'.repeat(32)}", useNames: true}`, null],
];

describe('names of runs for TensorBoard', () => {
  for (const [title, tensorboard, names] of cases)
    it(`are ${title}`, () => {
      const yaml = `${joined}\nrun: {kind: job, init: [{tensorboard: ${tensorboard}}], container: {image: i, args: ["{{ uuids }}"]}}\n`;
      const runs = [aDoneRun({ uuid: first, name: 'one' }), aDoneRun({ uuid: second, name: 'two' })];
      const body = bodyText(must(compiled(yaml, { joins: [runs] })).spec.body);
      assert.equal(/"names":(\{[^}]*\})/.exec(body)?.[1] ?? null, names, body);
    });
});

describe('a template with the store of the agent', () => {
  for (const entry of ['{artifacts: {dirs: [a]}}', '{paths: [a]}', `{tensorboard: {uuids: "${first}"}}`])
    it(`stands in a pod with ${entry}`, () => {
      const yaml = `run: {kind: job, init: [${entry}], container: {image: i, args: ["{{ init.s3.bucket }}"]}}\n`;
      assert.match(bodyText(must(compiled(yaml)).spec.body), /"\$agent":"init.s3.bucket"/);
    });
});

import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import type { Value } from '../values/value.ts';
import { type EndedRun, hookOperations } from './hooks.ts';
import { aDoneRun, checked, job, must, said } from './testing/harness.ts';

const ended = (facts: Partial<EndedRun> = {}): EndedRun => ({
  ...aDoneRun({
    uuid: 'e'.repeat(32),
    name: 'train',
    inputs: new Map<string, Value>([['lr', 0.1]]),
    outputs: new Map<string, Value>([['loss', 0.0]]),
    duration: 60,
  }),
  waitTime: 2,
  ...facts,
});

/** What the hooks of an operation start, as JSON. */
const started = (hooks: string, facts?: Partial<EndedRun>): readonly string[] =>
  must(hookOperations(must(checked(job('[]', `hooks: [${hooks}]\n`))), ended(facts))).map(compactJson);

describe('hooks', () => {
  const plain = (name: string, trigger: string): string =>
    `{hubRef: ${name}, trigger: ${trigger}, disableDefaults: true}`;

  it('start when their trigger is the status of the run, or at any end', () => {
    const hooks = [plain('bad', 'failed'), plain('good', 'succeeded'), plain('any', 'done')].join(', ');
    assert.deepEqual(started(hooks), ['{"hubRef":"good"}', '{"hubRef":"any"}']);
    assert.deepEqual(started(hooks, { status: 'failed' }), ['{"hubRef":"bad"}', '{"hubRef":"any"}']);
    assert.deepEqual(started('{hubRef: always, disableDefaults: true}'), ['{"hubRef":"always"}']);
  });

  it('ask their conditions of the values at the end', () => {
    const hook =
      '{hubRef: slack, conditions: "{{ loss < lr and globals.status == \'succeeded\' }}", disableDefaults: true}';
    assert.equal(started(hook).length, 1);
    assert.equal(started(hook, { outputs: new Map<string, Value>([['loss', 1.0]]) }).length, 0);
  });

  it('see an output that the run has not written as null, and fill in their connection', () => {
    const hooks =
      '{hubRef: a, conditions: "{{ acc and acc > 1 }}"}, {hubRef: b, connection: "{{ to }}", conditions: "{{ acc is none }}", disableDefaults: true}';
    const sections = `inputs: [{name: to, type: str, value: slack}]\noutputs: [{name: acc, type: float}]\nhooks: [${hooks}]\n`;
    const at = ended({ inputs: new Map<string, Value>([['to', 'slack']]) });
    const found = must(hookOperations(must(checked(job('[]', sections))), at)).map(compactJson);
    assert.deepEqual(found, ['{"hubRef":"b","runPatch":{"connections":["slack"]}}']);
  });

  it('say of a run what a message needs, besides params of their own', () => {
    const [operation = ''] = started(
      '{hubRef: slack, connection: hook, queue: q, presets: [p], params: {text: {value: "loss {{ loss }}"}, status: {value: mine}}}',
    );
    assert.match(
      operation,
      /^\{"hubRef":"slack","presets":\["p"\],"queue":"q","runPatch":\{"connections":\["hook"\]\}/,
    );
    assert.match(operation, /"text":\{"value":"loss 0\.0"\}/);
    assert.match(operation, /"status":\{"value":"mine"\}/);
    assert.match(operation, /"uuid":\{"value":"e{32}","contextOnly":true\}/);
    for (const [name, value] of [
      ['name', '"train"'],
      ['wait_time', '2.0'],
      ['duration', '60.0'],
      ['inputs', '{"lr":0.1}'],
      ['outputs', '{"loss":0.0}'],
    ])
      assert.ok(operation.includes(`"${name}":{"value":${value},"contextOnly":true}`), `${name} in ${operation}`);
  });

  it('report conditions that are no boolean, at their place', () => {
    const yaml = job('[]', 'hooks: [{hubRef: slack, conditions: "{{ loss }}"}]\n');
    const outcome = hookOperations(must(checked(yaml)), ended({ outputs: new Map<string, Value>([['loss', 'high']]) }));
    assert.deepEqual(said(outcome), ['conditions/not-boolean @ 1:37']);
  });
});

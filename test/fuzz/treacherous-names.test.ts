import assert from 'node:assert/strict';
import { check, compile, contentOf } from '@tandem/shared/compile';
import { compactJson } from '@tandem/shared/values';
import { sealBytes, sealedToValue } from '@tandem/shared/wire';
import { open } from '../../agent/src/compile/open.ts';
import { defaultQueue, run, runFacts } from '../../scripts/conformance/world.ts';
import { treacherous } from './mutate.ts';

const facts = { run: runFacts({ name: null, kind: 'job', runtime: 'job', queue: defaultQueue }) };

/** The operation as its agent opens it, and as it was before; a refusal is a failure of the test. */
function arrived(text: string) {
  const checked = check({ files: [{ name: 'a.yaml', text }], params: [] });
  assert.ok(checked.ok, checked.ok ? '' : checked.problems.map((each) => each.message).join(' '));
  const outcome = compile(checked.value, facts);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems.map((each) => each.message).join(' '));
  const { bytes, sha256 } = sealBytes(outcome.value.spec);
  const opened = open({ bytes, sha256 }, run);
  assert.ok(opened.ok, opened.ok ? '' : opened.message);
  return { checked: checked.value, compiled: outcome.value, sealed: opened.value.sealed };
}

const bodyOf = (text: string): string => compactJson(sealedToValue(arrived(text).compiled.spec.body));

/** What `Object.prototype` and its neighbours have, to be compared afterwards. */
const prototypes = (): string =>
  JSON.stringify(
    [Object.prototype, Array.prototype, Map.prototype, Function.prototype, String.prototype].map((each) =>
      Reflect.ownKeys(each).map(String),
    ),
  );

describe('names that every object has', () => {
  const before = prototypes();
  afterEach(() => assert.equal(prototypes(), before));

  for (const name of treacherous) {
    // Attributes with two underscores are no data, so a template says them as a key.
    const isDunder = name.startsWith('__');

    it(`are params like any other: ${name}`, () => {
      const { sealed, compiled: made } = arrived(
        `params: {"${name}": {value: 7}, other: 1}\ninputs: [{name: "${name}", type: int}]\nrun: {kind: job, container: {image: i, args: ["{{ params['${name}'].value }}", "{{ params.as_args }}"]}}\n`,
      );
      assert.deepEqual(
        sealed.inputs.map((io) => [io.name, io.value]),
        [[name, 7n]],
      );
      assert.equal(made.inputs.get(name), 7n);
      assert.equal(
        compactJson(sealedToValue(made.spec.body)),
        `{"kind":"job","container":{"image":"i","args":["7","['--${name}=7', '--other=1']"]}}`,
      );
    });

    it(`are missing like any other: ${name}`, () => {
      for (const text of [
        `inputs: [{name: "${name}", type: int}]\ncontainer: {image: i}\n`,
        `inputs: [{name: a, type: "${name}", value: 1}]\ncontainer: {image: i}\n`,
        `params: {a: {value: {b: 1}}}\ncontainer: {image: "{{ a['${name}'] }}"}\n`,
        `container: {image: i}\n"${name}": 1\n`,
        `container: {image: i, "${name}": 1}\n`,
        `run: {kind: "${name}", container: {image: i}}\n`,
        `matrix: {kind: "${name}"}\ncontainer: {image: i}\n`,
        `events: [{ref: runs.x, kinds: ["${name}"]}]\ncontainer: {image: i}\n`,
        `resources: {"${name}": 1}\ncontainer: {image: i}\n`,
        `container: {image: "{{ 1 | ${name} }}"}\n`,
        `container: {image: "{{ 'a'.${name}() }}"}\n`,
        `container: {image: "{{ globals.${name} }}"}\n`,
        `container: {image: "{{ globals['${name}'] }}"}\n`,
        `params: {a: {ref: dag, value: "${name}"}}\ncontainer: {image: i}\n`,
        `params: {a: {ref: "${name}", value: inputs.a}}\ncontainer: {image: i}\n`,
      ]) {
        const checked = check({ files: [{ name: 'a.yaml', text }], params: [] });
        const outcome = checked.ok ? compile(checked.value, facts) : checked;
        assert.ok(!outcome.ok, text);
        for (const { message, hint } of outcome.problems) {
          assert.equal(typeof message, 'string');
          assert.ok(hint === undefined || typeof hint === 'string', text);
        }
      }
    });

    it(`are labels, variables and queues like any other: ${name}`, () => {
      const text = `env: {"${name}": "1"}\nqueue: "${name}"\nname: "${name}"\nrun: {kind: job, environment: {labels: {"${name}": a, b: c}}, container: {image: i}}\n`;
      assert.equal(
        bodyOf(text),
        `{"kind":"job","environment":{"labels":{"${name}":"a","b":"c"}},"container":{"image":"i","env":[{"name":"${name}","value":"1"}]}}`,
      );
      const { checked } = arrived(text);
      assert.deepEqual([checked.queue, checked.name], [name, name]);
    });

    it(`are keys of values like any other: ${name}`, () => {
      const text = `params: {a: {value: {"${name}": {x: 1}, b: 2}}}\nrun: {kind: job, container: {image: i, args: ["{{ a['${name}'].x }}", "{{ a | length }}", "{{ a${isDunder ? `['${name}']` : `.${name}`}.x }}"]}}\n`;
      if (isDunder)
        assert.ok(!check({ files: [{ name: 'a', text: text.replaceAll(`['${name}']`, `.${name}`) }], params: [] }).ok);
      assert.equal(bodyOf(text), '{"kind":"job","container":{"image":"i","args":["1","2","1"]}}');
    });

    it(`are operations and components like any other: ${name}`, () => {
      const { compiled: made } = arrived(
        `run:\n  kind: dag\n  operations:\n  - {name: "${name}", dagRef: "${name}"}\n  - {name: next, dagRef: "${name}", params: {x: {ref: "ops.${name}", value: "outputs.${name}"}}}\n  components:\n  - {name: "${name}", inputs: [{name: x, type: int, value: 1}], outputs: [{name: "${name}", type: int}], run: {kind: job, container: {image: i}}}\n`,
      );
      assert.deepEqual(
        [...(made.children ?? [])].map((child) => [child.name, child.upstreams.map((each) => each.name)]),
        [
          [name, []],
          ['next', [name]],
        ],
      );
    });

    it(`are axes of a matrix like any other: ${name}`, () => {
      const { compiled: made } = arrived(
        `matrix: {kind: grid, params: {"${name}": {kind: choice, value: [1, 2]}}}\ninputs: [{name: "${name}", type: int}]\ncontainer: {image: i}\n`,
      );
      const children = [...(made.children ?? [])].map((child) => contentOf(child));
      assert.equal(children.length, 2);
      assert.ok(children[1]?.includes(`"params":{"${name}":{"value":2}`), children[1]);
    });
  }
});

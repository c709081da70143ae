import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import { sealedToValue } from '../wire/sealed-json.ts';
import { bodyText, compiled, must } from './testing/harness.ts';

const d = 'inputs: [{name: d, type: dict, value: {z: 1, a: {y: 2, b: 3}}';

/** Sections and the run, and how its variables look in the body, `z` before `a` as the author has them. */
const kept: readonly (readonly [title: string, yaml: string, part: string])[] = [
  [
    'a Dockerfile with a mapping',
    'run: {kind: job, init: [{dockerfile: {image: i, env: {z: 1, a: "{{ 1 + 1 }}"}}}], container: {image: i}}',
    '"env":[["z",1],["a",2]]',
  ],
  [
    'a Dockerfile with mappings and pairs',
    'run: {kind: job, init: [{dockerfile: {image: i, env: [[q, "1"], {z: x, a: y}]}}], container: {image: i}}',
    '"env":[["q","1"],["z","x"],["a","y"]]',
  ],
  [
    'a Dockerfile that a template gives',
    'inputs: [{name: f, type: dockerfile, value: {image: i, env: {z: x, a: y}}}]\nrun: {kind: job, init: [{dockerfile: "{{ f }}"}], container: {image: i}}',
    '"env":[["z","x"],["a","y"]]',
  ],
  [
    'a Dockerfile of a param',
    'inputs: [{name: f, type: dockerfile, toInit: true, value: {image: i, env: [[z, x], [a, y]]}}]\nrun: {kind: job, container: {image: i}}',
    '"env":[["z","x"],["a","y"]]',
  ],
  [
    'variables given as a mapping',
    'run: {kind: job, container: {image: i, env: {z: x, a: "{{ connections.c.url }}"}}, connections: [c]}',
    '"env":[{"name":"z","value":"x"},{"name":"a","value":{"$agent":"connections.c.url"}}]',
  ],
  [
    'a variable that holds a mapping',
    `${d}}]\nrun: {kind: job, container: {image: i, env: [{name: v, value: "{{ d }}"}]}}`,
    '"env":[{"name":"v","value":"{\\"z\\":1,\\"a\\":{\\"y\\":2,\\"b\\":3}}"}]',
  ],
  [
    'a variable of a sidecar, and of an init container',
    'run: {kind: job, sidecars: [{name: s, env: {z: x, a: y}}], init: [{container: {env: {q: x, b: y}}}], container: {image: i}}',
    '"sidecars":[{"name":"s","env":[{"name":"z","value":"x"},{"name":"a","value":"y"}]}],"init":[{"container":{"env":[{"name":"q","value":"x"},{"name":"b","value":"y"}]}}]',
  ],
];

describe("the author's order", () => {
  for (const [title, yaml, part] of kept)
    it(`is kept in ${title}`, () => {
      const body = bodyText(must(compiled(`${yaml}\n`)).spec.body);
      assert.ok(body.includes(part), body);
    });

  const text = '"{\\"z\\":1,\\"a\\":{\\"y\\":2,\\"b\\":3}}"';
  const kinds: readonly (readonly [run: string, variables: number])[] = [
    ['{kind: job, container: {image: i, env: [{name: own, value: x}]}}', 1],
    ['{kind: raycluster, head: {container: {image: i}}, workers: {one: {container: {image: i}}}}', 2],
  ];
  for (const [run, variables] of kinds)
    it(`is kept in the variable of an input, in every pod of ${run}`, () => {
      const { spec } = must(compiled(`${d}, toEnv: D}]\nrun: ${run}\n`));
      assert.equal(bodyText(spec.body).split(`{"name":"D","value":${text}}`).length - 1, variables);
      assert.equal(spec.inputs[0]?.toEnv, null);
      // The value itself stays a mapping, for templates of the agent.
      assert.equal(compactJson(sealedToValue(spec.inputs[0]?.value ?? null)), '{"z":1,"a":{"y":2,"b":3}}');
    });

  it('leaves a variable to the agent where it can be written there alone', () => {
    const late = `${d}, toEnv: D}]\nrun: {kind: job, connections: [c], container: {image: i, env: "{{ connections.c.env }}"}}`;
    assert.equal(must(compiled(`${late}\n`)).spec.inputs[0]?.toEnv, 'D');
    const plain = 'inputs: [{name: n, type: int, value: 1, toEnv: N}]\nrun: {kind: job, container: {image: i}}\n';
    assert.equal(must(compiled(plain)).spec.inputs[0]?.toEnv, 'N');
  });
});

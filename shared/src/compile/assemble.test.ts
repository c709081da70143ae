import assert from 'node:assert/strict';
import { toValue } from '../values/from-node.ts';
import { compactJson } from '../values/print.ts';
import { emptyLibrary } from './library.ts';
import { checked, must, said } from './testing/harness.ts';

/** The operation of layers and further files, as JSON. */
function assembled(yaml: string, ...presets: readonly string[]): string {
  const files = [yaml, ...presets].map((text, at) => ({ name: at === 0 ? 'main.yaml' : `preset-${at}.yaml`, text }));
  return compactJson(toValue(must(checked(yaml, { files })).operation));
}

const run = '{"kind":"job","container":{"image":"i"}}';

describe('assemble', () => {
  it('puts an operation on top of its component, field by field', () => {
    const yaml =
      'tags: [o]\ntermination: {ttl: 1}\nplugins: {auth: false}\ncomponent:\n  tags: [i]\n  termination: {maxRetries: 4, ttl: 9}\n  plugins: {auth: true, shm: true}\n  run: {kind: job, container: {image: i}}\n';
    assert.equal(
      assembled(yaml),
      `{"tags":["i","o"],"termination":{"maxRetries":4,"ttl":1},"plugins":{"auth":false,"shm":true},"run":${run}}`,
    );
  });

  const strategies: readonly (readonly [string, string])[] = [
    ['post_merge', '["a1","a2"]'],
    ['pre_merge', '["a2","a1"]'],
    ['replace', '["a2"]'],
    ['isnull', '["a1"]'],
  ];
  for (const [strategy, args] of strategies) {
    it(`merges lists as ${strategy} says, in the run of a preset, too`, () => {
      const base = 'run: {kind: job, container: {image: i, args: [a1]}}';
      const preset = `patchStrategy: ${strategy}\nrunPatch: {container: {args: [a2]}}`;
      assert.equal(assembled(base, preset), `{"run":{"kind":"job","container":{"image":"i","args":${args}}}}`);
    });
  }

  const wholes: readonly (readonly [string, string, string])[] = [
    ['post_merge', '{"value":{"b":2}}', '[9]'],
    ['replace', '{"value":{"b":2}}', '[9]'],
    ['pre_merge', '{"value":{"a":1},"toEnv":"A"}', '[1,2]'],
    ['isnull', '{"value":{"a":1},"toEnv":"A"}', '[1,2]'],
  ];
  for (const [strategy, param, choice] of wholes)
    it(`takes a param and a hyper-parameter whole from the layer that ${strategy} prefers`, () => {
      const base =
        'params: {w: {value: {a: 1}, toEnv: A}}\nmatrix: {kind: grid, params: {x: {kind: choice, value: [1, 2]}}}\ncomponent: {inputs: [{name: w, type: dict}, {name: x, type: int}], run: {kind: job, container: {image: i}}}';
      const preset = `patchStrategy: ${strategy}\nparams: {w: {value: {b: 2}}}\nmatrix: {kind: grid, params: {x: {kind: choice, value: [9]}}}`;
      const text = assembled(base, preset);
      assert.ok(text.includes(`"params":{"w":${param}}`), text);
      assert.ok(text.includes(`"x":{"kind":"choice","value":${choice}}`), text);
    });

  // What is inside of the run, and a change to it; the reference gives the same for all but the last row.
  const objects: readonly (readonly [title: string, base: string, over: string, results: readonly string[]])[] = [
    [
      'a Kubernetes object of the environment, field by field',
      'environment: {securityContext: {runAsUser: 1, capabilities: {add: [a]}}}',
      'environment: {securityContext: {run_as_user: 2, privileged: true, capabilities: {add: [b], drop: [c]}}}',
      [
        '"securityContext":{"runAsUser":2,"capabilities":{"add":["b"],"drop":["c"]},"privileged":true}',
        '"securityContext":{"runAsUser":1,"capabilities":{"add":["a"]},"privileged":true}',
        '"securityContext":{"runAsUser":2,"capabilities":{"add":["b"],"drop":["c"]},"privileged":true}',
        '"securityContext":{"runAsUser":1,"capabilities":{"add":["a"],"drop":["c"]},"privileged":true}',
      ],
    ],
    [
      'lists of a Kubernetes object, but not those deeper inside',
      'environment: {dnsConfig: {searches: [a]}, affinity: {nodeAffinity: {preferred: [1]}}}',
      'environment: {dnsConfig: {searches: [b]}, affinity: {nodeAffinity: {preferred: [2]}}}',
      [
        '"dnsConfig":{"searches":["b"]},"affinity":{"nodeAffinity":{"preferred":[2]}}',
        '"dnsConfig":{"searches":["a"]},"affinity":{"nodeAffinity":{"preferred":[1]}}',
        '"dnsConfig":{"searches":["a","b"]},"affinity":{"nodeAffinity":{"preferred":[2]}}',
        '"dnsConfig":{"searches":["b","a"]},"affinity":{"nodeAffinity":{"preferred":[1]}}',
      ],
    ],
    [
      'null over a mapping of texts, which clears it, and over an object, which does not',
      'environment: {labels: {a: b}, affinity: {nodeAffinity: {}}}',
      'environment: {labels: null, affinity: null}',
      [
        '"environment":{"labels":null,"affinity":{"nodeAffinity":{}}}',
        '"environment":{"labels":{"a":"b"},"affinity":{"nodeAffinity":{}}}',
        '"environment":{"labels":null,"affinity":{"nodeAffinity":{}}}',
        '"environment":{"labels":{"a":"b"},"affinity":{"nodeAffinity":{}}}',
      ],
    ],
    [
      'null over fields of a container, which says nothing',
      'container: {image: i, workingDir: /a, resources: {limits: {cpu: 1}}}',
      'container: {workingDir: null, resources: null}',
      Array<string>(4).fill('"container":{"image":"i","workingDir":"/a","resources":{"limits":{"cpu":1}}}'),
    ],
  ];
  for (const [title, base, over, results] of objects)
    for (const [at, strategy] of ['replace', 'isnull', 'post_merge', 'pre_merge'].entries())
      it(`merges as ${strategy} says: ${title}`, () => {
        const container = base.startsWith('container') ? '' : ', container: {image: i}';
        const text = assembled(
          `patchStrategy: ${strategy}\nrunPatch: {${over}}\ncomponent: {run: {kind: job, ${base}${container}}}`,
        );
        assert.ok(text.includes(results[at] ?? '?'), text);
      });

  for (const [strategy, one] of [
    ['replace', '{"replicas":2,"container":{"image":"i","args":["y"]},"minReplicas":1}'],
    ['isnull', '{"replicas":1,"container":{"image":"i","args":["x"]},"minReplicas":1}'],
    ['post_merge', '{"replicas":2,"container":{"image":"i","args":["x","y"]},"minReplicas":1}'],
    ['pre_merge', '{"replicas":1,"container":{"image":"i","args":["y","x"]},"minReplicas":1}'],
  ] as const)
    it(`merges groups of workers by name as ${strategy} says`, () => {
      const base =
        'run: {kind: raycluster, head: {container: {image: i}}, workers: {one: {replicas: 1, container: {image: i, args: [x]}}}}';
      const preset = `patchStrategy: ${strategy}\nrunPatch: {workers: {one: {replicas: 2, minReplicas: 1, container: {args: [y]}}, two: {replicas: 3}}}`;
      const text = assembled(base, preset);
      assert.ok(text.includes(`"workers":{"one":${one},"two":{"replicas":3}}`), text);
    });

  it('clears params, a matrix and a schedule with null', () => {
    const base =
      'params: {a: {value: 1, contextOnly: true}}\nmatrix: {kind: grid, params: {b: {kind: choice, value: [1]}}}\nrun: {kind: job, container: {image: i}}';
    assert.equal(assembled(base, 'params: null\nmatrix: null\nrunPatch: null'), `{"run":${run}}`);
    const kept = assembled(base, 'patchStrategy: isnull\nparams: null\nmatrix: null');
    assert.ok(kept.startsWith('{"params":{"a":{"value":1,"contextOnly":true}},"matrix":{"kind":"grid"'), kept);
  });

  const names: readonly (readonly [strategy: string, kept: string])[] = [
    ['replace', '"name":"b","description":"e","tags":["u"]'],
    ['isnull', '"name":"a","description":"d","tags":["t"]'],
    ['post_merge', '"name":"b","description":"e","tags":["t","u"]'],
    ['pre_merge', '"name":"a","description":"d","tags":["u","t"]'],
  ];
  for (const [strategy, kept] of names)
    for (const kind of ['operation', 'component'])
      it(`takes name, description and tags of a preset over a file of kind ${kind} as ${strategy} says`, () => {
        const base = `kind: ${kind}\nname: a\ndescription: d\ntags: [t]\nrun: {kind: job, container: {image: i}}`;
        const text = assembled(base, `patchStrategy: ${strategy}\nname: b\ndescription: e\ntags: [u]`);
        assert.ok(text.includes(kept), text);
      });

  it('does not mix a list with a template for the whole list', () => {
    const base = 'run: {kind: job, container: {image: i, args: [x]}}';
    assert.match(
      assembled(base, 'runPatch: {container: {args: "{{ params.as_args }}"}}'),
      /"args":"\{\{ params.as_args \}\}"/,
    );
  });

  it('clears sections with null, but keeps those that are objects', () => {
    const base = 'queue: q\ntags: [a]\ntermination: {ttl: 1}\nrun: {kind: job, container: {image: i}}';
    assert.equal(
      assembled(base, 'queue: null\ntags: null\ntermination: null'),
      `{"termination":{"ttl":1},"run":${run}}`,
    );
  });

  it('gives a patch to every replica of a kind that has several', () => {
    const base = 'run: {kind: mpijob, launcher: {container: {image: a}}, worker: {replicas: 2, container: {image: b}}}';
    assert.match(
      assembled(base, 'runPatch: {container: {workingDir: /w}, worker: {replicas: 3}}'),
      /"launcher":\{"container":\{"image":"a","workingDir":"\/w"\}\},"worker":\{"replicas":3,"container":\{"image":"b","workingDir":"\/w"\}\}/,
    );
  });

  it('applies default presets to gaps only, then the named ones, over the whole operation', () => {
    const file = (name: string, text: string) => ({ name, text });
    const library = {
      ...emptyLibrary,
      defaultPresets: [file('org', 'queue: org\ncache: {ttl: 7}')],
      texts: new Map([['preset:gpu', file('gpu', 'termination: {ttl: 5}')]]),
    };
    const yaml =
      'presets: [gpu]\ncomponent: {queue: own, termination: {ttl: 1}, run: {kind: job, container: {image: i}}}';
    assert.equal(
      compactJson(toValue(must(checked(yaml, { library })).operation)),
      `{"queue":"own","termination":{"ttl":5},"presets":["gpu"],"cache":{"ttl":7},"run":${run}}`,
    );
  });

  it('takes name, dependencies and conditions of an operation in a dag from itself alone', () => {
    const dag = must(
      checked(
        'run: {kind: dag, operations: [{name: a, dagRef: s}], components: [{name: s, conditions: "{{ x }}", trigger: all_done, tags: [t], run: {kind: job, container: {image: i}}}]}',
      ),
    );
    assert.equal(
      compactJson(toValue(dag.ops?.[0]?.draft.operation ?? dag.operation)),
      `{"name":"a","tags":["t"],"run":${run}}`,
    );
  });

  it('has no ports for a job, unless a preset for services names them', () => {
    const job = 'run: {kind: job, container: {image: i}}';
    assert.deepEqual(said(checked(`ports: [80]\n${job}`)), ['sanitize/unknown-field @ 1:1']);
    const library = { ...emptyLibrary, defaultPresets: [{ name: 'org', text: 'ports: [80]\nqueue: q' }] };
    assert.equal(compactJson(toValue(must(checked(job, { library })).operation)), `{"queue":"q","run":${run}}`);
  });

  it('counts devices, and leaves amounts of memory and cores as they are', () => {
    const yaml =
      'resources: {gpu: "1..2", amd.com/gpu: "3", cpu: "1..2", memory: 1Gi}\nrun: {kind: job, container: {image: i}}';
    assert.match(
      assembled(yaml),
      /"limits":\{"nvidia.com\/gpu":2,"amd.com\/gpu":3,"cpu":"2"\},"requests":\{"nvidia.com\/gpu":1,"amd.com\/gpu":3,"cpu":"1","memory":"1Gi"\}/,
    );
  });

  it('takes a range of amounts that is open at one end', () => {
    assert.match(
      assembled('resources: {cpu: "1..", memory: "..2Gi"}\nrun: {kind: job, container: {image: i}}'),
      /"limits":\{"memory":"2Gi"\},"requests":\{"cpu":"1"\}/,
    );
    assert.deepEqual(said(checked('resources: {cpu: ".."}\nrun: {kind: job, container: {image: i}}')), [
      'sanitize/wrong-type @ 1:18',
    ]);
  });

  it('stops at too many operations, however few lines make them', () => {
    let component = '{name: c, run: {kind: job, container: {image: i}}}';
    for (let level = 0; level < 9; level += 1) {
      const ops = Array.from({ length: 9 }, (_, op) => `{name: o${op}, dagRef: c}`).join(', ');
      component = `{name: c, run: {kind: dag, operations: [${ops}], components: [${component}]}}`;
    }
    const yaml = `run:\n  kind: dag\n  operations: [{name: a, dagRef: c}]\n  components: [${component}]\n`;
    assert.deepEqual(said(checked(yaml)), ['assemble/unfolds-too-far @ 4:2028']);
  });

  it('stops where many operations share something large', () => {
    const outputs = Array.from({ length: 2000 }, (_, at) => `{name: o${at}}`).join(', ');
    const ops = Array.from({ length: 1000 }, (_, at) => `  - {name: a${at}, dagRef: c}`).join('\n');
    const yaml = `run:\n  kind: dag\n  components: [{name: c, outputs: [${outputs}], run: {kind: job, container: {image: i}}}]\n  operations:\n${ops}\n`;
    assert.deepEqual(said(checked(yaml)), ['assemble/unfolds-too-far @ 753:12']);
  });

  it('refuses a job without a container and a dag without operations', () => {
    assert.deepEqual(said(checked('run: {kind: job}')), ['assemble/no-container @ 1:6']);
    assert.deepEqual(said(checked('run: {kind: dag, operations: []}')), ['assemble/no-operations @ 1:6']);
  });
});

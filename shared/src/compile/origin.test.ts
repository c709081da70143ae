import assert from 'node:assert/strict';
import { placeOf } from '../source/span.ts';
import { nodeText } from '../wire/node-text.ts';
import { readFieldPath } from './field-path.ts';
import type { Library } from './library.ts';
import { type FieldOrigin, type NoField, type OriginPlace, originOf } from './origin.ts';
import { paramOption } from './param-option.ts';

const base = `inputs:
  - {name: lr, type: float, value: 0.1}
tags: [low]
name: base
run:
  kind: job
  container:
    image: base:1
    args: [a, b]
    env: [{name: A, value: low}]
pathRef: deep.yaml
`;

const deep = 'run: {kind: job, container: {image: deep:0}}\n';

const main = `pathRef: base.yaml
tags: [high]
params:
  lr: 0.5
  seed: {value: 1, contextOnly: true}
env: {B: high}
runPatch:
  container:
    image: main:2
`;

const dag = `run:
  kind: dag
  components:
    - name: c
      name: c
      queue: slow
      run: {kind: job, container: {image: c:1}}
  operations:
    - name: fit
      dagRef: c
      queue: fast
      params: {x: 1}
    - name: inline
      component:
        run:
          kind: job
          container: {image: d:1}
      cmd: echo
`;

interface Case {
  readonly path: string;
  readonly value: string;
  /** Role and place of what gave the value, then of what was overridden. */
  readonly from: readonly string[];
  readonly overridden: readonly string[];
}

const layered: readonly Case[] = [
  {
    path: 'run.container.image',
    value: '"gpu:3"',
    from: ['file gpu.yaml:2:9'],
    overridden: [
      'component deep.yaml:1:37',
      'component base.yaml:8:12',
      'operation main.yaml:9:12',
      'preset stored:1:38',
    ],
  },
  {
    path: 'params.lr.value',
    value: '"0.9"',
    from: ['param -P lr:1:1'],
    overridden: ['operation main.yaml:4:7'],
  },
  { path: 'params.lr', value: '{"value":"0.9"}', from: ['param -P lr:1:1'], overridden: ['operation main.yaml:4:7'] },
  { path: 'params.seed.value', value: '1', from: ['operation main.yaml:5:17'], overridden: [] },
  {
    path: 'tags',
    value: '["low","high"]',
    from: ['component base.yaml:3:7', 'operation main.yaml:2:7'],
    overridden: [],
  },
  { path: 'tags[1]', value: '"high"', from: ['operation main.yaml:2:8'], overridden: [] },
  { path: 'inputs[0].type', value: '"float"', from: ['component base.yaml:2:22'], overridden: [] },
  { path: 'inputs.lr.type', value: '"float"', from: ['component base.yaml:2:22'], overridden: [] },
  { path: 'name', value: '"base"', from: ['component base.yaml:4:7'], overridden: [] },
  { path: 'queue', value: '"mine"', from: ['file gpu.yaml:3:8'], overridden: ['preset stored:1:9'] },
  { path: 'run.container.env.A.value', value: '"low"', from: ['component base.yaml:10:28'], overridden: [] },
  { path: 'run.container.env.B.value', value: '"high"', from: ['operation main.yaml:6:10'], overridden: [] },
  { path: 'run.kind', value: '"job"', from: ['component base.yaml:6:9'], overridden: ['component deep.yaml:1:13'] },
];

const inDag: readonly Case[] = [
  {
    path: 'run.operations.fit.queue',
    value: '"fast"',
    from: ['operation main.yaml:11:14'],
    overridden: ['component main.yaml:6:14'],
  },
  { path: 'run.operations[0].params.x.value', value: '1', from: ['operation main.yaml:12:19'], overridden: [] },
  { path: 'run.operations.fit.name', value: '"fit"', from: ['operation main.yaml:9:13'], overridden: [] },
  {
    path: 'run.operations.fit.run.container.image',
    value: '"c:1"',
    from: ['component main.yaml:7:43'],
    overridden: [],
  },
  {
    path: 'run.operations.inline.run.container.image',
    value: '"d:1"',
    from: ['component main.yaml:17:30'],
    overridden: [],
  },
  {
    path: 'run.operations.inline.run.container.args',
    value: '["set -e\\necho"]',
    from: ['operation main.yaml:18:12'],
    overridden: [],
  },
];

function origin(text: string, path: string): FieldOrigin | NoField {
  const option = paramOption('lr=0.9');
  const steps = readFieldPath(path);
  assert.ok(option.ok && steps !== null);
  const isLayered = text === main;
  const outcome = originOf(
    {
      files: isLayered
        ? [
            { name: 'main.yaml', text },
            { name: 'gpu.yaml', text: 'container:\n image: gpu:3\nqueue: mine\n' },
          ]
        : [{ name: 'main.yaml', text }],
      params: isLayered ? [option.value] : [],
      library: {
        texts: new Map([
          ['path:base.yaml', { name: 'base.yaml', text: base }],
          ['path:deep.yaml', { name: 'deep.yaml', text: deep }],
        ]),
        // A default preset only fills gaps, so it is on top of all and wins nowhere.
        defaultPresets: isLayered ? [{ name: 'stored', text: '{queue: stored, container: {  image: stored:4}}' }] : [],
        others: 'open',
      },
    },
    steps,
  );
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems.map((each) => each.message).join('\n'));
  return outcome.value;
}

function found(text: string, path: string): Case {
  const field = origin(text, path);
  assert.ok(field.kind === 'field', `nothing at ${path}`);
  const { value, from, overridden } = field;
  return { path, value: nodeText(value), from: from.map(spot), overridden: overridden.map(spot) };
}

function spot({ role, node }: OriginPlace): string {
  const { file, line, column } = placeOf(node.span);
  return `${role} ${file}:${line}:${column}`;
}

describe('the origin of a field', () => {
  for (const each of layered) it(each.path, () => assert.deepEqual(found(main, each.path), each));
  for (const each of inDag) it(each.path, () => assert.deepEqual(found(dag, each.path), each));

  it('of a run that shortcuts make is where they stand', () => {
    const text = 'name: a\ncmd: echo\ncontainer: {image: i}\n';
    assert.deepEqual(found(text, 'run.kind').from, ['operation main.yaml:1:1']);
    assert.deepEqual(found(text, 'run.container.image').from, ['operation main.yaml:3:20']);
  });

  it('is told from the same place of another file', () => {
    const text = `queue: high\npathRef: same.yaml\n`;
    const same = { name: 'same.yaml', text: 'queue: lows\nrun: {kind: job, container: {image: i}}\n' };
    const library: Library = { texts: new Map([['path:same.yaml', same]]), defaultPresets: [], others: 'open' };
    const outcome = originOf({ files: [{ name: 'main.yaml', text }], params: [], library }, ['queue']);
    assert.ok(outcome.ok && outcome.value.kind === 'field');
    assert.deepEqual(outcome.value.from.map(spot), ['operation main.yaml:1:8']);
    assert.deepEqual(outcome.value.overridden.map(spot), ['component same.yaml:1:8']);
  });

  it('of what shortcuts in an inline component make is the component', () => {
    const text = 'name: a\ncomponent:\n  cmd: echo\n  container: {image: i}\n';
    assert.deepEqual(found(text, 'run.kind').from, ['component main.yaml:3:3']);
  });

  for (const [path, shortcut] of [
    ['run.container.args', 'cmd: '],
    ['run.container.command', 'cmd: '],
    ['run.container.resources', 'resources: {cpu: '],
    ['run.container.env.A.value', 'env: {A: '],
    ['run.environment.nodeName', 'environment: {nodeName: '],
    ['run.container.image', 'container: {image: '],
  ] as const) {
    it(`${path} of two layers with "${shortcut}"`, () => {
      const end = shortcut.includes('{') ? '}' : '';
      const layer = (value: string): string => `${shortcut}${shortcut.includes('cpu') ? value : `"${value}"`}${end}\n`;
      const image = path.endsWith('image') ? '' : 'runPatch: {container: {image: i}}\n';
      const field = found(`${layer('2')}${image}component:\n  ${layer('1')}  ports: [1]\n`, path);
      assert.equal(field.from.length, 1);
      assert.match(field.from[0] ?? '', /^operation main\.yaml:1:/);
      assert.equal(field.overridden.length, 1);
      assert.match(field.overridden[0] ?? '', /^component main\.yaml:[34]:/);
    });
  }

  const none: readonly (readonly [string, string, Omit<NoField, 'kind'>])[] = [
    [
      main,
      'run.container.imag',
      { at: 'run.container', missing: 'imag', names: ['image', 'args', 'env'], near: 'run.container.image' },
    ],
    [main, 'container.image', { at: '', missing: 'container', names: [], near: 'run.container.image' }],
    [main, 'constructor', { at: '', missing: 'constructor', names: [], near: null }],
    [main, 'inputs.xy', { at: 'inputs', missing: 'xy', names: ['lr'], near: null }],
    [main, 'name.first', { at: 'name', missing: 'first', names: [], near: null }],
    [main, 'tags[7]', { at: 'tags', missing: '[7]', names: ['[0]', '[1]'], near: null }],
    [
      dag,
      'run.operations.fti',
      { at: 'run.operations', missing: 'fti', names: ['fit', 'inline'], near: 'run.operations.fit' },
    ],
    [
      dag,
      'run.operations.fit.params.y',
      { at: 'run.operations.fit.params', missing: 'y', names: ['x'], near: 'run.operations.fit.params.x' },
    ],
  ];
  for (const [text, path, expected] of none) {
    it(`${path} leads nowhere`, () => {
      const field = origin(text, path);
      assert.ok(field.kind === 'none');
      const names = expected.at === '' ? [] : field.names;
      assert.deepEqual({ ...field, names }, { kind: 'none', ...expected });
    });
  }
});

import assert from 'node:assert/strict';
import { toJson } from '../diagnostics/print.ts';
import type { Outcome } from '../outcome/index.ts';
import { compactJson } from '../values/print.ts';
import type { Value } from '../values/value.ts';
import { openBytes } from '../wire/open-bytes.ts';
import { sealBytes } from '../wire/seal-bytes.ts';
import { sealedToValue } from '../wire/sealed-json.ts';
import { aRun } from './a-run.ts';
import { asks } from './asks.ts';
import { contentOf } from './content.ts';
import type { Facts } from './facts.ts';
import { paramOption } from './param-option.ts';
import type { Compiled } from './seal.ts';
import { check, compile } from './stages.ts';

interface Given {
  readonly presets?: readonly string[];
  readonly params?: readonly string[];
  readonly facts?: Partial<Facts>;
}

function checked(yaml: string, { presets = [], params = [] }: Given = {}): ReturnType<typeof check> {
  const files = [yaml, ...presets].map((text, at) => ({ name: at === 0 ? 'main.yaml' : `preset-${at}.yaml`, text }));
  const options = params.map((text) => {
    const option = paramOption(text);
    assert.ok(option.ok);
    return option.value;
  });
  return check({ files, params: options });
}

function compiled(yaml: string, given: Given = {}): Outcome<Compiled> {
  const outcome = checked(yaml, given);
  return outcome.ok ? compile(outcome.value, { run: aRun({}), ...given.facts }) : outcome;
}

function wanted<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems.map((each) => `${each.code}: ${each.message}`).join('\n'));
  return outcome.value;
}

/** The sealed body as JSON. */
function bodyOf(yaml: string, given: Given = {}): string {
  return compactJson(sealedToValue(wanted(compiled(yaml, given)).spec.body));
}

function problemsOf(outcome: Outcome<unknown>): readonly string[] {
  return (outcome.ok ? outcome.warnings : outcome.problems).map((each) => {
    const { code, file, line, column } = toJson(each);
    return `${code} @ ${file}:${line}:${column}`;
  });
}

const job = (args: string, more = ''): string => `${more}run: {kind: job, container: {image: i, args: ${args}}}\n`;

describe('check', () => {
  it('sums an operation up', () => {
    const summary = wanted(
      checked(
        'name: train\ntags: "a, b"\nqueue: agent/gpu\nisApproved: false\nparams: {a: 1, b: "{{ a }}"}\nrun: {kind: service, connections: [repo, data], init: [{connection: cache}], container: {image: i}}\n',
      ),
    );
    assert.equal(summary.name, 'train');
    assert.deepEqual(summary.tags, ['a', 'b']);
    assert.equal(summary.kind, 'service');
    assert.equal(summary.queue, 'agent/gpu');
    assert.equal(summary.isApproved, false);
    assert.deepEqual(summary.connections, ['cache', 'data', 'repo']);
    assert.deepEqual(
      summary.inputs,
      new Map<string, Value>([
        ['a', 1n],
        ['b', '{{ a }}'],
      ]),
    );
    assert.equal(summary.hasTemplates, true);
    assert.deepEqual(asks(summary).queue, 'agent/gpu');
  });

  it('gives content that it reads again to the same operation', () => {
    const first = wanted(
      checked(
        'kind: operation\nparams: {lr: 0.5}\ntermination: {max_retries: 2}\ncomponent: {inputs: [{name: lr, type: float, options: [0.5, 1.0]}], run: {kind: job, container: {image: "{{ lr }}", working_dir: /w}}}\n',
        { params: ['x={{ lr }}'] },
      ),
    );
    const again = wanted(checked(contentOf(first)));
    assert.equal(contentOf(again), contentOf(first));
  });

  it('reports a param of the command line at its own place, and what it is for', () => {
    const outcome = checked(job('[]', 'inputs: [{name: a, type: int}]\n'), { params: ['a=abc'] });
    assert.deepEqual(problemsOf(outcome), ['types/wrong-type @ -P a:1:1']);
    assert.deepEqual(outcome.ok ? [] : outcome.problems[0]?.related?.map((each) => each.span.source.name), [
      'main.yaml',
    ]);
  });

  it('reports problems of a preset in the file of the preset', () => {
    assert.deepEqual(problemsOf(checked(job('[]'), { presets: ['queue: a/b/c\n'] })), [
      'sanitize/wrong-type @ preset-1.yaml:1:8',
    ]);
  });

  it('needs a file', () =>
    assert.deepEqual(problemsOf(check({ files: [], params: [] })), ['parse/no-file @ submission:1:1']));

  it('never throws on nonsense in known places', () => {
    for (const value of ['1', '[]', '{}', '"x"', '[{}]', '[[1]]', '{a: {b: 1}}', 'null', '"{{ x }}"', 'true']) {
      for (const section of [
        'run',
        'inputs',
        'outputs',
        'params',
        'component',
        'container',
        'env',
        'cmd',
        'resources',
        'ports',
        'init',
        'termination',
        'plugins',
        'cache',
        'runPatch',
        'conditions',
        'tags',
        'mount',
      ]) {
        compiled(`${section}: ${value}\n`);
        compiled(`${section}: ${value}\n${section === 'run' ? '' : job('[]')}`);
      }
    }
  });
});

describe('compile', () => {
  it('resolves params in order, on demand, and by declared type', () => {
    const given =
      'inputs: [{name: a, type: int, value: "{{ b }}"}, {name: b, type: str, value: "7"}, {name: c, type: float, value: "{{ a + 1 }}"}]\n';
    const outcome = compiled(job('["{{ a }}", "{{ c }}", "{{ params.as_args }}"]', given));
    assert.deepEqual(problemsOf(outcome), ['params/used-above @ main.yaml:1:38']);
    assert.equal(
      bodyOf(job('["{{ a }}", "{{ c }}", "{{ params.as_args }}"]', given)),
      `{"kind":"job","container":{"image":"i","args":["7","8.0","['--a=7', '--b=7', '--c=8.0']"]}}`,
    );
  });

  it('shows the chain of a circle', () => {
    const outcome = compiled(job('[]', 'params: {a: "{{ b }}", b: "{{ c }}", c: "{{ a }}"}\n'));
    assert.ok(!outcome.ok && outcome.problems.some((each) => each.message.includes('a → b → c → a')));
  });

  it('does not take an argument format that uses another param for a circle', () => {
    const yaml =
      'inputs: [{name: a, type: int, value: 1, argFormat: "--a={{ a }}-{{ b }}"}, {name: b, type: int, value: "{{ a + 1 }}"}]\n';
    assert.equal(
      bodyOf(job('"{{ params.as_args }}"', yaml)),
      '{"kind":"job","container":{"image":"i","args":["--a=1-2","--b=2"]}}',
    );
  });

  it('leaves a literal text alone, and never renders a text twice', () => {
    const yaml = 'params: {a: "1.10", raw: {value: "{% raw %}{{ x }}{% endraw %}"}}\n';
    assert.equal(
      bodyOf(job('["{{ a }}", "{{ raw }}", "1.10"]', yaml)),
      '{"kind":"job","container":{"image":"i","args":["1.10","{{ x }}","1.10"]}}',
    );
  });

  it('keeps what mentions the agent open, through params too', () => {
    const yaml = 'params: {home: "{{ globals.run_outputs_path }}/x"}\n';
    const outcome = wanted(
      compiled(
        job('["{{ home }}", "{{ home | upper }}", "{{ connections.data.url }}"]', yaml).replace(
          'container',
          'connections: [data], container',
        ),
      ),
    );
    assert.equal(
      compactJson(sealedToValue(outcome.spec.body)),
      '{"kind":"job","connections":["data"],"container":{"image":"i","args":[{"$text":[{"$agent":"globals.run_outputs_path"},"/x"]},{"$text":[{"$agent":"((globals.run_outputs_path) ~ \'/x\') | upper"}]},{"$text":[{"$agent":"connections.data.url"}]}]}}',
    );
    assert.equal(outcome.inputs.get('home'), '{{ globals.run_outputs_path }}/x');
    const opened = openBytes(sealBytes(outcome.spec).bytes);
    assert.ok(opened.ok);
    assert.deepEqual(opened.spec, outcome.spec);
  });

  it('does not take an input named init for the section', () => {
    const outcome = compiled(job('["{{ init }}"]', 'inputs: [{name: init, type: str, value: mine}]\n'));
    assert.equal(
      compactJson(sealedToValue(wanted(outcome).spec.body)),
      '{"kind":"job","container":{"image":"i","args":["mine"]}}',
    );
    assert.deepEqual(problemsOf(outcome), ['types/hides-section @ main.yaml:1:17']);
  });

  it('gives a service its ports and paths', () => {
    const body = bodyOf(
      'inputs: [{name: port, type: int, value: 8888}]\nrun: {kind: service, ports: "{{ [port] }}", rewritePath: true, container: {image: i, args: ["{{ globals.base_url }}"]}}\n',
    );
    assert.ok(body.includes(`"/rewrite-services/v1/plx/default/proj/runs/${'b'.repeat(32)}/8888"`));
  });

  it('skips what its conditions refuse, and leaves its run as written', () => {
    const outcome = wanted(compiled(job('["{{ a }}"]', 'params: {a: 1}\nconditions: "{{ a > 3 }}"\n')));
    assert.equal(outcome.skipped, true);
    assert.ok(compactJson(sealedToValue(outcome.spec.body)).includes('{{ a }}'));
    assert.equal(wanted(compiled(job('[]', 'params: {a: null}\nconditions: "{{ a and a > 1 }}"\n'))).skipped, true);
  });

  it('brings what a template gives to the type of its field', () => {
    const { spec } = wanted(
      compiled(
        job(
          '[]',
          `params: {n: "3"}\ntermination: {maxRetries: "{{ n }}", timeout: -1, ttl: 5}\nplugins: {docker: "{{ n == '3' }}"}\n`,
        ),
      ),
    );
    assert.deepEqual(spec.termination, {
      maxRetries: 3,
      timeoutSeconds: null,
      ttlSeconds: 5,
      podFailurePolicy: null,
      culling: null,
    });
    assert.equal(compactJson(sealedToValue(spec.plugins)), '{"docker":true}');
  });

  it('puts params with toInit before the declared init', () => {
    const yaml =
      'params: {code: {value: {url: u}, toInit: true, connection: repo}}\ninputs: [{name: code, type: git}]\nrun: {kind: job, init: [{file: {content: x}}], container: {image: i}}\n';
    const { spec } = wanted(compiled(yaml));
    assert.ok(
      compactJson(sealedToValue(spec.body)).includes(
        '"init":[{"git":{"url":"u"},"connection":"repo"},{"file":{"content":"x"}}]',
      ),
    );
    assert.deepEqual(spec.connections, ['repo']);
  });

  it('merges variables of shortcuts by name and replaces the command', () => {
    const yaml =
      'kind: operation\nenv: {A: "2"}\ncmd: run\ncomponent: {run: {kind: job, container: {image: i, command: [x], args: [y], env: [{name: A, value: "1"}, {name: B, value: b}]}}}\n';
    assert.equal(
      bodyOf(yaml),
      '{"kind":"job","container":{"image":"i","env":[{"name":"B","value":"b"},{"name":"A","value":"2"}],"command":["/bin/sh","-c"],"args":["set -e\\nrun"]}}',
    );
  });

  it('reports what looks like a secret by place and length, never the text', () => {
    const secret = `gl${'pat'}-abcdefghij0123456789`;
    const yaml = job('[]', `env: {A: ${secret}}\n`);
    const warned = compiled(yaml);
    assert.deepEqual(problemsOf(warned), ['seal/secret-like-value @ main.yaml:1:10']);
    assert.ok(warned.ok && !warned.warnings.some((each) => each.message.includes(secret)));
    assert.equal(compiled(yaml, { facts: { secretLike: 'refuse' } }).ok, false);
  });

  it('refuses a run that is too large to be sent', () => {
    const yaml = job(`[${Array(9).fill('"{{ big * 15000 }}"').join(', ')}]`, 'params: {big: "0123456789"}\n');
    assert.deepEqual(problemsOf(compiled(yaml)), ['seal/too-large @ main.yaml:1:1']);
  });
});

describe('merging', () => {
  const base =
    'kind: operation\ntags: [a, b]\ntermination: {maxRetries: 1, ttl: 10}\ncomponent: {tags: [c], run: {kind: job, container: {image: b, args: [a1]}}}\n';
  const preset = (strategy: string): string =>
    `${strategy}tags: [b, z]\ntermination: {maxRetries: 3}\nrunPatch: {container: {image: b2, args: [a2]}}\n`;
  const results: readonly (readonly [string, string, readonly string[], number])[] = [
    ['', '{"image":"b2","args":["a1","a2"]}', ['c', 'a', 'b', 'z'], 3],
    ['patchStrategy: pre_merge\n', '{"image":"b","args":["a2","a1"]}', ['c', 'b', 'z', 'a'], 1],
    ['patchStrategy: replace\n', '{"image":"b2","args":["a2"]}', ['c', 'b', 'z'], 3],
    ['patchStrategy: isnull\n', '{"image":"b","args":["a1"]}', ['c', 'a', 'b'], 1],
  ];
  for (const [strategy, container, tags, retries] of results) {
    it(`puts a preset on top with ${strategy.trim() || 'the default strategy'}`, () => {
      const given = { presets: [preset(strategy)] };
      assert.equal(bodyOf(base, given), `{"kind":"job","container":${container}}`);
      assert.deepEqual(wanted(checked(base, given)).tags, tags);
      assert.equal(wanted(compiled(base, given)).spec.termination.maxRetries, retries);
    });
  }
});

import assert from 'node:assert/strict';
import { compactJson } from '../values/print.ts';
import { bodyText, compiled, job, must, said } from './testing/harness.ts';

describe('seal', () => {
  it('leaves only names of the agent open, with the values of the others beside them', () => {
    const yaml =
      'params: {n: 3}\nrun: {kind: job, connections: [data], container: {image: i, args: ["{{ connections.data.mountPath ~ n }}", "{{ n }}"]}}\n';
    const { spec } = must(compiled(yaml));
    assert.equal(
      bodyText(spec.body),
      '{"kind":"job","connections":["data"],"container":{"image":"i","args":[{"$text":[{"$agent":"connections.data.mountPath ~ n","with":{"n":3}}]},"3"]}}',
    );
    assert.deepEqual(spec.connections, ['data']);
  });

  it('names the connections of all replicas, and gives each params that become init entries', () => {
    const yaml =
      'params: {code: {value: {url: "https://git.example/x"}, toInit: true, connection: repo}}\ninputs: [{name: code, type: git}]\nrun: {kind: tfjob, chief: {connections: [a], container: {image: i}}, worker: {init: [{connection: b, git: {}}], container: {image: i}}}\n';
    const { spec } = must(compiled(yaml));
    assert.deepEqual(spec.connections, ['a', 'b', 'repo']);
    assert.match(
      bodyText(spec.body),
      /"chief":.*"init":\[\{"git":\{"url":"https:\/\/git.example\/x"\},"connection":"repo"\}\]/,
    );
    assert.match(
      bodyText(spec.body),
      /"worker":.*"init":\[\{"git":\{"url":"https:\/\/git.example\/x"\},"connection":"repo"\},\{"connection":"b","git":\{\}\}\]/,
    );
  });

  const probe = (http: string): string => `culling: {timeout: 600}, probe: {http: {${http}}}`;
  for (const [termination, culling] of [
    [probe('path: /used, port: 8888'), { timeoutSeconds: 600, path: '/used', port: 8888 }],
    [probe('port: "8888"'), { timeoutSeconds: 600, path: '/api/status', port: 8888 }],
    [probe('port: web'), { timeoutSeconds: 600, path: '/api/status', port: null }],
    [probe('port: 70000'), null],
    [probe('path: "http://elsewhere/", port: 80'), { timeoutSeconds: 600, path: '/api/status', port: 80 }],
    ['culling: {timeout: 600}', null],
    ['culling: {timeout: 600}, probe: {exec: {command: [true]}}', null],
    ['culling: {timeout: 0}, probe: {http: {port: 80}}', null],
    ['probe: {http: {port: 80}}', null],
  ] as const)
    it(`says when an idle service is stopped: ${termination}`, () => {
      const yaml = `termination: {${termination}}\nrun: {kind: service, container: {image: i}}\n`;
      assert.deepEqual(must(compiled(yaml)).spec.termination.culling, culling);
    });

  it('sums up what the run asks for, over its replicas', () => {
    const resources = (cpu: string): string =>
      `container: {image: i, resources: {requests: {cpu: ${cpu}, memory: 1Gi}, limits: {nvidia.com/gpu: 2}}}`;
    assert.deepEqual(
      must(
        compiled(
          `cost: 1.5\nrun: {kind: mpijob, launcher: {${resources('500m')}}, worker: {replicas: 3, ${resources('2')}}}\n`,
        ),
      ).resources,
      {
        cpu: 6.5,
        memory: 4 * 2 ** 30,
        gpu: 8,
        cost: 1.5,
      },
    );
  });

  it('asks for a cached run when that is wanted, by what the run does', () => {
    const key = (args: string, more = ''): string | undefined =>
      must(compiled(job(args, `cache: {disable: false}\n${more}`))).cache?.key;
    assert.equal(must(compiled(job('[a]'))).cache, null);
    assert.equal(key('[a]'), key('[a]', 'termination: {ttl: 3}\n'));
    assert.notEqual(key('[a]'), key('[b]'));
    assert.notEqual(key('[a]', 'params: {x: 1}\n'), key('[a]', 'params: {x: "1"}\n'));
  });

  it('records images and mounts, and names the connection of an image, not the address behind it', () => {
    const yaml = job(
      '[]',
      'mount: ["a:b", c]\noutputs: [{name: dest, type: image}]\nparams: {dest: {value: "img:1", connection: reg}}\n',
    );
    const records = must(compiled(yaml)).lineage.map((each) => [
      each.name,
      each.kind,
      compactJson(each.summary),
      each.isInput,
    ]);
    assert.deepEqual(records, [
      ['dest', 'docker_image', '{"image":"img:1","connection":"reg"}', false],
      ['b', 'dir', '{"path":"b"}', true],
    ]);
  });

  it('makes the operation that builds the image first', () => {
    const { build } = must(
      compiled(
        job(
          '[]',
          'build: {hubRef: kaniko, connection: reg, params: {context: "."}}\ninputs: [{name: n, type: int, value: 1}]\n',
        ),
      ),
    );
    assert.equal(
      compactJson(build),
      `{"kind":"operation","hubRef":"kaniko","params":{"n":{"value":1,"contextOnly":true},"context":{"value":"."},"destination":{"value":"proj:${'b'.repeat(32)}","connection":"reg"}}}`,
    );
  });

  it('gives a value up that stands in too many places to be kept', () => {
    const args = Array.from({ length: 1000 }, () => '"{{ params.as_args }}"').join(', ');
    const yaml = job(`[${args}]`, `params: {a: "${'x'.repeat(10_000)}"}\n`);
    assert.deepEqual(said(compiled(yaml)), ['seal/too-large @ 2:10103']);
  });

  it('reports what looks like a secret, as a doubt or as an error', () => {
    const yaml = 'env: {A: glpat-abcdefghij0123456789}\ncontainer: {image: i}\n';
    assert.deepEqual(said(compiled(yaml)), ['seal/secret-like-value @ 1:10']);
    assert.equal(compiled(yaml, { secretLike: 'refuse' }).ok, false);
  });

  it('keeps the run of a parent as it is written', () => {
    const yaml =
      'params: {x: 1}\nrun: {kind: dag, environment: {labels: {a: "{{ x }}"}}, operations: [{name: a, component: {run: {kind: job, container: {image: i}}}}]}\n';
    const parent = must(compiled(yaml));
    assert.equal(parent.isParent, true);
    assert.match(bodyText(parent.spec.body), /"a":"\{\{ x \}\}"/);
    const [child] = [...(parent.children ?? [])];
    assert.match(
      JSON.stringify(child?.operation.entries, (key, value: unknown) =>
        key === 'span' || key === 'keySpan' ? undefined : typeof value === 'bigint' ? String(value) : value,
      ),
      /"environment"/,
    );
  });
});

import assert from 'node:assert/strict';
import { compactJson } from '@tandem/shared/values';
import { AgentOwned, AgentText, type Sealed, type SealedSpec } from '@tandem/shared/wire';
import { aBody, aSpec, sealed, sealedMap } from '../testing/a-spec.ts';
import { catalogueShape, connectionKinds } from './catalogue.ts';
import { fillBody } from './fill-body.ts';
import type { InitPlan } from './init-plan.ts';
import type { PodPlan } from './pod-plan.ts';
import type { Staged } from './staged.ts';
import { type AgentKnowledge, finishCompilation } from './stages.ts';

const uuid = '3'.repeat(32);
const run = { uuid, attempt: 1, generation: 1 };
const none: ReadonlyMap<string, never> = new Map<string, never>();

const catalogue = catalogueShape.parse({
  connections: [
    { name: 'data', kind: 'volume_claim', schema: { volumeClaim: 'data-pvc', mountPath: '/data', readOnly: true } },
    {
      name: 'images',
      kind: 's3',
      schema: { bucket: 's3://acme-images/' },
      secret: { name: 's3-secret' },
      env: { REGION: 'eu', N: 1 },
    },
    {
      name: 'db',
      kind: 'postgres',
      schema: { host: 'db', port: 5432 },
      secret: { name: 'db-secret', items: ['PASSWORD'] },
      configMap: { name: 'db-conf', mountPath: '/etc/db' },
    },
    {
      name: 'repo',
      kind: 'git',
      schema: { url: 'https://git.example/team/repo.git', revision: 'main' },
      secret: { name: 'git-secret' },
    },
  ],
  artifactsStore: { name: 'store', kind: 'host_path', schema: { hostPath: '/srv/store', mountPath: '/store' } },
});

const agent: AgentKnowledge = {
  catalogue,
  paths: {
    contextPath: '/c',
    artifactsPath: '/c/artifacts',
    runArtifactsPath: '/r',
    runOutputsPath: '/r/outputs',
    storePath: '',
  },
  settings: { host: 'https://cp.example', compat: true, graceSeconds: 30 },
};

const compile = (given: Partial<SealedSpec>): Staged<PodPlan> => {
  const { spec, specSha256 } = sealed(aSpec(uuid, given));
  return finishCompilation({ bytes: spec, sha256: specSha256 }, run, agent);
};
const planOf = (given: Partial<SealedSpec>): PodPlan => {
  const compiled = compile(given);
  assert.ok(compiled.ok, compiled.ok ? '' : compiled.message);
  return compiled.value;
};
const mainOf = (plan: PodPlan) => plan.replicas[0]?.main ?? assert.fail('no replica');
const envOf = (plan: PodPlan) =>
  Object.fromEntries(mainOf(plan).env.flatMap((entry) => (entry.kind === 'value' ? [[entry.name, entry.value]] : [])));
const owned = (template: string, known: ReadonlyMap<string, never> = none) => new AgentOwned(template, known);

describe('stage 2', () => {
  it('plans a job as it was sealed', () => {
    const plan = planOf({});
    assert.deepEqual(plan.run, run);
    assert.deepEqual([plan.kind, plan.owner, plan.project, plan.namespace], ['job', 'acme', 'vision', 'default']);
    assert.deepEqual([mainOf(plan).image, mainOf(plan).command], ['busybox', ['sh', '-c', 'echo hello']]);
    const env = envOf(plan);
    assert.equal(env['TANDEM_RUN_UUID'], uuid);
    assert.equal(env['TANDEM_OUTPUTS_FILE'], '/r/outputs.json');
    assert.equal(env['POLYAXON_RUN_INSTANCE'], `acme.vision.runs.${uuid}`);
    assert.equal(env['POLYAXON_CONTEXT_ROOT'], '/c');
  });

  it('fills open places with what the agent knows, and nothing else', () => {
    const text = new AgentText([
      'ls ',
      owned('connections.data.mountPath'),
      ' {{ literal }} ',
      owned('globals.run_outputs_path'),
    ]);
    const plan = planOf({
      connections: ['data'],
      body: new Map<string, Sealed>([
        ...aBody('x'),
        ['connections', ['data']],
        ['container', sealedMap({ command: ['sh', '-c', text] })],
      ]),
    });
    assert.deepEqual(mainOf(plan).command, ['sh', '-c', 'ls /data {{ literal }} /r/outputs']);
    assert.deepEqual(
      plan.replicas[0]?.volumes.map((volume) => volume.kind),
      ['claim'],
    );
    assert.deepEqual(
      mainOf(plan).mounts.map(({ path, readOnly }) => [path, readOnly]),
      [['/data', true]],
    );
  });

  it('lets a late input be used by a later one and by the run', () => {
    const io = { type: null, isList: false, isFlag: false, argFormat: null, connection: null, toEnv: null };
    const plan = planOf({
      connections: ['images'],
      inputs: [
        { ...io, name: 'bucket', type: 'str', value: owned('connections.images.bucket') },
        { ...io, name: 'path', value: new AgentText([owned('bucket'), '/train']), toEnv: 'TRAIN' },
      ],
      body: new Map<string, Sealed>([
        ...aBody('x'),
        ['connections', ['images']],
        ['container', sealedMap({ command: ['echo', owned('params.path.as_arg')] })],
      ]),
    });
    assert.deepEqual(mainOf(plan).command, ['echo', '--path=s3://acme-images/train']);
    assert.equal(envOf(plan)['TRAIN'], 's3://acme-images/train');
    assert.equal(plan.inputs.get('bucket'), 's3://acme-images');
  });

  it('delivers secrets by name, never by value', () => {
    const plan = planOf({
      connections: ['db', 'images'],
      body: new Map<string, Sealed>([...aBody('x'), ['connections', ['images', 'db']]]),
    });
    const { env, mounts } = mainOf(plan);
    assert.deepEqual(
      env.filter(({ kind }) => kind !== 'value' && kind !== 'field'),
      [
        { kind: 'all-of-secret', secret: 's3-secret', keys: null },
        { kind: 'secret', name: 'PASSWORD', secret: 'db-secret', key: 'PASSWORD' },
      ],
    );
    assert.deepEqual(
      mounts.map(({ path }) => path),
      ['/etc/db'],
    );
    assert.deepEqual([envOf(plan)['REGION'], envOf(plan)['N']], ['eu', '1']);
    const listed = JSON.parse(envOf(plan)['TANDEM_CONNECTIONS'] ?? '');
    assert.deepEqual(listed.connections[0], {
      name: 'images',
      kind: 's3',
      schema: { bucket: 's3://acme-images' },
      secret: { name: 's3-secret' },
      env: { REGION: 'eu', N: '1' },
    });
  });

  it('reads every form of env', () => {
    const container = sealedMap({
      command: ['env'],
      env: [
        sealedMap({ name: 'NUMBER', value: 7n }),
        sealedMap({ name: 'FLAG', value: true }),
        sealedMap({
          name: 'PASSWORD',
          valueFrom: sealedMap({ secretKeyRef: sealedMap({ name: 'db', key: 'password' }) }),
        }),
        sealedMap({ PLAIN: 'x' }),
      ],
      envFrom: [sealedMap({ configMapRef: sealedMap({ name: 'team' }) })],
    });
    const { env } = mainOf(planOf({ body: new Map<string, Sealed>([...aBody('x'), ['container', container]]) }));
    assert.deepEqual(env.slice(0, 4), [
      { kind: 'value', name: 'NUMBER', value: '7' },
      { kind: 'value', name: 'FLAG', value: 'true' },
      { kind: 'secret', name: 'PASSWORD', secret: 'db', key: 'password' },
      { kind: 'value', name: 'PLAIN', value: 'x' },
    ]);
    assert.deepEqual(env.at(-1), { kind: 'all-of-config', configMap: 'team', keys: null });
  });

  it('makes init steps of every kind, own containers last', () => {
    const init = [
      sealedMap({ container: sealedMap({ name: 'own', command: ['true'] }) }),
      sealedMap({ connection: 'repo', git: sealedMap({ revision: 'v2' }) }),
      sealedMap({ git: sealedMap({ url: 'https://h/x/tool.git' }), path: '/code' }),
      sealedMap({ file: sealedMap({ filename: 'a.sh', content: 'x', chmod: '+x' }) }),
      sealedMap({ artifacts: sealedMap({ files: ['a', ['b', 'c']] }) }),
      sealedMap({ connection: 'data', paths: ['d'] }),
      sealedMap({ dockerfile: sealedMap({ image: 'python:3', run: ['pip install x'], env: sealedMap({ A: '1' }) }) }),
    ];
    const none = { volume: null, override: null };
    const plan = planOf({
      connections: ['data', 'repo'],
      body: new Map<string, Sealed>([...aBody('x'), ['init', init]]),
    });
    const shown = (each: InitPlan): unknown => {
      if (each.kind === 'container') return each.container.name;
      const { access: _access, ...rest } = each;
      return rest;
    };
    assert.deepEqual(plan.replicas[0]?.init.map(shown), [
      {
        ...none,
        kind: 'git',
        path: '/c/artifacts/repo',
        url: 'https://git.example/team/repo.git',
        revision: 'v2',
        flags: [],
        connection: 'repo',
        keysPath: null,
      },
      {
        ...none,
        kind: 'git',
        path: '/code/tool',
        volume: '/code',
        url: 'https://h/x/tool.git',
        revision: null,
        flags: [],
        connection: null,
        keysPath: null,
      },
      { ...none, kind: 'file', path: '/c/artifacts', filename: 'a.sh', content: 'x', chmod: '+x' },
      {
        ...none,
        kind: 'artifacts',
        path: '/c/artifacts',
        files: [
          { from: 'a', to: 'a' },
          { from: 'b', to: 'c' },
        ],
        dirs: [],
        paths: [],
        connection: 'store',
        store: { kind: 'mount', name: 'store', path: '/store' },
      },
      {
        ...none,
        kind: 'artifacts',
        path: '/c/artifacts/data',
        files: [],
        dirs: [],
        paths: [{ from: 'd', to: 'd' }],
        connection: 'data',
        store: { kind: 'mount', name: 'data', path: '/data' },
      },
      {
        ...none,
        kind: 'dockerfile',
        path: '/c/artifacts',
        filename: 'Dockerfile',
        content: 'FROM python:3\nENV SHELL="/bin/bash"\nENV A="1"\nWORKDIR /code\nRUN pip install x\n',
      },
      'own',
    ]);
  });

  it('refuses, with a reason, what it cannot use', () => {
    const reasons = (given: Partial<SealedSpec>): string => {
      const compiled = compile(given);
      return compiled.ok ? 'ok' : compiled.reason;
    };
    assert.equal(reasons({ connections: ['gone'] }), 'UnknownConnection');
    assert.equal(reasons({ run: { ...aSpec(uuid).run, runtime: 'tfjob' } }), 'Unsupported');
    assert.equal(reasons({ run: { ...aSpec(uuid).run, uuid: '4'.repeat(32) } }), 'SpecCorrupt');
    assert.equal(
      reasons({
        connections: ['data'],
        body: new Map<string, Sealed>([...aBody('x'), ['connections', [owned('connections.data.nothing')]]]),
      }),
      'ConnectionError',
    );
    const { spec, specSha256 } = sealed(aSpec(uuid));
    const corrupt = finishCompilation(
      { bytes: Buffer.concat([spec, Buffer.from(' ')]), sha256: specSha256 },
      run,
      agent,
    );
    assert.ok(!corrupt.ok && corrupt.reason === 'SpecCorrupt');
    const newer = Buffer.from(spec.toString().replace('"stage1":1', '"stage1":2'));
    const { createHash } = process.getBuiltinModule('node:crypto');
    const tooNew = finishCompilation(
      { bytes: newer, sha256: createHash('sha256').update(newer).digest('hex') },
      run,
      agent,
    );
    assert.ok(!tooNew.ok && tooNew.reason === 'SpecTooNew', tooNew.ok ? '' : tooNew.message);
  });
});

describe('catalogue', () => {
  it('reads every kind and form', () => {
    for (const kind of Object.keys(connectionKinds)) {
      const schema = { hostPath: '/h', mountPath: '/m', volumeClaim: 'c', bucket: 's3://b', url: 'https://u' };
      assert.ok(catalogueShape.safeParse({ connections: [{ name: 'x', kind, schema }] }).success, kind);
    }
    const env = (given: unknown) =>
      catalogueShape.parse({ connections: [{ name: 'x', kind: 'custom', env: given }] }).connections.get('x')?.env;
    const expected = [{ name: 'A', value: '1' }];
    assert.deepEqual(
      [env([{ name: 'A', value: 1 }]), env({ name: 'A', value: 1 }), env({ A: 1 }), env([['A', '1']])],
      [expected, expected, expected, expected],
    );
    const mode = catalogueShape.parse({
      connections: [{ name: 'x', kind: 'custom', secret: { name: 's', defaultMode: '0400' } }],
    });
    assert.equal(mode.connections.get('x')?.secret?.defaultMode, 256);
  });

  it('refuses doubles, missing fields and a store that is none', () => {
    const paths = (given: object): string[] =>
      catalogueShape.safeParse(given).error?.issues.map(({ path }) => path.join('.')) ?? [];
    assert.deepEqual(
      paths({
        connections: [
          { name: 'x', kind: 'custom' },
          { name: 'x', kind: 'custom' },
        ],
      }),
      ['connections.1.name'],
    );
    assert.deepEqual(paths({ connections: [{ name: 'x', kind: 's3' }] }), ['connections.0.schema.bucket']);
    assert.deepEqual(paths({ artifactsStore: { name: 'x', kind: 'slack' } }), ['artifactsStore.kind']);
  });
});

describe('stage 2 of runs with several pods', () => {
  const pod = (more: ReadonlyMap<string, Sealed>): Sealed =>
    new Map<string, Sealed>([['container', new Map<string, Sealed>([['image', 'i']])], ...more]);
  const args = (template: string): readonly [string, Sealed] => [
    'container',
    new Map<string, Sealed>([['args', [new AgentText([owned(template)])]]]),
  ];
  const filled = (runtime: string, body: ReadonlyMap<string, Sealed>) => fillBody(body, runtime, new Map(), catalogue);

  it('shows each replica the connections that it asks for', () => {
    const body = filled(
      'tfjob',
      new Map<string, Sealed>([
        ['kind', 'tfjob'],
        ['chief', pod(new Map<string, Sealed>([['connections', ['data']], args('connections.data.mountPath')]))],
        [
          'worker',
          pod(new Map<string, Sealed>([['init', [new Map([['connection', 'repo']])]], args('init.repo.url')])),
        ],
      ]),
    );
    assert.ok(body.ok);
    assert.match(compactJson(body.value), /"chief":.*"args":\["\/data"\]/);
    assert.match(compactJson(body.value), /"worker":.*"args":\["https:\/\/git\.example\/team\/repo\.git"\]/);
  });

  it('keeps the connections of one replica from another', () => {
    const body = filled(
      'pytorchjob',
      new Map<string, Sealed>([
        ['master', pod(new Map<string, Sealed>([['connections', ['data']]]))],
        ['worker', pod(new Map([args('connections.data.mountPath')]))],
      ]),
    );
    assert.ok(!body.ok);
    assert.equal(body.reason, 'ConnectionError');
    assert.match(body.message, /There is no "data"/);
  });

  it('gives every worker of ray a context of its own, whatever its name is', () => {
    const worker = (name: string): Sealed =>
      pod(new Map<string, Sealed>([['connections', [name]], args(`connections.${name} | length`)]));
    const body = filled(
      'raycluster',
      new Map<string, Sealed>([
        [
          'workers',
          new Map([
            ['small', worker('data')],
            ['constructor', worker('repo')],
          ]),
        ],
      ]),
    );
    assert.ok(body.ok);
    assert.match(compactJson(body.value), /"small":.*"args":\["\d"\].*"constructor":.*"args":\["\d"\]/);
  });

  it('refuses to plan what has no pods, and says so', () => {
    const spec = aSpec(uuid, {});
    const message = (runtime: string): string => {
      const compiled = compile({ run: { ...spec.run, runtime } });
      assert.ok(!compiled.ok && compiled.reason === 'Unsupported');
      return compiled.message;
    };
    assert.equal(message('dag'), 'This agent does not run the kind "dag".');
    assert.equal(message('mpijob'), 'The run has no replicas.');
  });
});

import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Json, Manifest } from '../compile/kubernetes/manifest.ts';
import { attacks } from './attacks.cases.ts';
import { changed } from './changed.cases.ts';
import { evaluate } from './evaluate.ts';
import { facts, type OrdinaryName, ordinary, ownName } from './ordinary.cases.ts';
import { readPolicy } from './policy.ts';

/** What an admin writes. */
type Given = Readonly<Record<string, unknown>>;

/** Maps whose keys are free: labels, amounts, variables of others. A planted key is no unknown field there. */
const free = new Set([
  'labels',
  'annotations',
  'matchLabels',
  'nodeSelector',
  'limits',
  'requests',
  'selector',
  'data',
  'rayStartParams',
]);

const byDefault = readPolicy({}).policy;
const pathsOf = (objects: readonly Manifest[], given: Given = {}): readonly string[] =>
  evaluate(objects, readPolicy(given).policy, facts).map(({ path }) => path);

describe('policy: what ordinary runs are made of', () => {
  for (const name of Object.keys(ordinary) as OrdinaryName[])
    it(`allows a ${name}`, () => assert.deepEqual(evaluate([ordinary[name]], byDefault, facts), []));

  it('allows null where a field may be absent', () => {
    const object = copyOf(ordinary.job) as unknown as {
      spec: { suspend: Json; template: { spec: { hostNetwork: Json } } };
    };
    object.spec.suspend = null;
    object.spec.template.spec.hostNetwork = null;
    assert.deepEqual(evaluate([object as unknown as Manifest], byDefault, facts), []);
  });
});

describe('policy: attacks', () => {
  for (const { name, on = 'job', set, denied, rule } of attacks)
    it(`denies ${name} (${on})`, () => {
      const found = evaluate([changed(ordinary[on], set)], byDefault, facts);
      const expected = denied ?? Object.keys(set).map((path) => path.replace('["constructor"]', '.constructor'));
      assert.deepEqual(
        found.map(({ path }) => path),
        expected,
      );
      assert.ok(
        found.every((each) => each.rule === rule),
        `rules: ${found.map((each) => each.rule).join(', ')}`,
      );
      assert.ok(
        found.every(({ message }) => /^[A-Z"].*\.$/.test(message)),
        'each is a sentence',
      );
    });

  it('reports everything at once, in every object', () => {
    const job = changed(ordinary.job, { 'spec.template.spec.hostPID': true, 'spec.template.spec.hostIPC': true });
    const service = changed(ordinary.service, { 'spec.externalName': 'x' });
    const found = evaluate([job, service], byDefault, facts);
    assert.deepEqual(found.map(({ kind, name, path }) => `${kind} ${name} ${path}`).sort(), [
      `Job ${ownName} spec.template.spec.hostIPC`,
      `Job ${ownName} spec.template.spec.hostPID`,
      `Service ${ordinary.service.metadata.name} spec.externalName`,
    ]);
  });

  it('says nothing of what the policy allows', () => {
    const policy = readPolicy({ registries: ['secret-registry.example'], secrets: ['very-secret'] }).policy;
    const set = { 'spec.template.spec.containers[0].envFrom[+]': { secretRef: { name: 'x' } } };
    const messages = evaluate([changed(ordinary.job, set)], policy, facts).map(({ message }) => message);
    assert.equal(messages.length, 3);
    assert.ok(!messages.some((message) => message.includes('secret-registry') || message.includes('very-secret')));
  });
});

describe('policy: fields that nobody knows', () => {
  const names = Object.keys(ordinary) as OrdinaryName[];
  const places = names.flatMap((name) => placesOf(ordinary[name]).map((place) => ({ name, place })));
  // Words of the language among them: a list of fields must not find them in a prototype.
  const odd = fc.constantFrom(
    'constructor',
    '__proto__',
    'toString',
    'hasOwnProperty',
    'hostNetWork',
    'HostPID',
    'podSpecPatch',
  );
  const field = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }).map((text) => `x${text}`),
    odd,
  );
  const value = fc.oneof(fc.boolean(), fc.integer(), fc.string(), fc.constant(null), fc.constant([]), fc.constant({}));

  it('denies one planted anywhere, at its path', function () {
    this.timeout(20_000);
    fc.assert(
      fc.property(fc.constantFrom(...places), field, value, ({ name, place }, key, planted) => {
        const copy = copyOf(ordinary[name]);
        const target = place.reduce<Json>((node, segment) => (node as { [key: string]: Json })[segment] as Json, copy);
        // As a parser of JSON does it: `__proto__` becomes a key like any other.
        Object.defineProperty(target, key, { value: planted, enumerable: true });
        const found = evaluate([copy as unknown as Manifest], byDefault, facts);
        assert.ok(
          found.some(({ path, rule }) => rule === 'fields' && path.endsWith(pathEnd(key))),
          JSON.stringify(found),
        );
      }),
      { numRuns: 1000 },
    );
  });

  it('denies a value of another type anywhere', function () {
    this.timeout(20_000);
    const leaves = names.flatMap((name) => leavesOf(ordinary[name]).map((leaf) => ({ name, leaf })));
    for (const { name, leaf } of leaves) {
      const copy = copyOf(ordinary[name]);
      const holder = leaf
        .slice(0, -1)
        .reduce<Json>((node, segment) => (node as { [key: string]: Json })[segment] as Json, copy);
      (holder as { [key: string]: Json })[leaf.at(-1) ?? ''] = { planted: true };
      assert.notDeepEqual(evaluate([copy as unknown as Manifest], byDefault, facts), [], `${name} ${leaf.join('.')}`);
    }
    assert.ok(leaves.length > 500);
  });
});

describe('policy: what an admin allows', () => {
  const pod = 'spec.template.spec';
  const cases: readonly { readonly allows: Given; readonly set: Readonly<Record<string, Json>> }[] = [
    { allows: { hostNetwork: true }, set: { [`${pod}.hostNetwork`]: true } },
    { allows: { hostPID: true }, set: { [`${pod}.hostPID`]: true } },
    { allows: { hostIPC: true }, set: { [`${pod}.hostIPC`]: true } },
    { allows: { hostPorts: true }, set: { [`${pod}.containers[0].ports[0].hostPort`]: 80 } },
    { allows: { nodeName: true }, set: { [`${pod}.nodeName`]: 'n' } },
    { allows: { hostAliases: true }, set: { [`${pod}.hostAliases`]: [{ ip: '1.1.1.1', hostnames: ['a'] }] } },
    { allows: { shareProcessNamespace: true }, set: { [`${pod}.shareProcessNamespace`]: true } },
    { allows: { privileged: true }, set: { [`${pod}.containers[0].securityContext.privileged`]: true } },
    {
      allows: { capabilities: ['NET_*'] },
      set: { [`${pod}.containers[0].securityContext.capabilities`]: { add: ['NET_ADMIN', 'CAP_NET_RAW'] } },
    },
    {
      allows: { sysctls: ['net.*'] },
      set: { [`${pod}.securityContext.sysctls`]: [{ name: 'net.core.somaxconn', value: '9' }] },
    },
    { allows: { serviceAccounts: ['team-*'] }, set: { [`${pod}.serviceAccountName`]: 'team-a' } },
    { allows: { automountServiceAccountToken: true }, set: { [`${pod}.automountServiceAccountToken`]: null } },
    {
      allows: { secrets: ['team-*'] },
      set: { [`${pod}.containers[0].envFrom[+]`]: { secretRef: { name: 'team-a' } } },
    },
    { allows: { configMaps: ['conf'] }, set: { [`${pod}.volumes[+]`]: { name: 'c', configMap: { name: 'conf' } } } },
    {
      allows: { claims: ['scratch'] },
      set: { [`${pod}.volumes[+]`]: { name: 'c', persistentVolumeClaim: { claimName: 'scratch' } } },
    },
    { allows: { hostPath: true }, set: { [`${pod}.volumes[+]`]: { name: 'h', hostPath: { path: '/' } } } },
    {
      allows: { hostPath: ['/srv'] },
      set: { [`${pod}.volumes[+]`]: { name: 'h', hostPath: { path: '/srv/deep/er' } } },
    },
    {
      allows: { dockerSocket: true },
      set: { [`${pod}.volumes[+]`]: { name: 'd', hostPath: { path: '/var/run/docker.sock' } } },
    },
    { allows: { priorityClasses: ['high'] }, set: { [`${pod}.priorityClassName`]: 'high', [`${pod}.priority`]: 1000 } },
    { allows: { schedulerNames: ['volcano'] }, set: { [`${pod}.schedulerName`]: 'volcano' } },
    { allows: { runtimeClasses: ['gvisor'] }, set: { [`${pod}.runtimeClassName`]: 'gvisor' } },
    { allows: { controlPlaneNodes: true }, set: { [`${pod}.tolerations`]: [{ operator: 'Exists' }] } },
    {
      allows: { devices: ['rdma/*', 'nvidia.com/gpu'] },
      set: { [`${pod}.containers[0].resources.limits["rdma/hca"]`]: 1 },
    },
    { allows: { annotations: ['team.example/*'] }, set: { 'metadata.annotations["team.example/a"]': 'b' } },
    { allows: { labels: ['team.example/a=b'] }, set: { 'metadata.labels["team.example/a"]': 'b' } },
  ];
  for (const { allows, set } of cases)
    it(`lets it be: ${JSON.stringify(allows)}`, () => {
      const object = changed(ordinary.job, set);
      assert.notDeepEqual(pathsOf([object]), [], 'by default it is denied');
      assert.deepEqual(pathsOf([object], allows), []);
    });

  it('keeps the docker socket apart from paths', () => {
    const socket = { [`${pod}.volumes[+]`]: { name: 'd', hostPath: { path: '/run/docker.sock' } } };
    assert.deepEqual(pathsOf([changed(ordinary.job, socket)], { hostPath: true }), [`${pod}.volumes[7].hostPath.path`]);
  });

  it('lets services be reached from outside', () => {
    const object = changed(ordinary.service, { 'spec.type': 'LoadBalancer', 'spec.ports[0].nodePort': 30_001 });
    assert.deepEqual(pathsOf([object], { externalServices: true }), []);
  });
});

describe('policy: what an admin demands', () => {
  const main = 'spec.template.spec.containers[0]';
  const first = (given: Given): readonly string[] =>
    pathsOf([ordinary.job], given).filter((path) => path === '' || path.startsWith(main));

  it('holds images to registries, but for those of our helper', () => {
    assert.deepEqual(pathsOf([ordinary.job], { registries: ['docker.io', 'ghcr.io/acme'] }), []);
    assert.deepEqual(first({ registries: ['ghcr.io'] }), [`${main}.image`]);
    assert.deepEqual(pathsOf([ordinary.job], { registries: ['busybox', 'ghcr.io/acme/side'] }), []);
    assert.deepEqual(pathsOf([ordinary.job], { registries: ['docker.io/lib*', 'ghcr.io/*/side'] }), []);
    assert.deepEqual(pathsOf([ordinary.job], { registries: ['docker.io', 'ghcr.io/ac'] }), [
      'spec.template.spec.containers[1].image',
    ]);
  });

  it('wants images by digest', () => assert.deepEqual(first({ requireDigest: true }), [`${main}.image`]));

  it('holds containers to a ceiling', () => {
    assert.deepEqual(first({ maxResources: { cpu: 2, memory: '4Gi', gpu: 1 } }), []);
    assert.deepEqual(first({ maxResources: { cpu: '1999m' } }), [`${main}.resources.limits`]);
    assert.deepEqual(first({ maxResources: { memory: '4G' } }), [`${main}.resources.limits`]);
    assert.deepEqual(first({ maxResources: { gpu: 0 } }), [`${main}.resources.limits`]);
    const sidecar = 'spec.template.spec.containers[1].resources.limits';
    assert.deepEqual(
      pathsOf([ordinary.job], { maxResources: { cpu: 8 } }),
      [sidecar],
      'it has no limit, helpers need none',
    );
    const hidden = changed(ordinary.job, {
      [`${main}.resources.limits`]: null,
      [`${main}.resources.requests`]: { cpu: 64 },
    });
    assert.deepEqual(pathsOf([hidden], { maxResources: { cpu: 8 } }).includes(`${main}.resources.limits`), true);
  });

  it('holds a run to a number of pods, all of its objects together', () => {
    const limit = (maxReplicas: number, ...names: readonly OrdinaryName[]): readonly string[] =>
      pathsOf(
        names.map((name) => ordinary[name]),
        { maxReplicas },
      );
    assert.deepEqual([limit(3, 'indexedJob'), limit(2, 'indexedJob')], [[], ['']]);
    assert.deepEqual([limit(4, 'job', 'indexedJob'), limit(3, 'job', 'indexedJob')], [[], ['']]);
    assert.deepEqual([limit(2, 'deployment'), limit(1, 'deployment')], [[], ['']]);
    assert.deepEqual([limit(4, 'tfjob'), limit(3, 'tfjob')], [[], ['']]);
    assert.deepEqual([limit(5, 'pytorchjob'), limit(4, 'pytorchjob')], [[], ['']], 'elastic: up to 4 workers');
    assert.deepEqual([limit(6, 'raycluster'), limit(5, 'raycluster')], [[], ['']], 'autoscaled: up to 5 workers');
    assert.deepEqual([limit(3, 'daskcluster'), limit(2, 'daskcluster')], [[], ['']]);
    assert.deepEqual(
      [limit(7, 'daskcluster', 'daskautoscaler'), limit(6, 'daskcluster', 'daskautoscaler')],
      [[], ['']],
    );
  });

  it('holds all pods of a run together to a ceiling', () => {
    const limited = changed(ordinary.indexedJob, {
      'spec.template.spec.containers[1].resources': { limits: { cpu: 1, memory: '1Gi' } },
    });
    assert.deepEqual(pathsOf([limited], { maxRunResources: { cpu: 9, memory: '15Gi', gpu: 3 } }), []);
    assert.deepEqual(pathsOf([limited], { maxRunResources: { cpu: 8 } }), ['']);
    assert.deepEqual(pathsOf([limited], { maxRunResources: { gpu: 2 } }), ['']);
    const sliced = changed(limited, {
      'spec.template.spec.containers[0].resources.limits["nvidia.com/mig-1g.5gb"]': 5,
    });
    assert.deepEqual(pathsOf([sliced], { maxRunResources: { gpu: 17 } }), [''], 'slices of a device count');
  });

  it('wants another user than root', () => {
    const set = { 'spec.template.spec.securityContext.runAsUser': 0 };
    assert.deepEqual(pathsOf([ordinary.job], { runAsRoot: false }), []);
    assert.ok(pathsOf([changed(ordinary.job, set)], { runAsRoot: false }).includes(`${main}.securityContext`));
  });

  it('wants no way to more privileges', () => {
    assert.deepEqual(first({ allowPrivilegeEscalation: false }), [`${main}.securityContext`]);
    const set = { [`${main}.securityContext.allowPrivilegeEscalation`]: true };
    const found = pathsOf([changed(ordinary.job, set)], { allowPrivilegeEscalation: false });
    assert.ok(found.includes(`${main}.securityContext.allowPrivilegeEscalation`));
  });

  it('wants a seccomp profile, of the container or the pod', () => {
    assert.deepEqual(first({ requireSeccomp: true }), [`${main}.securityContext`]);
    const set = { 'spec.template.spec.securityContext.seccompProfile': { type: 'RuntimeDefault' } };
    assert.deepEqual(pathsOf([changed(ordinary.job, set)], { requireSeccomp: true }), []);
  });

  it('keeps runs to some of the namespaces of the agent', () => {
    assert.deepEqual(pathsOf([ordinary.job], { namespaces: ['runs'] }), []);
    assert.deepEqual(pathsOf([ordinary.job], { namespaces: ['other'] }), ['metadata.namespace']);
    const elsewhere = changed(ordinary.job, { 'metadata.namespace': 'default' });
    assert.deepEqual(pathsOf([elsewhere], { namespaces: ['*'] }), ['metadata.namespace'], 'the agent has only "runs"');
  });
});

/** Parts that two places share must not be changed in both. */
function copyOf(object: Manifest): Json {
  return JSON.parse(JSON.stringify(object)) as Json;
}

function placesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  const here = Array.isArray(value) || isFree(path) ? [] : [path];
  return [...here, ...Object.entries(value).flatMap(([key, each]) => placesOf(each, [...path, key]))];
}

/** `metadata` in the body of a RayJob holds texts under any key; `selector` of a Deployment has fields, of a Service labels. */
function isFree(path: readonly string[]): boolean {
  const last = path.at(-1) ?? '';
  if (last === 'metadata') return path.length === 2 && path[0] === 'spec';
  return free.has(last) && !(last === 'labels' && /^\d+$/.test(path.at(-2) ?? ''));
}

function leavesOf(value: unknown, path: readonly string[] = []): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([key, each]) => leavesOf(each, [...path, key]));
}

function pathEnd(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : `[${JSON.stringify(key)}]`;
}

import assert from 'node:assert/strict';
import fc from 'fast-check';
import { attacks } from './attacks.cases.ts';
import { changed } from './changed.cases.ts';
import { evaluate } from './evaluate.ts';
import { facts, ordinary } from './ordinary.cases.ts';
import { narrow, type Policy, policyHash, readPolicy, readRestriction } from './policy.ts';

describe('policy: reading', () => {
  it('takes nothing at all for the defaults', () => {
    for (const given of [undefined, null, {}]) {
      const read = readPolicy(given);
      assert.deepEqual([read.ok, read.problems], [true, []]);
      assert.equal(policyHash(read.policy), policyHash(readPolicy({ privileged: false, hostPath: false }).policy));
    }
  });

  const broken: readonly { readonly given: unknown; readonly says: RegExp }[] = [
    { given: { priviledged: true }, says: /^policy: .*"priviledged"/ },
    { given: { privileged: 'yes' }, says: /^policy\.privileged: .*boolean/ },
    { given: { secrets: 'db' }, says: /^policy\.secrets: .*array/ },
    { given: { hostPath: ['data'] }, says: /^policy\.hostPath/ },
    { given: { hostPath: ['/data/'] }, says: /^policy\.hostPath/ },
    { given: { maxResources: { cpu: 'many' } }, says: /^policy\.maxResources\.cpu: an amount such as/ },
    { given: { maxResources: { tpu: 1 } }, says: /^policy\.maxResources: .*"tpu"/ },
    { given: { maxReplicas: 0 }, says: /^policy\.maxReplicas/ },
    { given: { serviceAccounts: ['a', ''] }, says: /^policy\.serviceAccounts\[1\]/ },
    { given: [], says: /^policy: / },
    { given: 'deny', says: /^policy: / },
  ];
  for (const { given, says } of broken)
    it(`denies everything with ${JSON.stringify(given)}, and says why`, () => {
      const read = readPolicy(given);
      assert.equal(read.ok, false);
      assert.match(read.problems.join('\n'), says);
      const found = evaluate([ordinary.job, ordinary.service], read.policy, facts);
      assert.deepEqual(
        found.map(({ kind, path, rule }) => [kind, path, rule]),
        [
          ['Job', '', 'unreadable'],
          ['Service', '', 'unreadable'],
        ],
      );
      assert.equal(found[0]?.message, 'The policy of the agent cannot be read, so nothing may run.');
    });
});

describe('policy: the hash', () => {
  it('is of what the policy says, in any order', () => {
    const a = readPolicy({ secrets: ['x'], privileged: true }).policy;
    const b = readPolicy({ privileged: true, secrets: ['x'] }).policy;
    assert.match(policyHash(a), /^[0-9a-f]{64}$/);
    assert.equal(policyHash(a), policyHash(b));
    assert.notEqual(policyHash(a), policyHash(readPolicy({ privileged: true }).policy));
  });

  it('tells a further document, and one that cannot be read', () => {
    const local = readPolicy({}).policy;
    const hashes = [
      local,
      narrow(local, [{ requireDigest: true }]),
      narrow(local, [{ requireDigest: false }]),
      narrow(local, [null]),
      readPolicy('broken').policy,
    ].map(policyHash);
    assert.equal(new Set(hashes).size, hashes.length - 1, 'an unreadable document is as good as an unreadable policy');
  });
});

describe('policy: further documents', () => {
  it('changes nothing by what it does not mention', () => {
    const local = readPolicy({ privileged: true, secrets: ['a'] }).policy;
    const set = { 'spec.template.spec.containers[0].securityContext.privileged': true };
    assert.deepEqual(evaluate([changed(ordinary.job, set)], narrow(local, [{}]), facts), []);
    assert.equal(evaluate([changed(ordinary.job, set)], narrow(local, [{ privileged: false }]), facts).length, 1);
  });

  it('has no way to allow', () => {
    const local = readPolicy({}).policy;
    const everything = readRestriction({
      privileged: true,
      hostPath: true,
      hostNetwork: true,
      hostPID: true,
      hostIPC: true,
      secrets: ['*'],
      serviceAccounts: ['*'],
      annotations: ['*'],
      labels: ['*'],
      capabilities: ['*'],
    }).restriction;
    assert.ok(everything !== null);
    const both = narrow(local, [everything]);
    for (const { on = 'job', set, name } of attacks) {
      const object = changed(ordinary[on], set);
      assert.deepEqual(evaluate([object], both, facts), evaluate([object], local, facts), name);
    }
  });

  it('denies everything when it cannot be read', () => {
    const { problems, restriction } = readRestriction({ deny: 'all' });
    assert.match(problems.join(), /^policy: /);
    assert.equal(restriction, null);
    assert.equal(evaluate([ordinary.job], narrow(readPolicy({}).policy, [restriction]), facts)[0]?.rule, 'unreadable');
  });

  it('together deny all that one of them denies', function () {
    this.timeout(20_000);
    const objects = [...Object.values(ordinary), ...attacks.map(({ on = 'job', set }) => changed(ordinary[on], set))];
    fc.assert(
      fc.property(document, fc.array(document, { maxLength: 3 }), fc.constantFrom(...objects), (own, more, object) => {
        const local = readPolicy(own);
        assert.deepEqual(local.problems, []);
        const others = more.map((each) => readRestriction(each).restriction);
        const denies = (policy: Policy): ReadonlySet<string> =>
          new Set(evaluate([object], policy, facts).map(({ path, rule }) => `${rule} ${path}`));
        const together = denies(narrow(local.policy, others));
        // What a further document denies by itself, beside a policy that allows everything.
        for (const alone of [local.policy, ...others.map((each) => narrow(wideOpen, [each]))])
          for (const denied of denies(alone)) assert.ok(together.has(denied), denied);
      }),
      { numRuns: 500 },
    );
  });
});

/** A policy that allows all that can be allowed. */
const wideOpen = readPolicy({
  ...Object.fromEntries(
    [
      'dockerSocket',
      'hostNetwork',
      'hostPID',
      'hostIPC',
      'hostPorts',
      'hostAliases',
      'shareProcessNamespace',
      'privileged',
      'nodeName',
      'controlPlaneNodes',
      'externalServices',
      'automountServiceAccountToken',
      'hostPath',
    ].map((name) => [name, true]),
  ),
  ...Object.fromEntries(
    [
      'serviceAccounts',
      'secrets',
      'configMaps',
      'claims',
      'capabilities',
      'sysctls',
      'priorityClasses',
      'schedulerNames',
      'runtimeClasses',
      'devices',
      'labels',
      'annotations',
    ].map((name) => [name, ['*']]),
  ),
}).policy;

const flags = [
  'hostNetwork',
  'hostPID',
  'hostPath',
  'privileged',
  'nodeName',
  'requireDigest',
  'requireSeccomp',
  'runAsRoot',
  'allowPrivilegeEscalation',
];
const lists = [
  'serviceAccounts',
  'secrets',
  'configMaps',
  'claims',
  'capabilities',
  'labels',
  'annotations',
  'devices',
  'registries',
  'namespaces',
];
const words = fc.constantFrom(
  '*',
  'other',
  'db-*',
  'ghcr.io',
  'docker.io',
  'nvidia.com/gpu',
  'runs',
  'SYS_*',
  'cluster-admin',
);

const document = fc.record(
  {
    ...Object.fromEntries(flags.map((name) => [name, fc.boolean()])),
    ...Object.fromEntries(lists.map((name) => [name, fc.array(words, { maxLength: 3 })])),
    maxReplicas: fc.integer({ min: 1, max: 5 }),
    maxResources: fc.record({ cpu: fc.integer({ min: 1, max: 4 }), memory: fc.constant('2Gi') }, { requiredKeys: [] }),
    maxRunResources: fc.record({ gpu: fc.integer({ min: 1, max: 4 }) }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../agent/src/compile/kubernetes/manifest.ts';
import { changed } from '../../agent/src/policy/changed.cases.ts';
import { evaluate } from '../../agent/src/policy/evaluate.ts';
import { facts, ordinary } from '../../agent/src/policy/ordinary.cases.ts';
import { readPolicy } from '../../agent/src/policy/policy.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type Field, fieldsOf, type OpenApi } from './support/schema-fields.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

/** Every field of a pod that passes the default policy with a harmless value: to be looked at when it changes. */
const reviewed = JSON.parse(
  readFileSync(join(import.meta.dirname, 'support/allowed-pod-fields.cases.json'), 'utf8'),
) as readonly string[];

clusterSuite('the policy and the fields of a real Kubernetes', () => {
  let cluster: Cluster;
  let fields: readonly Field[];

  before(async function () {
    this.timeout(startLimitMs);
    cluster = await startCluster({ name: 'policy', node: { kwok: 1 } });
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'runs' } });
    const api = JSON.parse(await cluster.kubectl(['get', '--raw', '/openapi/v3/api/v1'])) as OpenApi;
    fields = fieldsOf(api, 'io.k8s.api.core.v1.PodSpec');
  });
  after(async function () {
    this.timeout(60_000);
    await cluster?.stop();
  });

  for (const name of ['job', 'indexedJob', 'deployment', 'service', 'secret', 'configMap'] as const)
    it(`knows every field of an ordinary ${name}`, async function () {
      this.timeout(30_000);
      const arguments_ = ['create', '--dry-run=server', '--validate=strict', '-f', '-', '-o', 'name'];
      const made = await cluster.kubectl(arguments_, { input: JSON.stringify(ordinary[name]) });
      assert.match(made, new RegExp(`/${ordinary[name].metadata.name}\n$`));
    });

  it('lets pass what was reviewed, and denies every other field at its place', function () {
    this.timeout(60_000);
    const policy = readPolicy({}).policy;
    const passed: string[] = [];
    for (const { path, value } of fields) {
      const at = `spec.template.spec.${path}`;
      const found = evaluate([changed(plain, { [at]: value })], policy, facts);
      if (found.length === 0) passed.push(path);
      else
        assert.ok(
          found.every((each) => isAbove(each.path, at)),
          `${at}: ${JSON.stringify(found)}`,
        );
    }
    assert.deepEqual(passed, reviewed);
    assert.ok(fields.length - passed.length > 200, `${passed.length} of ${fields.length} pass`);
  });
});

/** A job of one container with nothing but what it must say. */
const plain = changed(ordinary.job, {
  'spec.template.spec': {
    serviceAccountName: 'runs-sa',
    automountServiceAccountToken: false,
    containers: [{ name: 'main' }],
  } satisfies Json,
});

/** A field may be denied where it stands, or with the part that holds it. */
function isAbove(denied: string, planted: string): boolean {
  return planted === denied || planted.startsWith(`${denied}.`) || planted.startsWith(`${denied}[`);
}

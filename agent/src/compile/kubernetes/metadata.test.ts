import assert from 'node:assert/strict';
import fc from 'fast-check';
import { at, objectsFor, plain, runUuid } from '../../testing/objects-for-tests.ts';

const label = /^(?:[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const key = /^(?:[a-z0-9.-]{1,253}\/)?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const anyText = fc.string({ unit: 'binary', maxLength: 80 });

const metadataFor = (name: string | null, environment: object, more: object = {}) => {
  const { lead } = objectsFor({
    name,
    run: { container: { image: 'i' }, environment, ...more },
    plugins: plain,
    connections,
  });
  const template = at(lead, 'spec.template.metadata') as typeof lead.metadata;
  return { object: lead.metadata, pod: template };
};
const connections = [
  { name: 'c', kind: 'custom', annotations: { both: 'connection', 'tandem.dev/kind': 'connection' } },
];

describe('labels and annotations', () => {
  it('are valid whatever the run and its labels are called', () => {
    fc.assert(
      fc.property(anyText, fc.dictionary(anyText, anyText, { maxKeys: 3 }), (name, given) => {
        const { object, pod } = metadataFor(name, { labels: given, annotations: given });
        for (const { labels, annotations } of [object, pod]) {
          for (const [each, value] of Object.entries(labels)) {
            assert.match(each, key);
            assert.match(value, label);
          }
          for (const each of Object.keys(annotations)) assert.match(each, key);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('are the same on the object and its pods, with the role on pods', () => {
    const { object, pod } = metadataFor('train', { labels: { team: 'vision', 'cost-center': 42 } });
    assert.deepEqual(object.labels, {
      team: 'vision',
      'cost-center': '42',
      'app.kubernetes.io/name': 'train',
      'app.kubernetes.io/instance': runUuid,
      'app.kubernetes.io/version': '1.2.3',
      'app.kubernetes.io/part-of': 'tandem-runs',
      'app.kubernetes.io/component': 'tandem-jobs',
      'app.kubernetes.io/managed-by': 'tandem',
      'tandem.dev/run': runUuid,
      'tandem.dev/agent': 'agent-1',
      'tandem.dev/attempt': '1',
    });
    assert.deepEqual(pod.labels, { ...object.labels, 'tandem.dev/role': 'main' });
  });

  it("let a connection win over the user's, and ours over both", () => {
    const annotations = { both: 'user', own: 'user', 'tandem.dev/owner': 'user' };
    const { pod } = metadataFor('n', { annotations, labels: { 'tandem.dev/run': 'x' } }, { connections: ['c'] });
    assert.deepEqual(
      ['both', 'own', 'tandem.dev/owner', 'tandem.dev/kind'].map((name) => pod.annotations[name]),
      ['connection', 'user', 'acme', 'job'],
    );
    assert.equal(pod.labels['tandem.dev/run'], runUuid);
  });

  it('leave out a name of which nothing is left', () =>
    assert.equal('app.kubernetes.io/name' in metadataFor('数据', {}).object.labels, false));
});

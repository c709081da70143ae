import assert from 'node:assert/strict';
import {
  at,
  envOf,
  objectsFor,
  plain,
  plainSettings,
  podOf,
  type RunForTests,
} from '../../testing/objects-for-tests.ts';

const container = { image: 'i' };
const keys = { secret: { name: 'keys' }, configMap: { name: 'conf', mountPath: '/conf' } };
const bucket = { name: 'store', kind: 's3', schema: { bucket: 's3://runs' }, env: { REGION: 'eu' }, ...keys };
const claim = { ...bucket, kind: 'volume_claim', schema: { volumeClaim: 'runs', mountPath: '/store' } };
const folder = { ...bucket, kind: 'host_path', schema: { hostPath: '/h', mountPath: '/store' } };
const init: readonly object[] = [
  { artifacts: { files: ['f'] } },
  { connection: 'data', paths: ['p'] },
  { tensorboard: { uuids: ['1'.repeat(32)] } },
];
const podFor = (given: Partial<RunForTests>) => podOf(objectsFor({ run: { container, init }, ...given }).lead);
const dataOf = (store: object): object => ({ ...store, name: 'data' });

describe('containers of our helper', () => {
  const stores: readonly (readonly [what: string, store: object, isBucket: boolean])[] = [
    ['a bucket', bucket, true],
    ['a claim', claim, false],
    ['a folder of the node', folder, false],
  ];
  for (const [what, store, isBucket] of stores)
    it(`get ${isBucket ? 'secret and config map' : 'nothing but the files'} of ${what}`, () => {
      const { initContainers = [], volumes = [] } = podFor({ store, connections: [dataOf(store)] });
      assert.deepEqual(
        initContainers.map(({ name }) => name),
        [
          'tandem-artifacts-path',
          'tandem-artifacts-0',
          'tandem-artifacts-1',
          'tandem-tensorboard-2',
          'tandem-collector',
        ],
      );
      for (const each of initContainers) {
        assert.deepEqual(each['envFrom'], isBucket ? [{ secretRef: { name: 'keys' } }] : undefined, each.name);
        const seen = (each.volumeMounts ?? []).map(({ mountPath }) => mountPath);
        assert.deepEqual([seen.includes('/conf'), seen.includes('/store')], [isBucket, !isBucket], each.name);
        // Which connection it is, and its own variables, every helper is told.
        assert.equal(envOf(each)['REGION'], 'eu');
        assert.match(envOf(each)['TANDEM_CONNECTIONS'] ?? '', /"secret":\{"name":"keys"\}/);
      }
      assert.equal(volumes.filter((volume) => 'configMap' in volume).length, isBucket ? 1 : 0);
    });

  it('leave the secret of a mount to a main container that asks for the connection', () => {
    const run = { container, init: [{ connection: 'data', paths: ['p'] }], connections: ['data'] };
    const { containers, initContainers } = podFor({ run, connections: [dataOf(claim)], plugins: plain });
    assert.deepEqual(containers[0]?.['envFrom'], [{ secretRef: { name: 'keys' } }]);
    assert.ok(containers[0]?.volumeMounts?.some(({ mountPath }) => mountPath === '/conf'));
    assert.equal(initContainers?.[0]?.['envFrom'], undefined);
  });

  it('are told the log level of the run, every one', () => {
    const levels = (plugins: object) =>
      (podFor({ store: bucket, connections: [dataOf(bucket)], plugins }).initContainers ?? []).map(
        (each) => envOf(each)['TANDEM_LOG_LEVEL'],
      );
    assert.deepEqual(
      levels({ logLevel: 'debug' }),
      Array.from({ length: 5 }, () => 'debug'),
    );
    assert.deepEqual(
      levels({}),
      Array.from({ length: 5 }, () => undefined),
    );
    const [first] = podFor({ run: { container }, plugins: { logLevel: 'debug' } }).initContainers ?? [];
    assert.equal(envOf(first)['TANDEM_LOG_LEVEL'], 'debug');
  });

  it('have quantities as text, however the settings write them', () => {
    const resources = { requests: { cpu: 0.1, memory: '60Mi' }, limits: { cpu: 1, memory: 500000000 }, claims: [] };
    const settings = {
      helpers: {
        init: { ...plainSettings.helpers.init, resources },
        collector: { ...plainSettings.helpers.collector, resources },
      },
      defaults: { ...plainSettings.defaults, resources },
    };
    const pod = podFor({ store: bucket, run: { container }, settings });
    const written = { requests: { cpu: '0.1', memory: '60Mi' }, limits: { cpu: '1', memory: '500000000' }, claims: [] };
    assert.deepEqual(
      ['initContainers.0', 'initContainers.1', 'containers.0'].map((place) => at(pod, `${place}.resources`)),
      [written, written, written],
    );
  });
});

import assert from 'node:assert/strict';
import { settingsOf } from '../../adapters/kubernetes/read-objects.ts';
import { at, objectsFor, plain, podOf, runUuid } from '../../testing/objects-for-tests.ts';

const serviceFor = (run: object) => {
  const { lead, others } = objectsFor({ kind: 'service', run: { container: { image: 'i' }, ...run }, plugins: plain });
  return { lead, service: others[0] ?? assert.fail('no Service'), count: others.length };
};

describe('a service', () => {
  it('is a Deployment and a Service that selects by the run alone', () => {
    const container = { image: 'i', ports: [{ containerPort: 8080, name: 'web' }] };
    const { lead, service, count } = serviceFor({ container, ports: [8080, 9090], replicas: 2 });
    assert.deepEqual([lead.kind, service.kind, count], ['Deployment', 'Service', 1]);
    assert.deepEqual([lead.metadata.name, service.metadata.name], [`tdm-${runUuid}-1`, `tdm-${runUuid}`]);
    assert.equal(at(lead, 'spec.replicas'), 2);
    assert.deepEqual(at(lead, 'spec.selector'), { matchLabels: { 'tandem.dev/run': runUuid } });
    assert.deepEqual(at(service, 'spec.selector'), { 'tandem.dev/run': runUuid });
    assert.equal(podOf(lead)['restartPolicy'], 'Always');
    assert.deepEqual(podOf(lead).containers[0]?.['ports'], [
      { containerPort: 8080, name: 'web' },
      { containerPort: 9090 },
    ]);
    assert.deepEqual(
      at(service, 'spec.ports'),
      [8080, 9090].map((port) => ({ name: `p-${port}`, port, targetPort: port, protocol: 'TCP' })),
    );
  });

  it('is served at port 80 when it names none', () => {
    const { lead, service } = serviceFor({});
    assert.equal(at(service, 'spec.ports.0.port'), 80);
    assert.equal(podOf(lead).containers[0]?.['ports'], undefined);
  });

  for (const [title, run, kind, ports] of [
    ['two ports, one twice', { ports: [8080, 9090, 8080] }, 'service', [8080, 9090]],
    ['none', {}, 'service', [80]],
    ['none, for a job', {}, 'job', []],
  ] as const) {
    it(`keeps on its lead what it declares, for an agent that starts anew: ${title}`, () => {
      const { lead } = objectsFor({ kind, run: { container: { image: 'i' }, ...run }, plugins: plain });
      assert.deepEqual(settingsOf(lead).ports, ports);
    });
  }

  for (const [title, run, port, expected] of [
    ['the first port, below the path of the gateway or at the root', { ports: [8888, 9999] }, null, [8888, 2]],
    ['the port that it names', { ports: [8888, 9999] }, 9999, [9999, 2]],
    ['the root alone, where the gateway cuts its path off', { ports: [8888], rewritePath: true }, null, [8888, 1]],
    ['nothing, at a port that it does not serve', { ports: [8888] }, 22, undefined],
  ] as const) {
    it(`is asked when it was used last: ${title}`, () => {
      const { lead } = objectsFor({
        kind: 'service',
        run: { container: { image: 'i' }, ...run },
        plugins: plain,
        termination: { culling: { timeoutSeconds: 600, path: '/api/status', port } },
      });
      const { culling } = settingsOf(lead);
      assert.deepEqual(culling && [culling.port, culling.paths.length], expected);
      const below = `/services/v1/runs/acme/vision/runs/${runUuid}/${port ?? 8888}/api/status`;
      if (culling?.paths.length === 2) assert.deepEqual(culling.paths, [below, '/api/status']);
    });
  }

  it('tells the gateway how it wants to be shown', () => {
    const { annotations } = serviceFor({ isExternal: true, rewritePath: true }).service.metadata;
    assert.deepEqual([annotations['tandem.dev/external'], annotations['tandem.dev/rewrite-path']], ['true', 'true']);
  });
});

import { type Planted, type SecretWorld, secretSuite } from '../support/secret-suite.ts';
import { type Cluster, startCluster } from './support/cluster.ts';
import { type FilesServer, startFilesServer } from './support/files-server.ts';
import { importImages } from './support/images.ts';
import { startInstallation } from './support/installation.ts';
import { clusterSuite, startLimitMs } from './support/suite.ts';

let cluster: Cluster | undefined;
let files: FilesServer | undefined;

/** Every secret comes by a connection: as a variable, as all variables, or as a file. */
function connectionOf({ name, scenario }: Planted): object {
  const how =
    scenario.by === 'mount' ? { mountPath: '/etc/creds' } : scenario.by === 'secretKeyRef' ? { items: ['V'] } : {};
  return { name, kind: 'custom', secret: { name: `value-of-${name}`, ...how } };
}

/** Runs as pods; secrets as Secrets of the cluster, which the kubelet delivers. */
const pods: SecretWorld = {
  startLimitMs,
  runsLimitMs: 400_000,
  image: 'docker.io/library/node:24',
  timeScale: 12,
  start: async (planted) => {
    cluster = await startCluster({ name: 'secrets', node: 'kubelet' });
    await importImages(cluster);
    files = await startFilesServer(cluster.folder, `${cluster.folder}/store`);
    const secrets = planted.map(({ name, value }) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `value-of-${name}`, namespace: 'secrets-runs' },
      stringData: { V: value },
    }));
    await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'secrets-runs' } }, ...secrets);
    const { stack } = await startInstallation(
      cluster,
      'secrets',
      {
        capacity: 8,
        graceSeconds: 1,
        masking: 'values',
        connections: planted.map(connectionOf),
        artifactsStore: {
          name: 'store',
          kind: 'host_path',
          schema: { hostPath: `${cluster.folder}/store`, mountPath: '/store' },
        },
      },
      {
        helper: { image: 'docker.io/library/tandem-helper:test' },
        // Stopped runs and such that took too long lose their pods: their logs are read from the store.
        files: { enabled: true, url: files.url, tokenFile: files.tokenFile },
      },
      1,
      true,
    );
    return stack;
  },
  ways: ({ name }) => ({ run: { connections: [name] }, container: {} }),
  mountedFile: () => '/etc/creds/V',
  close: async () => {
    await files?.close();
    await cluster?.stop();
  },
};

clusterSuite('no secret leaves the cluster', () => secretSuite(pods));

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Planted, type SecretWorld, secretSuite } from '../support/secret-suite.ts';
import { startStack } from '../support/stack.ts';

const isConnection = ({ scenario }: Planted): boolean => scenario.by === 'connection' || scenario.by === 'mount';

function connectionOf({ name, scenario }: Planted): object {
  return { name, kind: 'custom', secret: { name, ...(scenario.by === 'mount' ? { mountPath: '/etc/creds' } : {}) } };
}

/** Runs as processes; secrets as files of the agent. */
const processes: SecretWorld = {
  startLimitMs: 60_000,
  runsLimitMs: 120_000,
  image: 'busybox',
  timeScale: 1,
  start: async (planted) => {
    const connections = planted.filter(isConnection).map(connectionOf);
    const stack = await startStack({ records: true, agent: { capacity: 8, graceSeconds: 1, connections } });
    for (const { name, value } of planted) {
      const folder = join(stack.agentData, 'secrets', name);
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(join(folder, 'V'), value, { mode: 0o600 });
    }
    return stack;
  },
  ways: (planted) => {
    const { name, scenario } = planted;
    if (isConnection(planted)) return { run: { connections: [name] }, container: {} };
    const container =
      scenario.by === 'envFrom'
        ? { envFrom: [{ secretRef: { name } }] }
        : { env: [{ name: 'V', valueFrom: { secretKeyRef: { name, key: 'V' } } }] };
    return { run: {}, container };
  },
  mountedFile: (stack) => `${stack.agentData}/runs/{{ globals.uuid }}/mounts/etc/creds/V`,
  close: () => Promise.resolve(),
};

describe('no secret leaves the machine', () => secretSuite(processes));

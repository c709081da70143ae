import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { targetProblem } from '../../agent/src/adapters/grpc/credentials.ts';
import { readConfig as readAgentConfig } from '../../agent/src/config.ts';
import { readConfig as readControlPlaneConfig } from '../../control-plane/src/config.ts';
import { parseYaml } from './helm.ts';

interface Service {
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly network_mode?: string;
  readonly cap_drop?: readonly string[];
  readonly read_only?: boolean;
  readonly ports?: readonly string[];
}

describe('compose.yaml', () => {
  const file = join(import.meta.dirname, '../../deploy/compose.yaml');
  const { services } = parseYaml(readFileSync(file, 'utf8')) as unknown as {
    readonly services: Readonly<Record<'postgres' | 'control-plane' | 'agent', Service>>;
  };

  it('gives the control plane what it takes', () => {
    const read = readControlPlaneConfig(['serve'], services['control-plane'].environment);
    assert.equal(read.kind, 'config', read.kind === 'wrong' ? read.message : '');
  });

  it('gives the agent what it takes: plain text, but only to its own machine', async () => {
    const config = await readAgentConfig({ file: null, data: '/data', env: services.agent.environment });
    const { sessions: address, insecure } = config.controlPlane;
    assert.equal(targetProblem({ address, insecure, ca: null }), null);
    assert.equal(services.agent.network_mode, 'service:control-plane');
  });

  it('opens nothing to the network around, and gives no container more than it needs', () => {
    for (const [name, { ports = [] }] of Object.entries(services))
      for (const port of ports) assert.match(port, /^127\.0\.0\.1:/, name);
    for (const name of ['control-plane', 'agent'] as const) {
      assert.deepEqual(services[name].cap_drop, ['ALL']);
      assert.equal(services[name].read_only, true);
    }
  });
});

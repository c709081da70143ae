import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { prometheusMetrics } from '../../agent/src/adapters/health/prometheus-metrics.ts';
import { noFigures } from '../../agent/src/ports/metrics.ts';

const guide = join(import.meta.dirname, '../../docs/guide/operating.md');

it('the guide names each metric of the agent with its labels, and no other', async () => {
  const registry = prometheusMetrics(() => ({ isLive: false, isLeader: false, capacity: 0, session: noFigures }));
  registry.commandReceived('start');
  registry.commandAnswered('start', 'accepted');
  registry.policyDenied(['secrets']);
  registry.apiRequest({ verb: 'get', code: 200, seconds: 0 });
  registry.watchRestarted('ended');
  const text = await registry.text();
  const names = [...text.matchAll(/^# TYPE (tandem_agent_(?!process_|nodejs_)\S+)/gm)].map(([, name]) => name ?? '');
  const labelsOf = (name: string): readonly string[] => {
    const sample = new RegExp(`^${name}(?:_count)?\\{([^}]*)\\}`, 'm').exec(text)?.[1] ?? '';
    return [...sample.matchAll(/(\w+)="/g)].map(([, label]) => label ?? '');
  };
  const rows = [...readFileSync(guide, 'utf8').matchAll(/^\| `(tandem_agent_\w+)` +\| ([^|]*)\|/gm)];
  assert.deepEqual(
    rows.map(([, name, labels]) => [name, [...(labels ?? '').matchAll(/`(\w+)`/g)].map(([, label]) => label)]),
    names.map((name) => [name, labelsOf(name)]),
  );
  assert.ok(names.length > 10);
});

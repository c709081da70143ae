import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const script = join(import.meta.dirname, '../../scripts/conformance-k8s.ts');
const quiet =
  'plugins: {auth: false, collectLogs: false, collectArtifacts: false, collectResources: false, shm: false}\n';
const input = `${quiet}name: bare\nrun: {kind: job, connections: [c], container: {image: i, args: [a, "", b]}}\n`;
const agent =
  'connections: [{name: c, kind: s3, schema: {bucket: "s3://b/"}}]\nartifactsStore: {name: s, kind: gcs, schema: {bucket: "gs://g"}}\n';

const main = {
  role: 'main',
  image: 'i',
  args: ['a', 'b'],
  env: [{ name: 'NVIDIA_VISIBLE_DEVICES', value: 'none' }],
  injected: {
    artifactsStoreName: 's',
    catalog: [
      { name: 'c', kind: 's3', schema: { bucket: 's3://b/' } },
      { name: 's', kind: 'gcs', schema: { bucket: 'gs://g' } },
    ],
    runInstance: 'acme.vision.runs.3f1b6c0e9a7d4e52b8c1d0e2f4a69b17',
  },
};
const essenceWith = (more: object) => ({
  kind: 'job',
  namespace: 'runs',
  collectLogs: false,
  syncStatuses: true,
  replicas: {
    main: { main: { ...main, ...more }, pod: { serviceAccountName: 'runs-sa' }, unmountedVolumes: [{ emptyDir: {} }] },
  },
});

describe('the runner of cases of conversion', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tandem-cases-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function addCase(name: string, yaml: string, expected: object): void {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'input.yaml'), yaml);
    writeFileSync(join(folder, name, 'connections.yaml'), agent);
    writeFileSync(join(folder, name, 'expected.json'), JSON.stringify(expected));
  }

  function conformance(): { readonly code: number | null; readonly lines: readonly string[] } {
    const { status, stdout } = spawnSync(process.execPath, ['--conditions=source', script, folder], {
      encoding: 'utf8',
    });
    return { code: status, lines: stdout.trimEnd().split('\n') };
  }

  it('passes what is as expected, but for what was decided', () => {
    addCase('good', input, { essence: essenceWith({}) });
    addCase('refused', input.replace('[c]', '[gone]'), { error: { type: 'E', message: "not found: {'gone'}" } });
    assert.deepEqual(conformance(), { code: 0, lines: ['2 passed, 0 failed'] });
  });

  it('says where the first difference of a case is', () => {
    addCase('env', input, { essence: essenceWith({ env: [] }) });
    addCase('image', input, { essence: essenceWith({ image: 'other' }) });
    addCase('not refused', input, { error: { type: 'E', message: "'x' is unknown" } });
    addCase('refused otherwise', input.replace('[c]', '[gone]'), { error: { type: 'E', message: "'x' is unknown" } });
    addCase('refused', input.replace('[c]', '[gone]'), { essence: essenceWith({}) });
    const { code, lines } = conformance();
    assert.equal(code, 1);
    assert.equal(lines.at(-1), '0 passed, 5 failed');
    assert.deepEqual(
      lines.filter((line) => line.startsWith('  /')).map((line) => line.trim().split(':')[0]),
      ['/replicas/main/main/env', '/replicas/main/main/image', '/error', '/error/message'],
    );
    assert.ok(lines.some((line) => line.includes('Ours refuses: The agent has no connection called "gone".')));
  });
});

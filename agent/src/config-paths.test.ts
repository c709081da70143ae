import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Config, readConfig } from './config.ts';

/** Every path of the configuration: how a file says it, and where it comes out. */
const paths: readonly (readonly [string, (path: string) => object, (config: Config) => string | null | undefined])[] = [
  ['data', (data) => ({ data }), (config) => config.data],
  ['controlPlane.caFile', (caFile) => ({ controlPlane: { caFile } }), (config) => config.controlPlane.caFile],
  ['enrolment.tokenFile', (tokenFile) => ({ enrolment: { tokenFile } }), (config) => config.enrolment.tokenFile],
  ['catalogueFile', (catalogueFile) => ({ catalogueFile }), (config) => config.catalogueFile],
  [
    'kubernetes.kubeconfig',
    (kubeconfig) => ({ executor: 'kubernetes', kubernetes: { kubeconfig } }),
    (config) => config.kubernetes?.kubeconfig,
  ],
  [
    'kubernetes.files.tokenFile',
    (tokenFile) => ({ executor: 'kubernetes', kubernetes: { files: { enabled: true, url: 'http://f', tokenFile } } }),
    (config) => config.kubernetes?.files?.tokenFile,
  ],
];

describe('paths of the configuration', () => {
  let folder: string;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tandem-paths-'));
    await mkdir(join(folder, 'config'));
    for (const name of ['beside.yaml', 'config/within.yaml']) await writeFile(join(folder, name), 'connections: []\n');
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const read = async (given: object, more: Partial<Parameters<typeof readConfig>[0]> = {}): Promise<Config> => {
    const file = join(folder, 'config/agent.json');
    await writeFile(file, JSON.stringify({ ...given }));
    return readConfig({ file, data: null, env: { TANDEM_SESSIONS: 'cp:1' }, ...more });
  };

  for (const [name, say, see] of paths)
    it(`${name} is absolute, or begins at the folder of the file`, async () => {
      const absolute = join(folder, 'beside.yaml');
      assert.equal(see(await read(say(absolute))), absolute);
      assert.equal(see(await read(say('within.yaml'))), join(folder, 'config/within.yaml'));
      assert.equal(see(await read(say('../beside.yaml'))), absolute);
    });

  it('data of the command line or of the environment begins where the command is given', async () => {
    const env = { TANDEM_SESSIONS: 'cp:1', TANDEM_AGENT_DATA: 'of-env' };
    for (const [data, wanted] of [
      ['of-line', 'of-line'],
      [null, 'of-env'],
      ['/absolute', '/absolute'],
    ] as const)
      assert.equal((await read({ data: 'of-file' }, { data, env })).data, resolve(wanted));
  });
});

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { run } from './command.ts';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';

/** The programs of a cluster, each built from the module in a folder of `test/cluster/tools`, whose go.mod holds its version. */
const tools = [
  { name: 'etcd', module: 'etcd', source: 'go.etcd.io/etcd/server/v3' },
  { name: 'kwok', module: 'etcd', source: 'sigs.k8s.io/kwok/cmd/kwok' },
  { name: 'kube-apiserver', module: 'kubernetes', source: 'k8s.io/kubernetes/cmd/kube-apiserver' },
  { name: 'kube-controller-manager', module: 'kubernetes', source: 'k8s.io/kubernetes/cmd/kube-controller-manager' },
  { name: 'kube-scheduler', module: 'kubernetes', source: 'k8s.io/kubernetes/cmd/kube-scheduler' },
  { name: 'kubelet', module: 'kubernetes', source: 'k8s.io/kubernetes/cmd/kubelet' },
  { name: 'kubectl', module: 'kubernetes', source: 'k8s.io/kubernetes/cmd/kubectl' },
  { name: 'helm', module: 'helm', source: 'helm.sh/helm/v3/cmd/helm' },
  { name: 'coredns', module: 'dns', source: '.' },
] as const;

const toolsFolder = join(import.meta.dirname, '../tools');
/** One process builds; the others wait for it, at most so long: the first build takes minutes. */
const buildLimitMs = 40 * 60_000;

/**
 * The folder of the built programs: `TANDEM_CACHE`, else one in the home folder that is named after the versions, so that new
 * versions are built anew and old ones stay good for old commits.
 */
export function toolsCache(): string {
  const given = process.env['TANDEM_CACHE'];
  if (given !== undefined && given !== '') return given;
  const hash = createHash('sha256');
  for (const module of new Set(tools.map((each) => each.module))) hash.update(goMod(module));
  return join(homedir(), '.cache/tandem', `cluster-${hash.digest('hex').slice(0, 12)}`);
}

/** Whether every program is there, so that no Go is needed. */
export function toolsAreBuilt(): boolean {
  return tools.every(({ name }) => existsSync(join(toolsCache(), name)));
}

/**
 * Builds what is missing and gives the folder of the programs. The first time takes minutes and needs Go and its module
 * proxy; Go keeps what it compiled, so a second folder is quick.
 */
export async function buildTools(say: (line: string) => void): Promise<string> {
  const cache = toolsCache();
  if (toolsAreBuilt()) return cache;
  mkdirSync(cache, { recursive: true });
  const lock = join(cache, '.building');
  await eventually('another process builds the programs of the cluster', () => takeLock(lock), buildLimitMs);
  try {
    for (const tool of tools) {
      const target = join(cache, tool.name);
      if (existsSync(target)) continue;
      say(`building ${tool.name} (once; the first of them takes minutes)`);
      await goBuild(tool.module, tool.source, target);
    }
  } finally {
    rmSync(lock, { force: true });
  }
  return cache;
}

/** A lock that a dead process left counts as free. */
function takeLock(lock: string): boolean {
  try {
    const file = openSync(lock, 'wx');
    writeSync(file, JSON.stringify(identityOf(process.pid)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const holder = JSON.parse(readFileSync(lock, 'utf8')) as ProcessIdentity;
    if (!isAlive(holder)) rmSync(lock, { force: true });
    return false;
  }
}

async function goBuild(module: string, source: string, target: string): Promise<void> {
  const partial = `${target}.partial`;
  await run(['go', 'build', '-trimpath', `-ldflags=${linkFlags(module)}`, '-o', partial, source], {
    cwd: join(toolsFolder, module),
    env: { ...process.env, CGO_ENABLED: '0' },
  });
  renameSync(partial, target);
}

/** Programs of Kubernetes that are built without these flags call themselves v0.0.0, which breaks rules about versions. */
function linkFlags(module: string): string {
  const version = /k8s\.io\/kubernetes v(\d+)\.(\d+)\.\d+/.exec(goMod(module));
  if (module !== 'kubernetes' || version === null) return '-s -w';
  const [named, major, minor] = version;
  const full = named.split(' ')[1] ?? '';
  const base = 'k8s.io/component-base/version';
  const set = {
    [`${base}.gitVersion`]: full,
    [`${base}.gitMajor`]: major,
    [`${base}.gitMinor`]: minor,
    'k8s.io/client-go/pkg/version.gitVersion': full,
  };
  return ['-s -w', ...Object.entries(set).map(([name, value]) => `-X ${name}=${value}`)].join(' ');
}

function goMod(module: string): string {
  return readFileSync(join(toolsFolder, module, 'go.mod'), 'utf8');
}

import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { run } from './command.ts';
import { toolsAreBuilt } from './tools.ts';

/** Whether this machine can run a cluster; else one sentence that says what it lacks. */
export type CanRun = { readonly can: true } | { readonly can: false; readonly missing: string };

/** Debian's packages, and the file by which each is known to be there. */
const packages = [
  { name: 'containerd', file: 'containerd' },
  { name: 'runc', file: 'runc' },
  { name: 'containernetworking-plugins', file: '/usr/lib/cni/bridge' },
  { name: 'iproute2', file: 'ip' },
  { name: 'iptables', file: 'iptables' },
  { name: 'busybox-static', file: '/bin/busybox' },
  { name: 'openssl', file: 'openssl' },
] as const;

/** What a test asks before it starts a cluster. Looks at files only, and changes nothing. */
export function canRunCluster(): CanRun {
  const missing = whatIsMissing();
  return missing === null ? { can: true } : { can: false, missing };
}

/** Installs the packages that are missing: the only place that changes the machine. Needs root and Debian. */
export async function installPackages(say: (line: string) => void): Promise<void> {
  const names = missingPackages();
  if (names.length === 0) return;
  say(`installing ${names.join(', ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await run(['apt-get', 'update', '-q'], { env });
  await run(['apt-get', 'install', '-q', '-y', '--no-install-recommends', ...names], { env });
}

function whatIsMissing(): string | null {
  if (process.platform !== 'linux') return `A cluster runs on Linux only, and this is ${process.platform}.`;
  if (process.getuid?.() !== 0)
    return 'A cluster makes network namespaces and control groups, for which one must be root.';
  if (!toolsAreBuilt() && !isInPath('go'))
    return 'The programs of Kubernetes are not built yet, and there is no Go to build them.';
  const names = missingPackages();
  if (names.length > 0 && !isInPath('apt-get'))
    return `There is no ${names.join(', no ')}, and no apt-get to install it.`;
  return null;
}

function missingPackages(): readonly string[] {
  return packages
    .filter(({ file }) => !(file.startsWith('/') ? existsSync(file) : isInPath(file)))
    .map(({ name }) => name);
}

function isInPath(name: string): boolean {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  // Root's own programs are not in everybody's path.
  return [...folders, '/usr/sbin', '/sbin'].some((folder) => existsSync(join(folder, name)));
}

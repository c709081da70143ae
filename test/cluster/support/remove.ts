import { existsSync, readdirSync, readFileSync, readlinkSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { type Claim, release } from './claims.ts';
import { attempt } from './command.ts';
import { controlGroupTops } from './kubelet-node.ts';
import { removeNetwork } from './network.ts';
import { inside, type Place, placeOf } from './place.ts';
import { identityOf, isAlive, parentOf, signal } from './process-identity.ts';

/**
 * Ends a cluster and takes away all that it left: processes, containers, mounts, links, control groups, its folder. Works on
 * a cluster in any state, also one whose test was killed; the second time it has nothing to do.
 */
export async function removeCluster(claim: Claim): Promise<void> {
  const place = placeOf(claim, '');
  await endProcesses(place);
  await unmountAll(place);
  await removeNetwork(place);
  await eventually('the control groups are gone', () => removeControlGroups(place));
  removeShimFiles(place);
  for (const file of listed('/var/lib/cni/results').filter((name) => name.startsWith(`${place.network}-`)))
    rmSync(join('/var/lib/cni/results', file), { force: true });
  for (const link of listed('/var/log/containers').map((name) => join('/var/log/containers', name)))
    if (readlinkSync(link).startsWith(`${place.folder}/`)) rmSync(link, { force: true });
  const mounted = mountsUnder(place.folder);
  // Removing a folder with something mounted in it would remove the files of somebody else.
  if (mounted.length > 0) throw new Error(`still mounted: ${mounted.join(', ')}`);
  rmSync(place.folder, { recursive: true, force: true });
  release(claim);
}

/** Ends everything in the network namespace and all that came from there: a container's process has a namespace of its own, its parent does not. */
async function endProcesses(place: Place): Promise<void> {
  if (!existsSync(place.namespaceFile)) return;
  const found = await attempt(inside(place, ['readlink', '/proc/self/ns/net']));
  const namespace = found.stdout.trim();
  // A file that no namespace is bound to is what a start leaves that was killed in between: nobody is in it.
  if (found.code !== 0) return;
  if (namespace === readlinkSync('/proc/self/ns/net'))
    throw new Error('This process is in the namespace of the cluster that it is to end.');
  await eventually(
    'every process of the cluster has ended',
    () => {
      const processes = familyOf(namespace)
        .map(identityOf)
        .filter((each) => each !== null && isAlive(each));
      for (const each of processes) if (each !== null) signal(each, 'SIGKILL');
      return processes.length === 0;
    },
    30_000,
  );
}

/** Numbers of the processes in the namespace and of all their descendants. */
function familyOf(namespace: string): readonly number[] {
  const all = listed('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
  const children = new Map<number, number[]>();
  for (const pid of all) {
    const parent = parentOf(pid);
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), pid]);
  }
  const family = new Set<number>();
  const add = (pid: number): void => {
    if (family.has(pid)) return;
    family.add(pid);
    for (const child of children.get(pid) ?? []) add(child);
  };
  for (const pid of all) if (networkOf(pid) === namespace) add(pid);
  return [...family];
}

/** Null for a process that has just ended, and for one that is none of ours: what we started we may look at. */
function networkOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ESRCH' || code === 'EACCES') return null;
    throw error;
  }
}

async function unmountAll(place: Place): Promise<void> {
  // The innermost first.
  for (const path of mountsUnder(place.folder)) await attempt(['umount', '--lazy', path]);
}

function mountsUnder(folder: string): readonly string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map((line) =>
      (line.split(' ')[4] ?? '').replace(/\\(\d{3})/g, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 8)),
      ),
    )
    .filter((path) => path.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
}

/** Whether all are gone; one that holds a process that is just ending is not. */
function removeControlGroups(place: Place): boolean {
  return controlGroupTops()
    .map((top) => removeEmpty(join(top, place.cgroup)))
    .every((gone) => gone);
}

/** A control group is removed as an empty folder, its files notwithstanding. */
function removeEmpty(folder: string): boolean {
  if (!existsSync(folder)) return true;
  const inner = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  if (!inner.map((entry) => removeEmpty(join(folder, entry.name))).every((gone) => gone)) return false;
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EBUSY') return false;
    throw error;
  }
}

/** The processes between containerd and containers keep state in folders of the whole machine, named after the container. */
function removeShimFiles(place: Place): void {
  const tasks = join(place.folder, 'containerd/state/io.containerd.runtime.v2.task/k8s.io');
  for (const id of listed(tasks)) {
    rmSync(join('/run/containerd/runc/k8s.io', id), { recursive: true, force: true });
    const address = join(tasks, id, 'address');
    if (!existsSync(address)) continue;
    const socket = readFileSync(address, 'utf8').replace('unix://', '');
    if (socket.startsWith('/run/containerd/s/')) rmSync(socket, { force: true });
  }
}

function listed(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

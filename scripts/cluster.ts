/** A real Kubernetes on this machine, for people: `pnpm cluster up`, `down`, `exec`, `status`. Tests start their own. */
import { spawn } from 'node:child_process';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { allClaims } from '../test/cluster/support/claims.ts';
import { attachCluster, type Cluster, clusterFolder, startCluster } from '../test/cluster/support/cluster.ts';
import { canRunCluster } from '../test/cluster/support/machine.ts';
import { removeCluster } from '../test/cluster/support/remove.ts';
import { toolsCache } from '../test/cluster/support/tools.ts';

const help = `A real Kubernetes on this machine: API server, controllers, scheduler, and a node. Linux and root only; no Docker.

  pnpm cluster up [NAME] [--node kubelet | --node kwok:N] [--fsync]
      starts one (default: the name "default", and a node on which pods really run)
      kwok:N gives N simulated nodes, whose pods only say that they run
  pnpm cluster exec [NAME] -- COMMAND...
      runs a command in its network, with kubectl, helm and etcd in the path: pnpm cluster exec -- kubectl get pods -A
  pnpm cluster status
      every cluster of this machine, its processes and where its logs are
  pnpm cluster down [NAME | --all]
      ends it and removes everything of it

The first start builds the programs with Go, which takes minutes; they are kept in TANDEM_CACHE or the cache of your home folder.
`;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const end = args.indexOf('--');
  const own = end === -1 ? args : args.slice(0, end);
  const command = end === -1 ? [] : args.slice(end + 1);
  const read = readArguments(own);
  if (typeof read === 'string') return complain(read);
  const { action, name } = read;
  if (action === 'help') return tell(help);
  const can = canRunCluster();
  if (!can.can) return complain(can.missing);
  if (action === 'up') return await up(name, read.node, read.fsync);
  if (action === 'status') return await status();
  if (action === 'down') return await down(name, read.all);
  return await exec(name, command);
}

interface Asked {
  readonly action: 'up' | 'down' | 'exec' | 'status' | 'help';
  readonly name: string;
  readonly node: 'kubelet' | { readonly kwok: number };
  readonly fsync: boolean;
  readonly all: boolean;
}

/** What was asked for, or a sentence about what was not understood. */
function readArguments(args: readonly string[]): Asked | string {
  const options = {
    node: { type: 'string', default: 'kubelet' },
    fsync: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
    const [action = 'help', name = 'default', ...more] = positionals;
    const asked = values.help ? 'help' : action;
    if (!isAction(asked)) return `"${action}" is nothing that pnpm cluster does; it does up, down, exec and status.`;
    if (more.length > 0) return `"${more.join(' ')}" is too much; put a command after --.`;
    const node = readNode(values.node);
    if (node === null) return `"${values.node}" is no kind of node; there are kubelet and kwok:N.`;
    // Its error says what names look like.
    clusterFolder(name);
    return { action: asked, name, node, fsync: values.fsync, all: values.all };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function isAction(word: string): word is Asked['action'] {
  return ['up', 'down', 'exec', 'status', 'help'].includes(word);
}

function readNode(word: string): Asked['node'] | null {
  if (word === 'kubelet') return word;
  const count = /^kwok:([1-9]\d{0,3})$/.exec(word)?.[1];
  return count === undefined ? null : { kwok: Number(count) };
}

async function up(name: string, node: Asked['node'], fsync: boolean): Promise<number> {
  const cluster = await startCluster({ name, node, fsync, stays: true, say: (line) => tell(`${line}\n`) });
  return tell(`"${name}" is up.\n${description(cluster)}`);
}

async function down(name: string, all: boolean): Promise<number> {
  const found = allClaims().filter((each) => all || each.folder === clusterFolder(name));
  for (const each of found) await removeCluster(each);
  return tell(found.length === 0 ? 'Nothing was there.\n' : `removed: ${found.map(nameOf).join(', ')}\n`);
}

async function exec(name: string, command: readonly string[]): Promise<number> {
  if (command.length === 0)
    return complain('Put the command after --, such as: pnpm cluster exec -- kubectl get nodes');
  const cluster = await attachCluster(name);
  if (cluster === null) return complain(`There is no cluster "${name}": pnpm cluster up ${name}`);
  const [file = '', ...rest] = cluster.inside(command);
  const path = `${toolsCache()}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, PATH: path };
  const child = spawn(file, rest, { stdio: 'inherit', env });
  return await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function status(): Promise<number> {
  const found = allClaims();
  if (found.length === 0) return tell('There is no cluster.\n');
  for (const each of found) {
    const cluster = await attachCluster(nameOf(each));
    if (cluster === null) continue;
    const processes = cluster.components().map(({ name, pid, alive }) => `${name} ${alive ? pid : 'ended'}`);
    const owner = each.owner === null ? 'stays until it is removed' : `belongs to process ${each.owner.pid}`;
    tell(`"${cluster.name}" ${owner}\n${description(cluster)}  processes   ${processes.join(', ')}\n`);
  }
  return 0;
}

function description(cluster: Cluster): string {
  return [
    `  kubeconfig  ${cluster.kubeconfig}`,
    `  API server  ${cluster.apiServerUrl} (from pods also ${cluster.insideUrl})`,
    `  this side   ${cluster.outsideAddress} (pods reach processes of this machine there)`,
    `  logs        ${cluster.folder}/logs\n`,
  ].join('\n');
}

function nameOf(claim: { readonly folder: string }): string {
  return basename(claim.folder);
}

function tell(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return 2;
}

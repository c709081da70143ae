import { chmodSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { abandonedClaims, type Claim, claim, claimOf } from './claims.ts';
import { attempt, type CommandOptions, type Ended, run } from './command.ts';
import {
  type ComponentName,
  components,
  killComponent,
  logFile,
  pauseComponent,
  restartComponent,
  resumeComponent,
} from './components.ts';
import { apiServerReady, apiServerUrl, startControlPlane, writeKubeconfig } from './control-plane.ts';
import { busyboxRoot, type ImageConfig, imageArchive } from './image.ts';
import { importArchive, importImage, nodeReady, startKubeletNode } from './kubelet-node.ts';
import { startKwokNodes } from './kwok-node.ts';
import { installPackages } from './machine.ts';
import { makeNetwork } from './network.ts';
import { adminToken, inside, nodeAddress, type Place, placeOf } from './place.ts';
import { removeCluster } from './remove.ts';
import { buildTools } from './tools.ts';

export interface StartOptions {
  /** `kubelet`: one node on which pods really run. `kwok`: so many simulated ones, for scale and races. */
  readonly node: 'kubelet' | { readonly kwok: number };
  /** Tells clusters apart; one that is there under this name is ended first. Letters, digits and dashes. */
  readonly name: string;
  /** Whether it ends with this process, or stays until somebody removes it. */
  readonly stays?: boolean;
  /** Whether etcd waits for the disk; default no. */
  readonly fsync?: boolean;
  /** Arguments for single components, after ours. */
  readonly extraArguments?: Readonly<Partial<Record<ComponentName, readonly string[]>>>;
  /** Told what takes long. */
  readonly say?: (line: string) => void;
}

/** A Kubernetes that runs. */
export interface Cluster {
  readonly name: string;
  readonly folder: string;
  /** Configuration of an administrator; good inside and outside the namespace. */
  readonly kubeconfig: string;
  /** Address of the API server from outside; pods and processes inside have `insideUrl` as well. */
  readonly apiServerUrl: string;
  readonly insideUrl: string;
  readonly adminToken: string;
  /** PEM file of the authority that signed the API server's certificate. */
  readonly caFile: string;
  /** Where pods reach a process outside the namespace, such as the control plane of a test: let it listen there or everywhere. */
  readonly outsideAddress: string;
  /** Addresses of its pods; processes outside reach them, too. */
  readonly podSubnet: string;
  /** A command as it is to be spawned so that it runs inside the namespace. */
  inside(command: readonly string[]): readonly string[];
  /** Runs a command inside, with KUBECONFIG and the programs in its path; resolves however it ends. */
  exec(command: readonly string[], options?: CommandOptions): Promise<Ended>;
  /** What kubectl wrote; rejects with its error where it fails. */
  kubectl(args: readonly string[], options?: CommandOptions): Promise<string>;
  /** Makes objects from manifests, as kubectl does. */
  apply(...objects: readonly object[]): Promise<void>;
  /** Writes a configuration with the token of somebody else, and gives its path. */
  kubeconfigWith(token: string, file: string): string;
  /** Only with a kubelet. Pods use such images with `imagePullPolicy: IfNotPresent` or `Never`. */
  importArchive(file: string): Promise<void>;
  importImage(name: string, rootFileSystem: Buffer, config?: ImageConfig): Promise<void>;
  /** Busybox with all applets as `docker.io/library/busybox:test`; gives that name. */
  importBusybox(): Promise<string>;
  /** Faults. A killed component is gone until it is restarted; a paused one answers nothing. */
  kill(name: ComponentName, how?: NodeJS.Signals): Promise<void>;
  restart(name: ComponentName): Promise<void>;
  pause(name: ComponentName): void;
  resume(name: ComponentName): void;
  /** Waits until the API server answers again, and the node too where there is a kubelet. */
  ready(): Promise<void>;
  components(): ReturnType<typeof components>;
  logFile(name: ComponentName): string;
  /** Ends it and removes all that is of it. */
  stop(): Promise<void>;
}

/** The folder of the clusters of this user, one folder each. */
export function clusterFolder(name: string): string {
  if (!/^[a-z0-9-]{1,30}$/.test(name))
    throw new Error(`"${name}" is no name of a cluster: letters, digits and dashes.`);
  return join(tmpdir(), 'tandem-clusters', name);
}

/**
 * Starts a cluster, in about 5 seconds once its programs are built. First ends what is there under its name, and every cluster
 * whose test was killed. Rejects with the end of the log that says why; nothing is left then.
 */
export async function startCluster(options: StartOptions): Promise<Cluster> {
  const say = options.say ?? ((line) => console.log(line));
  await installPackages(say);
  const tools = await buildTools(say);
  const folder = clusterFolder(options.name);
  for (const abandoned of abandonedClaims()) await removeCluster(abandoned);
  const former = claimOf(folder);
  if (former !== null) await removeCluster(former);
  const made = claim(folder, options.stays === true ? 'nobody' : 'this process');
  try {
    const place = placeOf(made, tools);
    for (const each of [folder, place.runFolder, place.logFolder, place.pkiFolder])
      mkdirSync(each, { recursive: true });
    // Pods that do not run as root pass through it to their volumes.
    chmodSync(folder, 0o755);
    await makeNetwork(place);
    const extraArguments = options.extraArguments ?? {};
    await startControlPlane(place, { fsync: options.fsync ?? false, extraArguments });
    if (options.node === 'kubelet') await startKubeletNode(place, extraArguments.kubelet ?? []);
    else await startKwokNodes(place, options.node.kwok, extraArguments.kwok ?? []);
    return clusterAt(options.name, made, place);
  } catch (error) {
    await removeCluster(made);
    throw error;
  }
}

/** A cluster that is already there, such as one that `pnpm cluster up` made; null: there is none under this name. */
export async function attachCluster(name: string): Promise<Cluster | null> {
  const found = claimOf(clusterFolder(name));
  return found === null ? null : clusterAt(name, found, placeOf(found, await buildTools(() => undefined)));
}

function clusterAt(name: string, made: Claim, place: Place): Cluster {
  const path = `${place.tools}${delimiter}${process.env['PATH'] ?? ''}`;
  const exec = (command: readonly string[], options: CommandOptions = {}): Promise<Ended> => {
    const env = { ...process.env, ...options.env, PATH: path, KUBECONFIG: place.kubeconfig };
    return attempt(inside(place, command), { ...options, env });
  };
  const kubectl = (args: readonly string[], options?: CommandOptions): Promise<string> =>
    run([join(place.tools, 'kubectl'), `--kubeconfig=${place.kubeconfig}`, ...args], options);
  const hasKubelet = (): boolean => components(place).some((each) => each.name === 'kubelet');
  return {
    name,
    folder: place.folder,
    kubeconfig: place.kubeconfig,
    apiServerUrl: apiServerUrl(place),
    insideUrl: `https://${nodeAddress}`,
    adminToken,
    caFile: join(place.pkiFolder, 'ca.crt'),
    outsideAddress: place.outsideAddress,
    podSubnet: place.podSubnet,
    inside: (command) => inside(place, command),
    exec,
    kubectl,
    apply: async (...objects) => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      await kubectl(['apply', '-f', '-'], { input: JSON.stringify(list) });
    },
    kubeconfigWith: (token, file) => {
      writeKubeconfig(place, file, token);
      return file;
    },
    importArchive: (file) => importArchive(place, file),
    importImage: (image, root, config = {}) => importImage(place, imageArchive(image, root, config)),
    importBusybox: async () => {
      const image = 'docker.io/library/busybox:test';
      await importImage(place, imageArchive(image, await busyboxRoot(), { Cmd: ['/bin/sh'] }));
      return image;
    },
    kill: (component, how) => killComponent(place, component, how),
    restart: (component) => restartComponent(place, component),
    pause: (component) => pauseComponent(place, component),
    resume: (component) => resumeComponent(place, component),
    ready: async () => {
      await apiServerReady(place);
      if (hasKubelet()) await nodeReady(place);
    },
    components: () => components(place),
    logFile: (component) => logFile(place, component),
    stop: () => removeCluster(made),
  };
}

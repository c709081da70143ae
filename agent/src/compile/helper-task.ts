/**
 * What our helper program is told to do: the JSON of one task stands in the variable `TANDEM_TASK` of its container, and
 * `tandem-helper init` or `tandem-helper collect` carries it out. The program reads the same shape in `helper/task.go`;
 * `helper/testdata/tasks.json` is read by the tests of both sides.
 *
 * A task holds names and places, never a value of a secret: those reach the container as the connection delivers them
 * (agent-and-kubernetes.md 1.2).
 */
export type HelperTask =
  | ArtifactsPathTask
  | ArtifactsTask
  | GitTask
  | FileTask
  | DockerfileTask
  | TensorboardTask
  | CollectTask;

/** Makes the folders of a run, and takes up what a former attempt left in the store. */
export interface ArtifactsPathTask {
  readonly task: 'artifacts-path';
  /** Made with mode 0777, in order. */
  readonly ensureDirs: readonly string[];
  readonly store: StoreRef | null;
  readonly copies: readonly CopyTask[];
}

/** Copies listed files and folders from a store. */
export interface ArtifactsTask {
  readonly task: 'artifacts';
  readonly ensureDirs: readonly string[];
  readonly store: StoreRef;
  readonly copies: readonly CopyTask[];
}

export interface CopyTask {
  readonly what: 'file' | 'dir' | 'path';
  /** For a mount a path in the container; for a bucket its whole address, such as `s3://b/k`. */
  readonly from: string;
  readonly to: string;
  /** False: what is not there is left out silently. True: it ends the task with a sentence. */
  readonly isRequired: boolean;
  /** Remember what was copied, so that the collector does not send unchanged files again. */
  readonly isSnapshot: boolean;
}

/** How a helper reaches a store. */
export type StoreRef =
  | { readonly kind: 'mount'; readonly name: string; readonly path: string }
  /** `bucket` is an address: `s3://b/p`, `gs://b/p`, `wasbs://container@account.blob.core.windows.net/p`. */
  | { readonly kind: 's3' | 'gcs' | 'wasb'; readonly name: string; readonly bucket: string };

export interface GitTask {
  readonly task: 'git';
  readonly url: string;
  readonly revision: string | null;
  /** Flags of `git clone`, each possibly with its value: `--depth 1`. With `--experimental-fetch` among them: of `git fetch`. */
  readonly flags: readonly string[];
  /** Folder of the clone. */
  readonly path: string;
  readonly connection: string | null;
  /** Where the keys of a secret are mounted, for ssh; null: they are in the environment, or there are none. */
  readonly keysPath: string | null;
}

export interface FileTask {
  readonly task: 'file';
  readonly folder: string;
  readonly filename: string;
  readonly content: string;
  /** As for `chmod`: `+x` or octal; null: as it is made. */
  readonly chmod: string | null;
  /** Copied here too, for lineage; null: not. */
  readonly copyTo: string | null;
}

export interface DockerfileTask {
  readonly task: 'dockerfile';
  readonly folder: string;
  readonly filename: string;
  readonly content: string;
  readonly copyTo: string | null;
}

/**
 * Arranges the logs of other runs below `<to>/tensorboard`, a folder for each run, and writes `<to>/start_tensorboard`: the
 * program that installs the plugins and shows them. Images that were made for the peer look for both.
 */
export interface TensorboardTask {
  readonly task: 'tensorboard';
  readonly store: StoreRef;
  /** Where runs begin in the store: a path, or the address of a bucket. */
  readonly from: string;
  readonly to: string;
  /** As folders of the store are named: 32 hex digits. */
  readonly uuids: readonly string[];
  /** Folders are named by the run's name instead of its uuid, where `names` has it. */
  readonly useNames: boolean;
  /** Names by uuid. */
  readonly names: Readonly<Record<string, string>>;
  readonly pathPrefix: string | null;
  readonly plugins: readonly string[];
  readonly port: number;
}

/** The collector: a native sidecar that ends when the pod's main containers have (agent-and-kubernetes.md 2.4). */
export interface CollectTask {
  readonly task: 'collect';
  /** Folder of the run in the pod, and its place in the store; null: nothing is copied. */
  readonly artifactsPath: string;
  readonly store: StoreRef | null;
  readonly storePath: string | null;
  /** Where the run writes its outputs as JSON. */
  readonly outputsFile: string;
  /** Name of the container whose end counts. */
  readonly container: string;
  readonly sleepSeconds: number;
  /** -1: only at the end. */
  readonly syncSeconds: number;
  readonly collectArtifacts: boolean;
  readonly collectLogs: boolean;
}

/**
 * What the collector leaves as its termination message (at most 4 KiB, the limit of Kubernetes): how the agent learns of
 * outputs and artifacts without any access of its own to the pod. Where it does not fit, `isMore` is true and the whole
 * stands as the last line of the collector's log, after `resultMark`.
 */
export interface CollectResult {
  readonly v: 1;
  /** Names with JSON values as the run wrote them; null: it wrote none. */
  readonly outputs: Readonly<Record<string, unknown>> | null;
  readonly artifacts: readonly {
    readonly name: string;
    readonly kind: string;
    readonly path: string;
    readonly size: number;
    readonly sha256: string;
  }[];
  /** Sentences on what could not be collected. */
  readonly problems: readonly string[];
  readonly isMore: boolean;
}

/** Begins the line of the collector's log that holds its whole result. */
export const resultMark = 'tandem-collect-result ';

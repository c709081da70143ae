import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { type Catalogue, catalogueShape } from './compile/catalogue.ts';
import { type KubernetesConfig, kubernetesShape, withKubernetesDefaults } from './config-kubernetes.ts';

/** Most runs at once in a cluster, where nothing else is said: quotas and nodes are the real limit. */
const clusterCapacity = 1_000;

/** A mistake in the configuration; the message is one sentence or a list of them, for whoever starts the agent. */
export class ConfigProblem extends Error {}

const shape = z.strictObject({
  /** Folder of the agent: identity, runs, secrets. Relative to the file that says it. */
  data: z.string().min(1).optional(),
  controlPlane: z
    .strictObject({
      /** `host:port` of the sessions (gRPC). */
      sessions: z.string().optional(),
      /** Address for runs (REST), such as `https://tandem.example`. */
      url: z.url().optional(),
      /** PEM file with more certificate authorities. */
      caFile: z.string().optional(),
      /** Plain text, only to this machine. */
      insecure: z.boolean().optional(),
    })
    .optional(),
  enrolment: z.strictObject({ tokenFile: z.string().optional() }).optional(),
  /** Most runs at once. Default: twice the number of processor cores, at least 2, as runs often wait. */
  capacity: z.int().min(1).max(100_000).optional(),
  /** Namespaces that runs may name; the first is the default. */
  namespaces: z.array(z.string().min(1)).min(1).optional(),
  masking: z.enum(['values', 'patterns', 'off']).optional(),
  compat: z.strictObject({ polyaxonClient: z.boolean().optional() }).optional(),
  /** How long a stopped run may take where it does not say, in seconds. */
  graceSeconds: z.int().min(0).max(86_400).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'silent']).optional(),
  connections: z.unknown().optional(),
  artifactsStore: z.unknown().optional(),
  /** A file with `connections` and `artifactsStore`, in place of those above; read again when it changes. */
  catalogueFile: z.string().optional(),
  executor: z.enum(['process', 'kubernetes']).optional(),
  kubernetes: kubernetesShape.optional(),
  /** What runs may do in the cluster; without it nothing out of the ordinary. */
  policy: z.unknown().optional(),
  /** Where probes and scrapers ask; without it the agent listens nowhere. */
  health: z
    .strictObject({
      /** Default: this machine only. `*`: every address. */
      host: z.string().min(1).optional(),
      /** 0: any free port; it is told in the log. */
      port: z.int().min(0).max(65_535),
      /** Whether there are metrics beside the answers for probes. */
      metrics: z.boolean().optional(),
    })
    .optional(),
});

/** Everything that can be set, with its defaults filled in. */
export interface Config {
  readonly data: string;
  readonly controlPlane: {
    readonly sessions: string;
    readonly url: string | null;
    readonly caFile: string | null;
    readonly insecure: boolean;
  };
  readonly enrolment: { readonly token: string | null; readonly tokenFile: string | null };
  readonly capacity: number;
  readonly namespaces: readonly string[];
  readonly masking: 'values' | 'patterns' | 'off';
  readonly compat: boolean;
  readonly graceSeconds: number;
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly catalogue: Catalogue;
  /** Null: the catalogue stands in the configuration itself and does not change. */
  readonly catalogueFile: string | null;
  /** Null: runs are processes of this machine. */
  readonly kubernetes: KubernetesConfig | null;
  readonly policy: unknown;
  /** Null: the agent listens nowhere. */
  readonly health: { readonly host: string; readonly port: number; readonly metrics: boolean } | null;
}

export interface ConfigSource {
  /** Path of a YAML or JSON file; null: none. */
  readonly file: string | null;
  /** Folder given on the command line; wins over the file. */
  readonly data: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Reads the configuration once: file, then `TANDEM_*` variables, which win. Throws `ConfigProblem` with everything that is
 * wrong at once.
 */
export async function readConfig(source: ConfigSource): Promise<Config> {
  const given = source.file === null ? {} : await readFile(source.file);
  const parsed = shape.safeParse(given);
  const base = source.file === null ? process.cwd() : dirname(resolve(source.file));
  const namedFile = parsed.data?.catalogueFile;
  const catalogueFile = namedFile === undefined ? null : resolve(base, namedFile);
  const catalogue = catalogueShape.safeParse(
    pickCatalogue(catalogueFile === null ? given : await readFile(catalogueFile)),
  );
  if (!parsed.success || !catalogue.success) {
    const issues = [...(parsed.error?.issues ?? []), ...(catalogue.error?.issues ?? [])];
    throw new ConfigProblem(
      issues
        .map((issue) => `${source.file ?? 'configuration'}: ${issue.path.join('.') || 'the file'}: ${issue.message}`)
        .join('\n'),
    );
  }
  const { env } = source;
  const { controlPlane = {}, ...rest } = parsed.data;
  const sessions = env['TANDEM_SESSIONS'] ?? controlPlane.sessions;
  if (sessions === undefined)
    throw new ConfigProblem(
      'The address of the control plane is missing: set "controlPlane.sessions" to host:port, or TANDEM_SESSIONS.',
    );
  return {
    data: dataOf(source, base, rest.data),
    controlPlane: {
      sessions,
      url: env['TANDEM_CONTROL_PLANE_URL'] ?? controlPlane.url ?? null,
      caFile: controlPlane.caFile === undefined ? null : resolve(base, controlPlane.caFile),
      insecure:
        env['TANDEM_INSECURE'] === undefined ? (controlPlane.insecure ?? false) : env['TANDEM_INSECURE'] === 'true',
    },
    enrolment: {
      token: env['TANDEM_ENROLMENT_TOKEN'] ?? null,
      tokenFile: rest.enrolment?.tokenFile === undefined ? null : resolve(base, rest.enrolment.tokenFile),
    },
    capacity:
      rest.capacity ?? (rest.executor === 'kubernetes' ? clusterCapacity : Math.max(2, 2 * availableParallelism())),
    namespaces: rest.namespaces ?? ['default'],
    // In a cluster the agent reads no secret unless an admin wants it to (decisions.md 59).
    masking: rest.masking ?? (rest.executor === 'kubernetes' ? 'patterns' : 'values'),
    compat: rest.compat?.polyaxonClient ?? true,
    graceSeconds: rest.graceSeconds ?? 30,
    logLevel: rest.logLevel ?? 'info',
    catalogue: catalogue.data,
    catalogueFile,
    kubernetes: rest.executor === 'kubernetes' ? withKubernetesDefaults(rest.kubernetes ?? {}, base) : null,
    policy: rest.policy ?? {},
    health:
      rest.health === undefined
        ? null
        : {
            host: rest.health.host ?? '127.0.0.1',
            port: rest.health.port,
            metrics: rest.health.metrics ?? true,
          },
  };
}

/** What the command line or the environment says begins where the command is given; what the file says begins at the file. */
function dataOf({ data, env }: ConfigSource, base: string, ofFile: string | undefined): string {
  const given = data ?? env['TANDEM_AGENT_DATA'];
  return given === undefined ? resolve(base, ofFile ?? '.tandem/agent') : resolve(given);
}

/** Reads a catalogue file anew. Throws `ConfigProblem` with everything that is wrong. */
export async function readCatalogue(path: string): Promise<Catalogue> {
  const read = catalogueShape.safeParse(pickCatalogue(await readFile(path)));
  if (read.success) return read.data;
  throw new ConfigProblem(
    read.error.issues.map((issue) => `${path}: ${issue.path.join('.') || 'the file'}: ${issue.message}`).join('\n'),
  );
}

function pickCatalogue(given: unknown): unknown {
  if (typeof given !== 'object' || given === null) return {};
  const connections = 'connections' in given ? given.connections : undefined;
  const artifactsStore = 'artifactsStore' in given ? given.artifactsStore : undefined;
  return { ...(connections == null ? {} : { connections }), ...(artifactsStore == null ? {} : { artifactsStore }) };
}

async function readFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigProblem(
      `The configuration file "${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
  if (path.endsWith('.json')) return parseJson(path, text);
  // Loaded only when there is YAML to read: an agent without a file saves its memory.
  const { readSource } = await import('@tandem/shared/source');
  const { toValue } = await import('@tandem/shared/values');
  const read = readSource({ name: path, text });
  if (!read.ok) throw new ConfigProblem(read.problems.map((problem) => `${path}: ${problem.message}`).join('\n'));
  return toPlain(toValue(read.value));
}

function parseJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ConfigProblem(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function toPlain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [key, toPlain(each)]));
  return Array.isArray(value) ? value.map(toPlain) : value;
}

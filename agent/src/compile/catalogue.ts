import type { Value, ValueMap } from '@tandem/shared/values';
import * as z from 'zod';

/** What a kind of connection is for a run (agent-and-kubernetes.md 1.1). */
export type ConnectionGroup = 'mount' | 'bucket' | 'url' | 'other';

/** All kinds of connections, with their groups. */
export const connectionKinds = {
  host_path: 'mount',
  volume_claim: 'mount',
  gcs: 'bucket',
  s3: 'bucket',
  wasb: 'bucket',
  registry: 'url',
  git: 'url',
  aws: 'other',
  gcp: 'other',
  azure: 'other',
  mysql: 'other',
  postgres: 'other',
  oracle: 'other',
  vertica: 'other',
  sqlite: 'other',
  mssql: 'other',
  redis: 'other',
  presto: 'other',
  mongo: 'other',
  cassandra: 'other',
  ftp: 'other',
  grpc: 'other',
  hdfs: 'other',
  http: 'other',
  pig_cli: 'other',
  hive_cli: 'other',
  hive_metastore: 'other',
  hive_server2: 'other',
  jdbc: 'other',
  jenkins: 'other',
  samba: 'other',
  snowflake: 'other',
  ssh: 'other',
  cloudant: 'other',
  databricks: 'other',
  segment: 'other',
  slack: 'other',
  teams: 'other',
  email: 'other',
  discord: 'other',
  mattermost: 'other',
  pagerduty: 'other',
  hipchat: 'other',
  webhook: 'other',
  custom: 'other',
} as const satisfies Record<string, ConnectionGroup>;

export type ConnectionKind = keyof typeof connectionKinds;

/** Fields of the schema of a kind: those that must be there, and those that may be and are null when they are not (decisions.md 21). */
const schemaFields: Readonly<
  Partial<Record<ConnectionKind, { readonly required: readonly string[]; readonly optional: readonly string[] }>>
> = {
  host_path: { required: ['hostPath', 'mountPath'], optional: ['readOnly'] },
  volume_claim: { required: ['volumeClaim', 'mountPath'], optional: ['readOnly'] },
  gcs: { required: ['bucket'], optional: [] },
  s3: { required: ['bucket'], optional: [] },
  wasb: { required: ['bucket'], optional: [] },
  registry: { required: ['url'], optional: ['insecure'] },
  // Without a url it is the key to many repositories: each init entry says which.
  git: { required: [], optional: ['url', 'revision', 'flags'] },
};

// Charts and generators write null for what is not given.
const resource = z
  .strictObject({
    name: z.string().min(1),
    mountPath: z.string().startsWith('/').nullish(),
    items: z.array(z.string().min(1)).nullish(),
    /** Octal text as in Kubernetes manifests, or the number itself. */
    defaultMode: z.union([z.string().regex(/^0?[0-7]{3}$/), z.int()]).nullish(),
    hostPath: z.string().nullish(),
  })
  .transform((given) => ({
    name: given.name,
    mountPath: given.mountPath ?? null,
    items: given.items ?? null,
    defaultMode:
      typeof given.defaultMode === 'string' ? Number.parseInt(given.defaultMode, 8) : (given.defaultMode ?? null),
  }));

const scalar = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A list of `{name, value}`, one of these alone, a mapping, or a list of pairs. */
const env = z
  .union([
    z.array(z.strictObject({ name: z.string().min(1), value: scalar })),
    z.array(z.tuple([z.string().min(1), scalar])).transform((pairs) => pairs.map(([name, value]) => ({ name, value }))),
    z.strictObject({ name: z.string().min(1), value: scalar }).transform((one) => [one]),
    z
      .record(z.string().min(1), scalar)
      .transform((map) => Object.entries(map).map(([name, value]) => ({ name, value }))),
  ])
  .nullish();

const connection = z
  .strictObject({
    name: z.string().regex(/^[\w.-]+$/, 'letters, digits, "_", "." and "-" only'),
    kind: z.enum(Object.keys(connectionKinds) as [ConnectionKind, ...ConnectionKind[]]),
    description: z.string().nullish(),
    tags: z.array(z.string()).nullish(),
    schema: z.record(z.string(), z.json()).nullish(),
    secret: resource.nullish(),
    configMap: resource.nullish(),
    env,
    annotations: z.record(z.string(), scalar).nullish(),
  })
  .superRefine((given, context) => {
    for (const field of schemaFields[given.kind]?.required ?? []) {
      if ((given.schema?.[field] ?? null) === null)
        context.addIssue({
          code: 'custom',
          path: ['schema', field],
          message: `a connection of kind "${given.kind}" needs it`,
        });
    }
  })
  .transform((given) => ({
    name: given.name,
    kind: given.kind,
    description: given.description ?? '',
    tags: given.tags ?? [],
    schema: toSchema(given.kind, given.schema ?? {}),
    secret: given.secret ?? null,
    configMap: given.configMap ?? null,
    env: given.env ?? [],
    annotations: given.annotations ?? {},
  }));

/** One entry of the agent's configuration (agent-and-kubernetes.md 1.1). */
export type Connection = Readonly<z.output<typeof connection>>;
export type Resource = NonNullable<Connection['secret']>;

/** The connections of an agent by name, the artifacts store among them. */
export interface Catalogue {
  readonly connections: ReadonlyMap<string, Connection>;
  readonly artifactsStore: Connection | null;
}

const storeKinds: ReadonlySet<string> = new Set(['host_path', 'volume_claim', 'gcs', 's3', 'wasb']);

/** Reads the sections `connections` and `artifactsStore` of the configuration. */
export const catalogueShape = z
  .object({ connections: z.array(connection).default([]), artifactsStore: connection.optional() })
  .superRefine(({ connections, artifactsStore }, context) => {
    const seen = new Set<string>();
    for (const [index, { name }] of [
      ...connections,
      ...(artifactsStore === undefined ? [] : [artifactsStore]),
    ].entries()) {
      if (seen.has(name))
        context.addIssue({ code: 'custom', path: ['connections', index, 'name'], message: `"${name}" is there twice` });
      seen.add(name);
    }
    if (artifactsStore !== undefined && !storeKinds.has(artifactsStore.kind)) {
      context.addIssue({
        code: 'custom',
        path: ['artifactsStore', 'kind'],
        message: `must be one of ${[...storeKinds].join(', ')}`,
      });
    }
  })
  .transform(({ connections, artifactsStore }): Catalogue => {
    const all = artifactsStore === undefined ? connections : [...connections, artifactsStore];
    return { connections: new Map(all.map((each) => [each.name, each])), artifactsStore: artifactsStore ?? null };
  });

/** Where a store begins, as `globals.store_path` and helpers see it; null where a run cannot reach it by a path. */
export function mountPathOf({ kind, schema }: Connection): string | null {
  const path = connectionKinds[kind] === 'mount' ? schema.get('mountPath') : null;
  return typeof path === 'string' ? path : null;
}

/** Optional fields that are not given are null; a bucket loses its last slash. */
function toSchema(kind: ConnectionKind, given: Readonly<Record<string, z.core.util.JSONType>>): ValueMap {
  const schema = new Map<string, Value>((schemaFields[kind]?.optional ?? []).map((field) => [field, null]));
  for (const [name, value] of Object.entries(given)) schema.set(name, toValue(value));
  const bucket = schema.get('bucket');
  if (typeof bucket === 'string') schema.set('bucket', bucket.replace(/\/$/, ''));
  return schema;
}

function toValue(json: z.core.util.JSONType): Value {
  if (typeof json === 'number') return Number.isSafeInteger(json) ? BigInt(json) : json;
  if (json === null || typeof json !== 'object') return json;
  if (Array.isArray(json)) return json.map(toValue);
  return new Map(Object.entries(json).map(([name, value]) => [name, toValue(value)]));
}

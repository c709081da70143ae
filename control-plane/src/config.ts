import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Everything that a control plane can be told from outside; read once, in `main.ts`. */
export interface Config {
  readonly command: 'serve' | 'verify' | 'migrate' | 'token' | 'version';
  readonly database:
    | { readonly kind: 'postgres'; readonly url: string; readonly poolSize: number; readonly secretFile: string }
    | { readonly kind: 'pglite'; readonly folder: string };
  readonly http: Listen;
  readonly grpc: Listen;
  readonly grpcTls: { readonly certFile: string; readonly keyFile: string } | null;
  /** Where other replicas reach this one; null for its own HTTP address. */
  readonly replicaUrl: string | null;
  readonly logLevel: string;
  /** Makes a project on the first start. */
  readonly isDev: boolean;
  /** Prints one line of JSON on stdout when it is ready. */
  readonly readyJson: boolean;
  /** Ends when stdin ends, so that no process stays behind its parent. */
  readonly exitWithParent: boolean;
  /** For `token create`. */
  readonly username: string;
}

export interface Listen {
  readonly host: string;
  readonly port: number;
}

export type ReadConfig =
  | { readonly kind: 'config'; readonly config: Config }
  /** One sentence for people; the process ends with exit code 2. */
  | { readonly kind: 'wrong'; readonly message: string };

/** `host:port` or `[v6]:port`; port 0 takes a free one. */
const listen = z.string().transform((text, context): Listen => {
  const found = /^(\[[0-9a-fA-F:]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const port = Number(found?.[2]);
  if (found?.[1] !== undefined && port <= 65_535) return { host: found[1].replace(/^\[|\]$/g, ''), port };
  context.addIssue({ code: 'custom', message: `"${text}" is no host:port.` });
  return z.NEVER;
});

const environment = z.object({
  TANDEM_DATABASE_URL: z.string().optional(),
  TANDEM_DATABASE_POOL: z.coerce.number().int().min(1).max(200).default(10),
  TANDEM_SECRET_FILE: z.string().optional(),
  TANDEM_DATA: z.string().optional(),
  TANDEM_HTTP_LISTEN: listen.prefault('127.0.0.1:8000'),
  TANDEM_GRPC_LISTEN: listen.prefault('127.0.0.1:8001'),
  TANDEM_GRPC_TLS_CERT: z.string().optional(),
  TANDEM_GRPC_TLS_KEY: z.string().optional(),
  TANDEM_REPLICA_URL: z.url({ protocol: /^https?$/ }).optional(),
  TANDEM_LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  TANDEM_READY_FD: z.string().optional(),
});

const flags = {
  'database-url': { type: 'string' },
  data: { type: 'string' },
  'secret-file': { type: 'string' },
  'http-listen': { type: 'string' },
  'grpc-listen': { type: 'string' },
  'log-level': { type: 'string' },
  user: { type: 'string', default: 'admin' },
  dev: { type: 'boolean', default: false },
  'ready-json': { type: 'boolean', default: false },
  'exit-with-parent': { type: 'boolean', default: false },
} as const;

const commands = ['serve', 'verify', 'migrate', 'token', 'version'] as const;

/** Reads flags and environment; a flag wins over its variable. Pure: the caller passes both. */
export function readConfig(args: readonly string[], env: Readonly<Record<string, string | undefined>>): ReadConfig {
  let given: ReturnType<typeof parse>;
  try {
    given = parse(args);
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = given;
  const command = commands.find((each) => each === (positionals[0] ?? 'serve'));
  if (command === undefined) return wrong(`"${positionals[0]}" is no command; there are ${commands.join(', ')}.`);
  if (command === 'token' && positionals[1] !== 'create') return wrong('Write "token create".');

  const read = environment.safeParse(merge(env, values));
  if (!read.success) {
    const issue = read.error.issues[0];
    return wrong(`${issue?.path.join('.') ?? 'The configuration'}: ${issue?.message ?? 'is wrong.'}`);
  }
  const database = databaseOf(read.data, command === 'version');
  if (typeof database === 'string') return wrong(database);
  const { TANDEM_GRPC_TLS_CERT: certFile, TANDEM_GRPC_TLS_KEY: keyFile } = read.data;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    return wrong('TANDEM_GRPC_TLS_CERT and TANDEM_GRPC_TLS_KEY belong together; give both or none.');
  }
  return {
    kind: 'config',
    config: {
      command,
      database,
      http: read.data.TANDEM_HTTP_LISTEN,
      grpc: read.data.TANDEM_GRPC_LISTEN,
      grpcTls: certFile === undefined || keyFile === undefined ? null : { certFile, keyFile },
      replicaUrl: read.data.TANDEM_REPLICA_URL ?? null,
      logLevel: read.data.TANDEM_LOG_LEVEL,
      isDev: values.dev,
      readyJson: values['ready-json'] || read.data.TANDEM_READY_FD !== undefined,
      exitWithParent: values['exit-with-parent'],
      username: values.user,
    },
  };
}

const wrong = (message: string): ReadConfig => ({ kind: 'wrong', message });

const parse = (args: readonly string[]) =>
  parseArgs({ args: [...args], options: flags, allowPositionals: true, strict: true });

function merge(
  env: Readonly<Record<string, string | undefined>>,
  values: ReturnType<typeof parse>['values'],
): Readonly<Record<string, string | undefined>> {
  const named = {
    TANDEM_DATABASE_URL: values['database-url'],
    TANDEM_DATA: values.data,
    TANDEM_SECRET_FILE: values['secret-file'],
    TANDEM_HTTP_LISTEN: values['http-listen'],
    TANDEM_GRPC_LISTEN: values['grpc-listen'],
    TANDEM_LOG_LEVEL: values['log-level'],
  };
  return { ...env, ...Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined)) };
}

function databaseOf(env: z.output<typeof environment>, isOptional: boolean): Config['database'] | string {
  const { TANDEM_DATABASE_URL: url, TANDEM_DATA: folder, TANDEM_SECRET_FILE: secretFile } = env;
  if (url !== undefined && folder !== undefined) {
    return 'TANDEM_DATABASE_URL and TANDEM_DATA exclude each other: a server, or a folder with the embedded database.';
  }
  if (url !== undefined) {
    if (!/^postgres(ql)?:\/\//.test(url)) return 'TANDEM_DATABASE_URL must begin with postgres://.';
    if (secretFile === undefined)
      return 'TANDEM_SECRET_FILE is missing: the file with the secret that keys are encrypted with.';
    return { kind: 'postgres', url, poolSize: env.TANDEM_DATABASE_POOL, secretFile };
  }
  if (folder !== undefined || isOptional) return { kind: 'pglite', folder: folder ?? '' };
  return 'Say where the data is: TANDEM_DATABASE_URL for a Postgres server, or TANDEM_DATA for a folder.';
}

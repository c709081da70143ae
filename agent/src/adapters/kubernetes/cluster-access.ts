import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { readSource } from '@tandem/shared/source';
import { isList, isMap, toValue, type Value, type ValueMap } from '@tandem/shared/values';

/** How to reach an API server and who we are there. */
export interface ClusterAccess {
  /** `https://host:port`, without a path. */
  readonly server: string;
  /** PEM; null: the system's authorities. */
  readonly ca: string | null;
  readonly clientCert: { readonly cert: string; readonly key: string } | null;
  /** The bearer token of the moment; null: none. Files of service accounts are replaced every hour, so it is read again. */
  token(): Promise<string | null>;
}

/** The access file cannot be used; the message is a sentence for whoever configured it. */
export class AccessProblem extends Error {}

const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The service account of the pod that we run in; null: this is no pod. */
export function inClusterAccess(env: Readonly<Record<string, string | undefined>>): ClusterAccess | null {
  const host = env['KUBERNETES_SERVICE_HOST'];
  const port = env['KUBERNETES_SERVICE_PORT'] ?? '443';
  if (host === undefined) return null;
  const name = host.includes(':') ? `[${host}]` : host;
  return {
    server: `https://${name}:${port}`,
    ca: readFileSync(`${accountFolder}/ca.crt`, 'utf8'),
    clientCert: null,
    token: tokenFile(`${accountFolder}/token`),
  };
}

/** How long a token that was read is used, in ms. */
const tokenAgeMs = 60_000;

function tokenFile(path: string): () => Promise<string> {
  let token: { readonly text: string; readonly readAt: bigint } | null = null;
  return async () => {
    const now = process.hrtime.bigint();
    if (token === null || now - token.readAt > BigInt(tokenAgeMs) * 1_000_000n)
      token = { text: (await readFile(path, 'utf8')).trim(), readAt: now };
    return token.text;
  };
}

/**
 * The current context of a kubeconfig file: a token, a token file or a client certificate. Programs that hand out
 * credentials (`exec`) are not started. Throws `AccessProblem`.
 */
export function kubeconfigAccess(path: string): ClusterAccess {
  const read = readSource({ name: path, text: readFileSync(path, 'utf8') });
  const top = read.ok ? toValue(read.value) : null;
  if (top === null || !isMap(top)) throw new AccessProblem(`"${path}" is no kubeconfig.`);
  const context = named(top, 'contexts', text(top, 'current-context'), 'context', path);
  const cluster = named(top, 'clusters', text(context, 'cluster'), 'cluster', path);
  const user = named(top, 'users', text(context, 'user'), 'user', path);
  const server = text(cluster, 'server');
  if (server === null) throw new AccessProblem(`The cluster in "${path}" has no server.`);
  if (user.has('exec') || user.has('auth-provider'))
    throw new AccessProblem(
      `The user in "${path}" gets its credentials from a program, which the agent does not start.`,
    );
  const cert = fileOrData(user, 'client-certificate', path);
  const key = fileOrData(user, 'client-key', path);
  const token = text(user, 'token');
  const tokenPath = text(user, 'tokenFile');
  return {
    server: server.replace(/\/+$/, ''),
    ca: fileOrData(cluster, 'certificate-authority', path),
    clientCert: cert === null || key === null ? null : usable({ cert, key }, path),
    token: tokenPath === null ? () => Promise.resolve(token) : tokenFile(resolve(dirname(path), tokenPath)),
  };
}

/** Said here, where the file is known, and not by the first connection. */
function usable(pair: { readonly cert: string; readonly key: string }, path: string): typeof pair {
  try {
    createSecureContext(pair);
    return pair;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AccessProblem(`The client certificate of the user in "${path}" cannot be used with its key: ${why}.`);
  }
}

function named(top: ValueMap, list: string, name: string | null, field: string, path: string): ValueMap {
  const entries = top.get(list) ?? null;
  const found =
    entries !== null && isList(entries)
      ? entries.filter(isMapValue).find((each) => text(each, 'name') === name)
      : undefined;
  const inner = found?.get(field) ?? null;
  if (inner === null || !isMap(inner)) throw new AccessProblem(`"${path}" has no ${field} called "${name ?? ''}".`);
  return inner;
}

const isMapValue = (value: Value): value is ValueMap => value !== null && isMap(value);

function text(map: ValueMap, key: string): string | null {
  const value = map.get(key) ?? null;
  return typeof value === 'string' ? value : null;
}

function fileOrData(map: ValueMap, key: string, path: string): string | null {
  const data = text(map, `${key}-data`);
  if (data !== null) return Buffer.from(data, 'base64').toString('utf8');
  const file = text(map, key);
  return file === null ? null : readFileSync(resolve(dirname(path), file), 'utf8');
}

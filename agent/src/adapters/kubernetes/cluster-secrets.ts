import type { Config } from '../../config.ts';
import type { Log } from '../../ports/log.ts';
import type { SecretSource } from '../../ports/secret-source.ts';
import { Secret } from '../../secret.ts';
import { systemClock } from '../system-clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem } from './api-problem.ts';
import { collectionPath, secretKind } from './kinds.ts';

/** How long values that were read count, in ms. */
const freshMs = 30_000;

/**
 * Values of the secrets that connections name, for the masker alone, and only where an admin asked for it by `masking:
 * values` and gave the right to read just these (trust.md 2.5). Runs get theirs from the kubelet.
 */
export function clusterSecrets(client: ApiClient, config: Config, log: Log): SecretSource {
  const nothing = (): Promise<null> => Promise.resolve(null);
  let read: { readonly secrets: Promise<readonly Secret[]>; readonly atMs: number } | null = null;

  const readAll = async (): Promise<readonly Secret[]> => {
    const names = new Set([...config.catalogue.connections.values()].flatMap(({ secret }) => secret?.name ?? []));
    const found: Secret[] = [];
    for (const namespace of config.namespaces)
      for (const name of names)
        found.push(...(await valuesOf(client, `${collectionPath(secretKind, namespace)}/${name}`, log)));
    return found;
  };
  return {
    secretKeys: nothing,
    secret: nothing,
    configKeys: nothing,
    config: nothing,
    allSecrets: async () => {
      if (config.masking !== 'values') return [];
      const nowMs = systemClock.monotonicMs();
      // Asked for with every log that is read; a secret that is newer than this is masked a little later.
      if (read === null || nowMs - read.atMs > freshMs) read = { secrets: readAll(), atMs: nowMs };
      return read.secrets;
    },
  };
}

async function valuesOf(client: ApiClient, path: string, log: Log): Promise<readonly Secret[]> {
  try {
    const { data = {} } = await client.call<{ readonly data?: Readonly<Record<string, string>> }>({ path });
    return Object.values(data).map((value) => new Secret(Buffer.from(value, 'base64').toString('utf8')));
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    if (error.code !== 404) log.warn({ code: error.code }, 'a secret whose values should be masked cannot be read');
    return [];
  }
}

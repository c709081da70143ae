import { type Identity, parseIdentity } from '../files/identity-file.ts';
import type { ApiClient } from './api-client.ts';
import { isCode } from './api-problem.ts';
import { collectionPath, secretKind } from './kinds.ts';

/** The one Secret that the agent may read: who it is, and the highest epoch that it ever had (agent-and-kubernetes.md 4.5). */
export interface IdentitySecret {
  /** Null: not enrolled yet. */
  readonly identity: Identity | null | 'damaged';
  write(identity: Identity): Promise<void>;
  lastEpoch(): bigint;
  rememberEpoch(epoch: bigint): Promise<void>;
}

interface SecretObject {
  readonly metadata: { readonly resourceVersion: string };
  readonly data?: Readonly<Record<string, string>>;
}

/** Reads the Secret; one that an admin made empty beforehand is filled. Throws `ApiProblem`. */
export async function openIdentitySecret(client: ApiClient, namespace: string, name: string): Promise<IdentitySecret> {
  const collection = collectionPath(secretKind, namespace);
  const path = `${collection}/${encodeURIComponent(name)}`;
  const read = async (): Promise<SecretObject | null> => {
    try {
      return await client.call<SecretObject>({ path });
    } catch (error) {
      if (isCode(error, 404)) return null;
      throw error;
    }
  };
  const found = await read();
  const text = decoded(found, 'identity.json');
  const epochText = decoded(found, 'epoch') ?? '0';
  let lastEpoch = /^\d+$/.test(epochText) ? BigInt(epochText) : 0n;

  /** Changes some keys; of two writers at once the later one reads again. */
  const change = async (keys: Readonly<Record<string, string>>): Promise<void> => {
    for (let tries = 0; ; tries += 1) {
      const now = await read();
      const data = {
        ...now?.data,
        ...Object.fromEntries(Object.entries(keys).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
      };
      const body = {
        apiVersion: 'v1',
        kind: 'Secret',
        type: 'Opaque',
        metadata: { ...(now?.metadata ?? {}), name, namespace },
        data,
      };
      try {
        await (now === null
          ? client.call({ method: 'POST', path: collection, body })
          : client.call({ method: 'PUT', path, body }));
        return;
      } catch (error) {
        if (!isCode(error, 409) || tries >= 4) throw error;
      }
    }
  };

  return {
    identity: text === null ? null : parseIdentity(text),
    write: (identity) => change({ 'identity.json': JSON.stringify(identity) }),
    lastEpoch: () => lastEpoch,
    rememberEpoch: async (epoch) => {
      if (epoch <= lastEpoch) return;
      lastEpoch = epoch;
      await change({ epoch: epoch.toString() });
    },
  };
}

function decoded(secret: SecretObject | null, key: string): string | null {
  const text = secret?.data?.[key];
  return text === undefined ? null : Buffer.from(text, 'base64').toString('utf8');
}

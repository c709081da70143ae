import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { SecretSource } from '../../ports/secret-source.ts';
import { Secret } from '../../secret.ts';
import { isCode, readIfThere } from './durable-file.ts';

/**
 * Secrets and config maps as files: `<data>/secrets/<name>/<key>` and `<data>/config-maps/<name>/<key>`
 * (agent-and-kubernetes.md 6). Read anew each time, so a change counts from the next run on.
 */
export function secretFolder(data: string): SecretSource {
  const secrets = join(data, 'secrets');
  const configs = join(data, 'config-maps');
  const source: SecretSource = {
    secretKeys: (name) => keysIn(secrets, name),
    secret: async (name, key) => {
      const text = await valueIn(secrets, name, key);
      return text === null ? null : new Secret(text);
    },
    configKeys: (name) => keysIn(configs, name),
    config: (name, key) => valueIn(configs, name, key),
    allSecrets: async () => {
      const all: Secret[] = [];
      for (const name of await entries(secrets)) {
        for (const key of (await source.secretKeys(name)) ?? []) {
          const value = await source.secret(name, key);
          if (value !== null) all.push(value);
        }
      }
      return all;
    },
  };
  return source;
}

// Names come from specs: nothing that could leave the folder.
const safeName = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,252}$/;

async function keysIn(folder: string, name: string): Promise<readonly string[] | null> {
  if (!safeName.test(name)) return null;
  try {
    const found = await readdir(join(folder, name), { withFileTypes: true });
    return found
      .filter((entry) => entry.isFile() && safeName.test(entry.name))
      .map((entry) => entry.name)
      .sort();
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null;
    throw error;
  }
}

async function valueIn(folder: string, name: string, key: string): Promise<string | null> {
  return safeName.test(name) && safeName.test(key) ? await readIfThere(join(folder, name, key)) : null;
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return [];
    throw error;
  }
}

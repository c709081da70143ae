import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContainerPlan, EnvPlan, PodPlan, VolumePlan } from '../../compile/pod-plan.ts';
import type { SecretSource } from '../../ports/secret-source.ts';
import type { Secret } from '../../secret.ts';
import { insideFolder } from './inside-folder.ts';
import type { RunFolder } from './layout.ts';

/** Something that the run needs is not there: its owner can mend it, so it is no outage. */
export class Undeliverable extends Error {}

/** The one place of this executor where a secret becomes text: in the environment or in a file of the run. */
const plain = (secret: Secret): string => secret.reveal();

/** What a child is given of the agent's own environment: nothing but where programs and the home folder are. */
export interface BaseEnvironment {
  readonly PATH: string;
  readonly HOME: string;
  readonly LANG: string;
  readonly TZ: string;
}

/**
 * The environment of one container, values of secrets included. Of two variables with one name the later counts.
 * Throws `Undeliverable` when a secret or key is missing; its name is told to the agent's log only (decisions.md 60).
 */
export async function environmentOf(
  container: ContainerPlan,
  base: BaseEnvironment,
  source: SecretSource,
): Promise<Readonly<Record<string, string>>> {
  const env: Record<string, string> = { ...base };
  for (const entry of container.env) for (const [name, value] of await valuesOf(entry, source)) env[name] = value;
  return env;
}

async function valuesOf(entry: EnvPlan, source: SecretSource): Promise<readonly (readonly [string, string])[]> {
  switch (entry.kind) {
    case 'value':
      return [[entry.name, entry.value]];
    case 'secret':
      return [[entry.name, await secretText(source, entry.secret, entry.key)]];
    case 'config':
      return [[entry.name, await configText(source, entry.configMap, entry.key)]];
    case 'field':
    case 'from':
    case 'all-from':
      return []; // Fields of a pod, and what is said in the words of Kubernetes; refused before, but for fields.
    case 'all-of-secret':
      return Promise.all(
        (await secretKeys(source, entry.secret, entry.keys)).map(
          async (key) => [key, await secretText(source, entry.secret, key)] as const,
        ),
      );
    case 'all-of-config':
      return Promise.all(
        (await configKeys(source, entry.configMap, entry.keys)).map(
          async (key) => [key, await configText(source, entry.configMap, key)] as const,
        ),
      );
  }
}

/**
 * Copies mounted secrets and config maps below the run's `mounts` folder, as files that only the run's user can read.
 * Their paths keep their shape: `/etc/creds` becomes `<run>/mounts/etc/creds`.
 */
export async function deliverMounts(plan: PodPlan, folder: RunFolder, source: SecretSource): Promise<void> {
  const replica = plan.replicas[0];
  if (replica === undefined) return;
  const volumes = new Map(replica.volumes.map((volume) => [volume.name, volume]));
  for (const mount of replica.main.mounts) {
    const volume = volumes.get(mount.volume);
    if (volume !== undefined) await deliverVolume(volume, insideFolder(folder.mounts, mount.path), source);
  }
}

async function deliverVolume(volume: VolumePlan, target: string, source: SecretSource): Promise<void> {
  if (volume.kind !== 'secret' && volume.kind !== 'config') return;
  await mkdir(target, { recursive: true, mode: 0o700 });
  const write = (key: string, text: string) => writeFile(join(target, key), text, { mode: 0o600 });
  if (volume.kind === 'secret') {
    for (const key of await secretKeys(source, volume.secret, volume.items))
      await write(key, await secretText(source, volume.secret, key));
  } else {
    for (const key of await configKeys(source, volume.configMap, volume.items))
      await write(key, await configText(source, volume.configMap, key));
  }
}

async function secretText(source: SecretSource, name: string, key: string): Promise<string> {
  const secret = await source.secret(name, key);
  if (secret === null)
    throw new Undeliverable(`Secret "${name}" with key "${key}" is not in the agent's "secrets" folder.`);
  return plain(secret);
}

async function configText(source: SecretSource, name: string, key: string): Promise<string> {
  const text = await source.config(name, key);
  if (text === null)
    throw new Undeliverable(`Config map "${name}" with key "${key}" is not in the agent's "config-maps" folder.`);
  return text;
}

async function secretKeys(
  source: SecretSource,
  name: string,
  keys: readonly string[] | null,
): Promise<readonly string[]> {
  const found = keys ?? (await source.secretKeys(name));
  if (found === null) throw new Undeliverable(`Secret "${name}" is not in the agent's "secrets" folder.`);
  return found;
}

async function configKeys(
  source: SecretSource,
  name: string,
  keys: readonly string[] | null,
): Promise<readonly string[]> {
  const found = keys ?? (await source.configKeys(name));
  if (found === null) throw new Undeliverable(`Config map "${name}" is not in the agent's "config-maps" folder.`);
  return found;
}

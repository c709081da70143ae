import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFolder } from './folder-lock.ts';

/** Layout of the data folder: `format.json`, `lock-N`, `secret`, `pglite/`. A change that an older version cannot read raises it. */
const format = 1;

/** A folder that belongs to this process until `release`. */
export interface DataFolder {
  readonly path: string;
  /** 32 random bytes, made once, readable by the owner only. */
  readonly secret: Uint8Array;
  release(): Promise<void>;
}

export type OpenedFolder =
  | { readonly kind: 'open'; readonly folder: DataFolder }
  | { readonly kind: 'locked'; readonly pid: number }
  | { readonly kind: 'newer'; readonly format: number; readonly known: number };

/** Takes the folder for this process, making it if there is none. Nothing in it is touched before the lock is held. */
export async function openDataFolder(path: string): Promise<OpenedFolder> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const locked = await lockFolder(path);
  if (locked.kind === 'locked') return locked;
  try {
    const found = await readFormat(path);
    if (found > format) {
      await locked.lock.release();
      return { kind: 'newer', format: found, known: format };
    }
    const secret = await readOrMakeSecret(join(path, 'secret'));
    return { kind: 'open', folder: { path, secret, release: () => locked.lock.release() } };
  } catch (error) {
    await locked.lock.release();
    throw error;
  }
}

async function readFormat(path: string): Promise<number> {
  const file = join(path, 'format.json');
  const text = await readOrNull(file);
  if (text === null) {
    await writeFile(file, `${JSON.stringify({ format })}\n`);
    return format;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && 'format' in value && typeof value.format === 'number') {
    return value.format;
  }
  throw new Error(`${file} does not say which format the folder has`);
}

/** Reads the secret of the installation, or makes it. Hex text, so that it can be copied into a secret of a cluster. */
async function readOrMakeSecret(file: string): Promise<Uint8Array> {
  const text = await readOrNull(file);
  if (text !== null) {
    const found = parseSecret(text);
    if (found === null) throw new Error(`${file} holds no secret of at least 32 characters`);
    return found;
  }
  const secret = randomBytes(32);
  await writeFile(file, `${secret.toString('hex')}\n`, { mode: 0o600, flag: 'wx', flush: true });
  await chmod(file, 0o600);
  return secret;
}

/** The secret in the text of a file: at least 32 characters, and all of it counts. Null when it is shorter. */
export function parseSecret(text: string): Uint8Array | null {
  const secret = text.trim();
  if (secret.length < 32) return null;
  return /^[0-9a-f]{64}$/.test(secret) ? Buffer.from(secret, 'hex') : Buffer.from(secret, 'utf8');
}

async function readOrNull(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

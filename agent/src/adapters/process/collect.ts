import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import type { OutputPlan } from '../../compile/pod-plan.ts';
import { invalidOutputs, type TypedOutputs, typeOutputs } from '../../observe/typed-outputs.ts';
import type { ArtifactFound } from '../../ports/executor.ts';
import { isCode } from '../files/durable-file.ts';
import type { RunFolder } from './layout.ts';

/** Largest `outputs.json`, in bytes. */
export const largestOutputs = 256 * 1024;
/** Most artifacts that are listed; the files themselves stay, however many. */
export const mostArtifacts = 1_000;

export interface Collected {
  /** Wire JSON; null if the run wrote none that can be read. */
  readonly outputs: string | null;
  readonly artifacts: readonly ArtifactFound[];
  /** A sentence for the run's message; the run keeps its result. */
  readonly warning: string | null;
}

/** Reads what a run left behind: its outputs, by their declared types, and the list of its artifacts. */
export async function collect(folder: RunFolder, declared: readonly OutputPlan[]): Promise<Collected> {
  const outputs = await readOutputs(folder.outputsFile, declared);
  return { ...outputs, artifacts: await listArtifacts(folder) };
}

async function readOutputs(path: string, declared: readonly OutputPlan[]): Promise<TypedOutputs> {
  const text = await readSmallFile(path, largestOutputs);
  if (text.kind === 'absent') return { outputs: null, warning: null };
  if (text.kind === 'refused') return invalidOutputs(text.why);
  return typeOutputs(text.text, declared);
}

type SmallFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'text'; readonly text: string };

/** A whole file, if it is a plain one of at most `limit` bytes: the run may have put a link or a pipe there. */
async function readSmallFile(path: string, limit: number): Promise<SmallFile> {
  try {
    const found = await lstat(path);
    if (!found.isFile()) return { kind: 'refused', why: 'outputs.json is not a plain file' };
    if (found.size > limit) return { kind: 'refused', why: `outputs.json is larger than ${limit / 1024} KiB` };
    const file = await open(path, 'r');
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(limit), 0, limit, 0);
      return { kind: 'text', text: buffer.toString('utf8', 0, bytesRead) };
    } finally {
      await file.close();
    }
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return { kind: 'absent' };
    throw error;
  }
}

/** Plain files below `outputs`, in order of their paths; links are left out, since they may point anywhere. */
async function listArtifacts(folder: RunFolder): Promise<readonly ArtifactFound[]> {
  const found: ArtifactFound[] = [];
  const open = [folder.outputs];
  while (open.length > 0 && found.length < mostArtifacts) {
    const here = open.pop() ?? '';
    const entries = await readdir(here, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((left, right) => (left.name < right.name ? -1 : 1))) {
      const path = join(here, entry.name);
      if (entry.isDirectory()) open.push(path);
      if (!entry.isFile() || found.length >= mostArtifacts) continue;
      const artifact = await describe(path, relative(folder.artifacts, path));
      if (artifact !== null) found.push(artifact);
    }
  }
  return found.sort((left, right) => (left.path < right.path ? -1 : 1));
}

/** Null: it went away meanwhile. */
async function describe(path: string, shown: string): Promise<ArtifactFound | null> {
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk);
      size += chunk.length;
    }
    return { name: basename(path), kind: 'file', path: shown, size, sha256: hash.digest('hex') };
  } catch (error) {
    if (isCode(error, 'ENOENT') || isCode(error, 'EACCES')) return null;
    throw error;
  }
}

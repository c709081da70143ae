import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';

/** A file larger than this is refused before it is read: the limit of a JSON submission (decisions.md 33). */
export const mostBytes = 16 * 1024 * 1024;

/** The text of a file with its size, or why there is none as the end of a sentence: "does not exist". */
export type ReadText =
  | { readonly ok: true; readonly text: string; readonly bytes: number }
  | { readonly ok: false; readonly why: string; readonly isTooLarge: boolean };

/** Reads a text of a submission, named from the folder of the command. `plain`: pipes and devices are refused, too, as they may never end. */
export async function readText(cwd: string, name: string, kinds: 'any' | 'plain'): Promise<ReadText> {
  try {
    const path = resolve(cwd, name);
    const found = await stat(path);
    if (found.isDirectory()) return { ok: false, why: 'is a folder', isTooLarge: false };
    if (kinds === 'plain' && !found.isFile()) return { ok: false, why: 'is no plain file', isTooLarge: false };
    if (found.size > mostBytes)
      return { ok: false, why: `has ${found.size} bytes; an operation may have ${mostBytes}`, isTooLarge: true };
    return { ok: true, text: await readFile(path, 'utf8'), bytes: found.size };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    const isAbsent = code === 'ENOENT' || code === 'ENOTDIR';
    return { ok: false, why: isAbsent ? 'does not exist' : `could not be read (${code})`, isTooLarge: false };
  }
}

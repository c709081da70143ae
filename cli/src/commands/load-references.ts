import type { Gap, Library, Submission, Wanted } from '@tandem/shared/compile';
import type { SourceFile } from '@tandem/shared/source';
import { mostBytes, readText } from './read-text.ts';

/** A submission with the files that it refers to. */
export interface Loaded {
  readonly submission: Submission & { readonly library: Library };
  /** Every file that is referred to, also one that is not there, as named from the folder of the command. */
  readonly names: readonly string[];
}

const pathKey = 'path:';

/**
 * Loads what `pathRef` names until nothing is wanted any more (compiler.md 2.3, decisions.md 11). Components of the registry,
 * addresses and stored presets stay open: only a server has them. A file that cannot be had is a gap that says why.
 */
export async function loadReferences(cwd: string, submission: Submission): Promise<Loaded> {
  const { wantedTexts } = await import('@tandem/shared/compile');
  const texts = new Map<string, SourceFile | Gap>();
  const names: string[] = [];
  let bytes = 0;
  for (;;) {
    const library: Library = { texts: new Map(texts), defaultPresets: [], others: 'open' };
    const found = { ...submission, library };
    const wanted = wantedTexts(found).filter(isPath);
    if (wanted.length === 0) return { submission: found, names };
    for (const { key } of wanted) {
      const name = key.slice(pathKey.length);
      names.push(name);
      const read = await readText(cwd, name, 'plain');
      if (read.ok) bytes += read.bytes;
      // Each file has the limit of any other one, and so have all together, since they become one submission.
      if (!read.ok) texts.set(key, { gap: read.why });
      else if (bytes > mostBytes)
        texts.set(key, { gap: `is too much: files that are referred to may have ${mostBytes} bytes together` });
      else texts.set(key, { name, text: read.text });
    }
  }
}

function isPath(wanted: Wanted): boolean {
  return wanted.kind === 'path';
}

/** Whether files were put in that the server does not have. */
export function hasReferredFiles(library: Library): boolean {
  return library.texts.size > 0;
}

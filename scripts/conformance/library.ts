/** The texts of a case: files beside it, and presets that exist without saying anything (decisions.md 79). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Gap, type Library, type Submission, type Wanted, wantedTexts } from '@tandem/shared/compile';
import type { SourceFile } from '@tandem/shared/source';

/** Loads what a submission refers to until nothing is wanted any more, as a client does. */
export function withLibrary(submission: Submission, folder: string): Submission {
  const texts = new Map<string, SourceFile | Gap>();
  const library = (): Library => ({ texts, defaultPresets: [], others: 'missing' });
  for (;;) {
    const wanted = wantedTexts({ ...submission, library: library() });
    if (wanted.length === 0) return { ...submission, library: library() };
    for (const each of wanted) texts.set(each.key, textOf(each, folder));
  }
}

function textOf({ kind, key, ref }: Wanted, folder: string): SourceFile | Gap {
  if (kind === 'preset') return { name: ref, text: '{"isPreset": true}' };
  const name = key.slice('path:'.length);
  if (kind === 'path' && existsSync(join(folder, name)))
    return { name, text: readFileSync(join(folder, name), 'utf8') };
  return { gap: kind === 'path' ? 'does not exist' : 'is not found or not allowed' };
}

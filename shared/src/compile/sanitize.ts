import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type Outcome, settle } from '../outcome/index.ts';
import type { Parsed, Sanitized, Stack, Wanted } from './drafts.ts';
import { defaultPresets, readPreset, withNamedPresets } from './read-presets.ts';
import { readStack, stackReader } from './read-stack.ts';
import type { StackReader } from './stack-reader.ts';

/**
 * Trees to layers: known sections and fields only, canonical keys, scalars of the right kind (compiler.md 1.1), the texts
 * behind references and preset names in their places. Reports all that is wrong.
 */
export function sanitize(draft: Parsed): Outcome<Sanitized> {
  const problems: Diagnostic[] = [];
  const reader = stackReader(draft.library, problems);
  const main = readMain(draft, reader);
  return settle(
    { stage: 'sanitize', main, options: draft.options, parts: reader.parts, limits: draft.limits },
    problems,
  );
}

/** The texts that the files refer to and the library does not have; loading them may bring more to light (decisions.md 11). */
export function wantedBy(draft: Parsed): readonly Wanted[] {
  const reader = stackReader({ ...draft.library, others: 'open' }, []);
  readMain(draft, reader);
  const missing = new Map<string, Wanted>();
  for (const wanted of reader.wanted)
    if (!draft.library.texts.has(wanted.key) && !missing.has(wanted.key)) missing.set(wanted.key, wanted);
  return [...missing.values()];
}

/** The main file; on top of it the further files, the default presets, and those that are named, in this order (decisions.md 29). */
function readMain(draft: Parsed, reader: StackReader): Stack {
  const main = readStack(draft.main, reader, null);
  const files = draft.presets.map((node) => readPreset(node, main.runKind, 'post_merge', reader));
  const defaults = draft.library.presetsApplied === true ? [] : defaultPresets(main.runKind, reader);
  return withNamedPresets({ ...main, files, presets: defaults }, reader);
}

import { posix } from 'node:path';
import type { SourceFile, Span } from '../source/span.ts';
import type { Wanted } from './drafts.ts';

/**
 * The texts that an operation refers to. Whoever compiles loads them first (`wantedTexts` names them), since stages fetch
 * nothing: the command line reads files, the control plane its registry.
 */
export interface Library {
  /** By key (`wantedPath`, `wantedHub` …). A `Gap` says why there is no text. */
  readonly texts: ReadonlyMap<string, SourceFile | Gap>;
  /** Presets of the organisation, then of the project; they fill gaps unless they say else (decisions.md 29). */
  readonly defaultPresets: readonly SourceFile[];
  /**
   * What a reference is that has no entry in `texts`: `open` leaves its operation half checked, as without a server;
   * `missing` is an error.
   */
  readonly others: 'open' | 'missing';
  /** The presets that the operation names are part of it already, as in the stored operation of a child. */
  readonly presetsApplied?: boolean;
}

/** Why a reference has no text, as the end of a sentence: "does not exist". */
export interface Gap {
  readonly gap: string;
}

/** Nothing is at hand: references stay open. */
export const emptyLibrary: Library = { texts: new Map(), defaultPresets: [], others: 'open' };

/** A file, named from the file that refers to it (compiler.md 2.3). */
export function wantedPath(ref: string, span: Span): Wanted {
  const path = posix.normalize(posix.join(posix.dirname(span.source.name), ref));
  return { kind: 'path', ref, key: `path:${ref.startsWith('/') ? posix.normalize(ref) : path}`, span };
}

/** A component of the registry, `[owner/]name[:version]`, the newest unless a version is said (decisions.md 30). */
export function wantedHub(ref: string, span: Span): Wanted {
  return { kind: 'hub', ref, key: `hub:${/:[^/]*$/.test(ref) ? ref : `${ref}:latest`}`, span };
}

export function wantedUrl(ref: string, span: Span): Wanted {
  return { kind: 'url', ref, key: `url:${ref}`, span };
}

/** A stored preset by its name. */
export function wantedPreset(ref: string, span: Span): Wanted {
  return { kind: 'preset', ref, key: `preset:${ref}`, span };
}

export function isGap(entry: SourceFile | Gap): entry is Gap {
  return 'gap' in entry;
}

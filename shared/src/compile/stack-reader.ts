import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Span } from '../source/span.ts';
import type { MapNode, ScalarNode } from '../source/tree.ts';
import type { Stack, Wanted } from './drafts.ts';
import type { Library } from './library.ts';

/** What reading the layers of one submission collects. */
export interface StackReader {
  readonly problems: Diagnostic[];
  readonly library: Library;
  /** Every text that is referred to, at hand or not. */
  readonly wanted: Wanted[];
  /** Keys of texts that were not at hand, which is said once of each. */
  readonly open: Set<string>;
  /** Operations and components of dags, by their canonical nodes. */
  readonly parts: Map<MapNode, Stack>;
  /** Texts that were read before, by key; null while one is being read, which is how a circle shows. */
  readonly texts: Map<string, Stack | null>;
  /** References that are being followed, outermost first. */
  readonly chain: string[];
  readonly scopes: Map<Stack, DagScope>;
  /** Reads a layer and everything below it; for the bodies of dags, which have layers inside of layers. */
  readonly read: (node: MapNode, reader: StackReader, dag: DagScope | null) => Stack;
}

/** The body of a dag while it is read: what its operations may refer to by `dagRef` (compiler.md 2.3). */
export interface DagScope {
  /** The dag's run with canonical operations and components; null when the layer has no run of its own. */
  readonly run: MapNode | null;
  readonly components: Map<string, Slot>;
  /** The component of that name, read when it is needed first; null after a problem. */
  readonly component: (ref: ScalarNode, reader: StackReader) => Stack | null;
}

/** A component of a dag that is read at most once. */
export interface Slot {
  readonly node: MapNode;
  readonly span: Span;
  state: 'waiting' | 'reading' | 'done';
  stack: Stack | null;
}

/** References that lead to references, one behind the other; real files have one or two. */
export const mostReferences = 50;

/** The problem of a chain of references that is too long to be meant. */
export function tooLong(span: Span): Diagnostic {
  return error('references/too-long', span, `More than ${mostReferences} references lead to each other here.`, {
    hint: 'Refer to the component itself.',
  });
}

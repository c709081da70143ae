import type { Span } from '../source/span.ts';
import type { MapNode, Node } from '../source/tree.ts';
import type { Section } from '../spec/shape.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { RunFacts, Sealed, SealedIo } from '../wire/sealed-spec.ts';
import type { ParamOption } from './param-option.ts';

/**
 * What each stage gives to the next. Every draft has a `stage` of its own, so feeding one to another stage does not compile
 * (style-anchors B.3). Trees keep their places to the end.
 */
export interface Parsed {
  readonly stage: 'parse';
  readonly main: MapNode;
  readonly presets: readonly MapNode[];
  readonly options: readonly ParamOption[];
}

/** A file or component with canonical keys and checked shapes. */
export interface Layer {
  readonly fields: MapNode;
}

export interface Sanitized {
  readonly stage: 'sanitize';
  /** The main file's layers, the innermost component first. */
  readonly layers: readonly Layer[];
  readonly presets: readonly Layer[];
  readonly options: readonly ParamOption[];
  readonly runKind: RunKind;
}

export interface RunKind {
  readonly name: string;
  readonly section: Section;
}

/** One operation: all layers and presets merged, the options of the submission among its params. */
export interface Assembled {
  readonly stage: 'assemble';
  readonly operation: MapNode;
  readonly run: MapNode;
  readonly runKind: RunKind;
}

/** A declared input or output. */
export interface Io {
  readonly name: string;
  readonly span: Span;
  readonly output: boolean;
  readonly type: string | null;
  readonly isList: boolean;
  readonly isFlag: boolean;
  readonly isOptional: boolean;
  readonly isDelayed: boolean;
  readonly argFormat: Node | undefined;
  readonly connection: Node | undefined;
  readonly toEnv: string | null;
  readonly toInit: boolean;
  readonly value: Node | undefined;
  readonly validation: ValueMap;
}

/** A param in its full form. */
export interface Param {
  readonly name: string;
  readonly span: Span;
  readonly value: Node;
  readonly contextOnly: boolean | undefined;
  readonly connection: Node | undefined;
  readonly toEnv: string | null;
  readonly toInit: boolean;
}

export interface TypeChecked extends Omit<Assembled, 'stage'> {
  readonly stage: 'type-check';
  /** Inputs in declaration order, then outputs. */
  readonly ios: readonly Io[];
  readonly params: ReadonlyMap<string, Param>;
}

/** What `check` gives: an operation that is sound as far as it can be known offline, with a summary for whoever stores it. */
export interface Checked extends Omit<TypeChecked, 'stage'> {
  readonly stage: 'graph';
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** Kind of the run's record. */
  readonly kind: 'job' | 'service';
  /** The run kind as the file has it. */
  readonly runtime: string;
  /** `queue`, `agent/queue`, null when not given. A template stays as written. */
  readonly queue: string | null;
  readonly namespace: string | null;
  readonly presets: readonly string[];
  /** Connections asked for by the main container and by init entries, as far as they are no templates; each once, sorted. */
  readonly connections: readonly string[];
  /** Values of inputs and params that hold no template. */
  readonly inputs: ValueMap;
  /** Null when it is not said, or a template. */
  readonly isApproved: boolean | null;
  readonly hasTemplates: boolean;
  /** The assembled operation as wire JSON, unresolved; `check` reads it again to the same operation. */
  readonly content: string;
}

export interface WithReferences extends Omit<Checked, 'stage'> {
  readonly stage: 'references';
}

/** Names that templates may use so far, and the values that stay open until the agent fills them. */
export interface Context {
  readonly names: ReadonlyMap<string, Value>;
  readonly late: ReadonlyMap<string, Sealed>;
  /** Sections of the context that an input of the same name hides. */
  readonly hidden: ReadonlySet<string>;
}

export interface WithGlobals extends Omit<WithReferences, 'stage'> {
  readonly stage: 'globals';
  readonly runFacts: RunFacts;
  readonly context: Context;
}

/** An input, output or context param with its value. */
export interface ResolvedIo extends SealedIo {
  readonly output: boolean;
  readonly toInit: boolean;
  readonly span: Span;
}

export interface WithParams extends Omit<WithGlobals, 'stage'> {
  readonly stage: 'params';
  readonly resolved: readonly ResolvedIo[];
  readonly contexts: readonly ResolvedIo[];
}

export interface WithJoins extends Omit<WithParams, 'stage'> {
  readonly stage: 'joins';
}

export interface WithMatrix extends Omit<WithJoins, 'stage'> {
  readonly stage: 'matrix';
}

export interface WithConditions extends Omit<WithMatrix, 'stage'> {
  readonly stage: 'conditions';
  /** True when the conditions are false: the run is skipped and its run section stays as written. */
  readonly skipped: boolean;
}

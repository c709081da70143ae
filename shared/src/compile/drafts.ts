import type { Suggestions } from '../matrix/suggestions.ts';
import type { Span } from '../source/span.ts';
import type { MapNode, Node } from '../source/tree.ts';
import type { Strategy } from '../spec/merge.ts';
import type { Section } from '../spec/shape.ts';
import type { Value, ValueMap } from '../values/value.ts';
import type { RunFacts, Sealed, SealedIo } from '../wire/sealed-spec.ts';
import type { RunEdge } from './facts.ts';
import type { Library } from './library.ts';
import type { Limits } from './limits.ts';
import type { ParamContext } from './param-context.ts';
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
  readonly library: Library;
  readonly limits: Limits;
}

/** A file or component with canonical keys and checked shapes. */
export interface Layer {
  readonly fields: MapNode;
}

/**
 * A layer with the layers below it: an operation over its component, that one over the component that it refers to
 * (compiler.md 1.2). Layers that several operations share stand once in memory.
 */
export interface Stack {
  readonly own: Layer;
  readonly inner: Stack | null;
  /** Null: no kind is known, or a wrong one was reported. */
  readonly runKind: RunKind | null;
  /** The reference whose text is not at hand: what is below is unknown, so only the form can be checked (decisions.md 12). */
  readonly unread: Wanted | null;
  /** Further files, merged into the outermost layer before it meets the ones below. */
  readonly files: readonly PresetLayer[];
  /** Stored presets, on top of all layers: those of organisation and project, then the named ones (decisions.md 29). */
  readonly presets: readonly PresetLayer[];
}

/** A preset with the strategy by which it goes on top of a layer. */
export interface PresetLayer extends Layer {
  readonly strategy: Strategy;
}

/** A text that an operation refers to, or a preset that it names. */
export interface Wanted {
  readonly kind: 'path' | 'url' | 'hub' | 'preset';
  /** As written. */
  readonly ref: string;
  /** Under which a `Library` has it. */
  readonly key: string;
  readonly span: Span;
}

export interface Sanitized {
  readonly stage: 'sanitize';
  readonly main: Stack;
  readonly options: readonly ParamOption[];
  /** Operations and components inside of dags, by their canonical nodes. */
  readonly parts: ReadonlyMap<MapNode, Stack>;
  readonly limits: Limits;
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
  /** See `Stack.unread`. */
  readonly unread: Wanted | null;
  /** Lists of connections of the dags around it, which every pod gets, too (compiler.md 4.4). */
  readonly handedDown: readonly Node[];
  /** The operations of a dag, each assembled, in the order of the file; null for other kinds. */
  readonly ops: readonly AssembledOp[] | null;
}

/** An operation inside of a dag. */
export interface AssembledOp {
  readonly name: string;
  readonly span: Span;
  readonly draft: Assembled;
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
  /** The value is something of another run; null: the value itself is given. */
  readonly reference: Reference | null;
  readonly contextOnly: boolean | undefined;
  readonly connection: Node | undefined;
  readonly toEnv: string | null;
  readonly toInit: boolean;
}

/** What a param with `ref` asks for, such as `outputs.loss` of `ops.train` (compiler.md 3.2). */
export interface Reference {
  readonly of:
    | { readonly kind: 'dag' }
    | { readonly kind: 'ops'; readonly name: string }
    | { readonly kind: 'runs'; readonly uuid: string };
  readonly wants: Wish;
  readonly span: Span;
}

/** A part of a run: a whole section, one name of it, or files and folders of its artifacts. */
export type Wish =
  | { readonly kind: 'section'; readonly section: 'inputs' | 'outputs' | 'artifacts' | 'globals' | 'io' }
  | { readonly kind: 'name'; readonly section: 'inputs' | 'outputs' | 'artifacts' | 'globals'; readonly name: string }
  | { readonly kind: 'files'; readonly value: Node };

/** Results of a query over runs as params (compiler.md 3.3). */
export interface Join {
  readonly node: MapNode;
  readonly params: readonly JoinParam[];
}

export interface JoinParam extends Omit<Param, 'reference'> {
  readonly wants: Wish;
}

export interface TypeChecked extends Omit<Assembled, 'stage' | 'ops'> {
  readonly stage: 'type-check';
  /** Inputs in declaration order, then outputs. */
  readonly ios: readonly Io[];
  readonly params: ReadonlyMap<string, Param>;
  readonly joins: readonly Join[];
  /** Names that the matrix gives to each child. */
  readonly matrixNames: ReadonlySet<string>;
  readonly ops: readonly TypeCheckedOp[] | null;
}

export interface TypeCheckedOp extends Omit<AssembledOp, 'draft'> {
  readonly draft: TypeChecked;
}

/** What `check` gives: an operation that is sound as far as it can be known offline, with a summary for whoever stores it. */
export interface Checked extends Omit<TypeChecked, 'stage' | 'ops'> {
  readonly stage: 'graph';
  /** The operations of a dag, each behind those that it waits for; null for other kinds. */
  readonly ops: readonly CheckedOp[] | null;
  readonly name: string | null;
  readonly description: string | null;
  readonly tags: readonly string[];
  /** Kind of the run's record (compiler.md 1.5). */
  readonly kind: RecordKind;
  /** What the record runs as: the run kind, or the kind of its matrix or schedule. */
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
}

export type RecordKind = 'job' | 'service' | 'dag' | 'matrix' | 'schedule';

export interface CheckedOp extends Omit<AssembledOp, 'draft'> {
  readonly draft: Checked;
  readonly upstreams: readonly Upstream[];
}

/** An edge of a graph, seen from its lower end. */
export interface Upstream {
  readonly name: string;
  /** What each param takes from it, by the param's name. */
  readonly values: ReadonlyMap<string, string>;
  /** Statuses that an event waits for instead of the end. */
  readonly statuses: readonly string[];
  /** An event of the operation refers to it, of whatever kind. */
  readonly hasEvent: boolean;
}

export interface WithReferences extends Omit<Checked, 'stage'> {
  readonly stage: 'references';
  /** What params with a reference take from other runs, by the param's name. */
  readonly taken: ValueMap;
  readonly edges: readonly RunEdge[];
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
  /** The value is as written, since it mentions what only the children of a matrix know (decisions.md 18). */
  readonly isDeferred: boolean;
}

export interface WithParams extends Omit<WithGlobals, 'stage'> {
  readonly stage: 'params';
  readonly resolved: readonly ResolvedIo[];
  readonly contexts: readonly ResolvedIo[];
  /** The context as it can grow further. */
  readonly growing: ParamContext;
}

export interface WithJoins extends Omit<WithParams, 'stage'> {
  readonly stage: 'joins';
}

export interface WithMatrix extends Omit<WithJoins, 'stage'> {
  readonly stage: 'matrix';
  /** The rendered section and what it suggests; null for an operation without a matrix. */
  readonly matrix: ExpandedMatrix | null;
}

export interface ExpandedMatrix {
  readonly section: ValueMap;
  /** Lazily made, in order; null for kinds that learn from former children and have no suggestions yet. */
  readonly suggestions: Suggestions | null;
}

export interface WithConditions extends Omit<WithMatrix, 'stage'> {
  readonly stage: 'conditions';
  /** True when the conditions are false: the run is skipped and its run section stays as written. */
  readonly skipped: boolean;
}

import type { Value } from '../values/value.ts';
import type { Offsets } from './fault.ts';

/** An expression. `depth` is the height of the tree, which bounds the evaluator's recursion. */
export type Expr =
  | Literal
  | Name
  | ListExpr
  | DictExpr
  | Attribute
  | Index
  | Slice
  | Call
  | Filter
  | Test
  | Unary
  | Binary
  | Compare
  | Logic
  | Conditional;

interface Base extends Offsets {
  readonly depth: number;
}

export interface Literal extends Base {
  readonly kind: 'literal';
  readonly value: Value;
}
export interface Name extends Base {
  readonly kind: 'name';
  readonly name: string;
}
export interface ListExpr extends Base {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  /** Written with round brackets, or with none: printf takes its items one by one, as Python takes a tuple's. */
  readonly isTuple: boolean;
}
export interface DictExpr extends Base {
  readonly kind: 'dict';
  readonly pairs: readonly (readonly [Expr, Expr])[];
}
export interface Attribute extends Base {
  readonly kind: 'attribute';
  readonly target: Expr;
  readonly name: string;
}
export interface Index extends Base {
  readonly kind: 'index';
  readonly target: Expr;
  readonly key: Expr;
}
export interface Slice extends Base {
  readonly kind: 'slice';
  readonly target: Expr;
  readonly start: Expr | null;
  readonly stop: Expr | null;
  readonly step: Expr | null;
}
/** `target` is null for the one free function, `range`. */
export interface Call extends Base {
  readonly kind: 'call';
  readonly target: Expr | null;
  readonly method: string;
  readonly args: Args;
}
export interface Filter extends Base {
  readonly kind: 'filter';
  readonly target: Expr;
  readonly name: string;
  readonly args: Args;
}
export interface Test extends Base {
  readonly kind: 'test';
  readonly target: Expr;
  readonly name: string;
  readonly nameAt: Offsets;
  readonly args: Args;
  readonly negated: boolean;
}
export interface Unary extends Base {
  readonly kind: 'unary';
  readonly operator: 'not' | '-' | '+';
  readonly operand: Expr;
}
export interface Binary extends Base {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}
export interface Compare extends Base {
  readonly kind: 'compare';
  readonly first: Expr;
  readonly rest: readonly (readonly [Comparison, Expr])[];
}
export interface Logic extends Base {
  readonly kind: 'logic';
  readonly operator: 'and' | 'or';
  readonly left: Expr;
  readonly right: Expr;
}
export interface Conditional extends Base {
  readonly kind: 'conditional';
  readonly test: Expr;
  readonly whenTrue: Expr;
  readonly otherwise: Expr | null;
}

export interface Args {
  readonly positional: readonly Expr[];
  readonly named: ReadonlyMap<string, Expr>;
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '~';
export type Comparison = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in';

/** A piece of a template, in order. */
export type Part = TextPart | OutputPart | IfPart | ForPart | SetPart;

export interface TextPart extends Offsets {
  readonly kind: 'text';
  readonly text: string;
}
/** `at` and `end` include the braces. */
export interface OutputPart extends Offsets {
  readonly kind: 'output';
  readonly expr: Expr;
}
export interface IfPart extends Offsets {
  readonly kind: 'if';
  readonly branches: readonly Branch[];
  readonly otherwise: readonly Part[];
}
export interface Branch {
  readonly test: Expr;
  readonly body: readonly Part[];
}
/** A name that takes a value, or a list of targets that take the items of one. */
export type Target = string | readonly Target[];

export interface ForPart extends Offsets {
  readonly kind: 'for';
  readonly target: Target;
  readonly over: Expr;
  readonly only: Expr | null;
  readonly body: readonly Part[];
  readonly otherwise: readonly Part[];
}
export interface SetPart extends Offsets {
  readonly kind: 'set';
  readonly target: Target;
  /** Parts for a block `{% set x %}…{% endset %}`, whose text is the value. */
  readonly value: Expr | readonly Part[];
}

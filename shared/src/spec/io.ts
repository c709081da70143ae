import {
  asWritten,
  bool,
  boolOrRef,
  free,
  int,
  type JsonSchema,
  listOf,
  type Section,
  type Shape,
  section,
  sub,
  text,
} from './shape.ts';

const number: Shape = { kind: 'float', orRef: false };

export const validation: Section = section('validation', {
  gt: number,
  ge: number,
  lt: number,
  le: number,
  multipleOf: number,
  minDigits: int,
  maxDigits: int,
  decimalPlaces: int,
  regex: text,
  minLength: int,
  maxLength: int,
  contains: free,
  excludes: free,
  options: listOf(free),
  minItems: int,
  maxItems: int,
  keys: listOf(text),
  containsKeys: listOf(text),
  excludesKeys: listOf(text),
  delay: bool,
});

/** A declared input or output (compiler.md 1.3). */
export const ioSection: Section = section(
  'input or output',
  {
    name: text,
    description: text,
    type: text,
    isOptional: bool,
    isList: bool,
    isFlag: bool,
    argFormat: text,
    connection: text,
    toInit: bool,
    toEnv: text,
    value: free,
    validation: asWritten(sub(validation)),
    options: listOf(free),
    delayValidation: bool,
  },
  { required: ['name'] },
);

export const ios: Shape = asWritten(listOf(sub(ioSection)));

/** For editors: beside a reference stands a path, or files and folders (compiler.md 3.2). */
const pathBesideRef: JsonSchema = {
  if: { required: ['ref'], properties: { ref: { type: 'string' } } },
  // biome-ignore lint/suspicious/noThenProperty: this is the word of JSON Schema.
  then: {
    properties: {
      value: {
        anyOf: [
          { type: 'string' },
          { type: 'object', properties: { files: {}, dirs: {} }, additionalProperties: false, minProperties: 1 },
        ],
      },
    },
  },
};

/** The full form of a param; a mapping with none of these keys is the value itself (compiler.md 1.4). */
export const paramSection: Section = section(
  'param',
  {
    value: free,
    ref: text,
    contextOnly: boolOrRef,
    connection: text,
    toInit: boolOrRef,
    toEnv: text,
  },
  { schemas: [pathBesideRef] },
);

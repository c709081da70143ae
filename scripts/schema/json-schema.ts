import { type JsonSchema, layerSection, paramSection, runKinds, type Section, type Shape } from '@tandem/shared/spec';
import { type Definition, definitions, spellingsOf, taggedId } from './definitions.ts';
import { saysOf } from './says.ts';

const placeholder: JsonSchema = { type: 'string', pattern: '\\{\\{|\\{%' };
const nothing: JsonSchema = { type: 'null' };
const booleanWords = ['true', 'yes', 'on', 't', 'y', '1', 'false', 'no', 'off', 'f', 'n', '0'];

type Definitions = ReadonlyMap<Section, Definition>;

/** `docs/reference/tandem.schema.json`: the file format as strict JSON Schema (draft 2020-12), from the same sections as the compiler. */
export function jsonSchema(): JsonSchema {
  const all = definitions();
  const shared = sharedSchemas(all);
  const sections = [...all.values()].map(({ id, section }) => [id, sectionSchema(id, section, all)]);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A file that Tandem runs',
    description: 'A component or an operation. Made from the sections of the compiler by `pnpm gen`; do not edit.',
    $ref: refTo(layerSection, all).$ref,
    $defs: { placeholder, ...shared, ...Object.fromEntries(sections), run: runSchema(all), runPart: runPart(all) },
  };
}

function refTo(section: Section, all: Definitions): { readonly $ref: string } {
  const id = all.get(section)?.id;
  if (id === undefined) throw new Error(`The section "${section.name}" has no definition.`);
  return { $ref: `#/$defs/${id}` };
}

function sectionSchema(id: string, section: Section, all: Definitions): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const rules: JsonSchema[] = [];
  for (const [field, shape] of section.fields) {
    const isRequired = section.required.includes(field);
    const schema = shapeSchema(shape, all, field);
    const description = saysOf(id, section, field);
    properties[field] = { description, ...(isRequired ? schema : orNull(schema)) };
    const [, snake] = spellingsOf(section, field);
    if (snake !== undefined) {
      properties[snake] = { $ref: `#/$defs/${id}/properties/${field}` };
      rules.push({ not: { required: [field, snake] } });
    }
    if (isRequired) rules.push(anyOf(spellingsOf(section, field).map((name) => ({ required: [name] }))));
  }
  rules.push(...exclusiveRules(section), ...section.schemas);
  return { type: 'object', properties, additionalProperties: false, ...(rules.length === 0 ? {} : { allOf: rules }) };
}

/** Of these fields at most one may have a value. */
function exclusiveRules(section: Section): readonly JsonSchema[] {
  const given = section.exclusive.map((field) =>
    anyOf(spellingsOf(section, field).map((name) => ({ required: [name], properties: { [name]: { not: nothing } } }))),
  );
  return given.flatMap((one, at) => given.slice(at + 1).map((other) => ({ not: { allOf: [one, other] } })));
}

/** The schema of one value; null is not among its values. */
function shapeSchema(shape: Shape, all: Definitions, field: string): JsonSchema {
  const orTemplate = (schema: JsonSchema, takesOne: boolean): JsonSchema =>
    takesOne ? anyOf([schema, { $ref: '#/$defs/placeholder' }]) : schema;
  switch (shape.kind) {
    case 'text':
      if (shape.oneOf !== undefined) return orTemplate({ enum: shape.oneOf }, true);
      return shape.pattern === undefined
        ? { type: 'string' }
        : orTemplate({ type: 'string', pattern: shape.pattern.source }, true);
    case 'int':
      return orTemplate({ type: 'integer', ...least(shape.least) }, shape.orRef);
    case 'float':
      return orTemplate(
        anyOf([
          { type: 'number', ...least(shape.least) },
          { type: 'string', pattern: numberText },
        ]),
        shape.orRef,
      );
    case 'bool':
      return orTemplate(
        anyOf([{ type: 'boolean' }, { enum: [0, 1] }, { type: 'string', pattern: booleanText }]),
        shape.orRef,
      );
    case 'label':
      return { type: ['string', 'number', 'boolean'] };
    case 'words':
      return anyOf([{ type: 'string' }, { type: 'array', items: { type: 'string' } }]);
    case 'arguments':
      return anyOf([{ type: 'string' }, { type: 'array', items: { type: ['string', 'number', 'null'] } }]);
    case 'list':
      return orTemplate({ type: 'array', items: shapeSchema(shape.of, all, field) }, shape.orRef);
    case 'map':
      return { type: 'object', additionalProperties: shapeSchema(shape.of, all, field) };
    case 'section':
      return orTemplate(refTo(shape.section, all), shape.orRef);
    case 'kubernetes':
      return orTemplate(refTo(shape.section, all), shape.orRef === true);
    case 'tagged':
      return { $ref: `#/$defs/${taggedId(shape.name)}` };
    case 'params':
      return { $ref: '#/$defs/params' };
    case 'run':
      return { $ref: field === 'run' ? '#/$defs/run' : '#/$defs/runPart' };
    case 'layer':
      return refTo(layerSection, all);
    case 'layers':
      return { type: 'array', items: refTo(layerSection, all) };
    case 'custom':
      return { $ref: `#/$defs/${shape.name}` };
    case 'free':
      return {};
  }
}

/** Schemas that several sections use: values with a reader of their own, sections told apart by their kind, and params. */
function sharedSchemas(all: Definitions): Readonly<Record<string, JsonSchema>> {
  const found: Record<string, JsonSchema> = { params: paramsSchema(all) };
  const add = (shape: Shape): void => {
    if (shape.kind === 'custom') found[shape.name] = shape.schema;
    if (shape.kind === 'tagged') found[taggedId(shape.name)] = taggedSchema(shape.of, all);
    if (shape.kind === 'list' || shape.kind === 'map') add(shape.of);
  };
  for (const { section } of all.values()) for (const shape of section.fields.values()) add(shape);
  return found;
}

/** A number as text. */
export const numberText =
  '^\\s*[-+]?(?:[0-9](?:_?[0-9])*(?:\\.(?:[0-9](?:_?[0-9])*)?)?|\\.[0-9](?:_?[0-9])*)(?:[eE][-+]?[0-9]+)?\\s*$';
/** A boolean word in any case. */
export const booleanText = `^\\s*(?:${booleanWords.map((word) => word.replace(/[a-z]/g, (letter) => `[${letter}${letter.toUpperCase()}]`)).join('|')})\\s*$`;

function least(bound: bigint | undefined): JsonSchema {
  return bound === undefined ? {} : { minimum: Number(bound) };
}

/** Told apart by `kind`, so that an editor shows the fields of one kind only. */
function taggedSchema(of: ReadonlyMap<string, Section>, all: Definitions): JsonSchema {
  return {
    type: 'object',
    properties: { kind: { enum: [...of.keys()] } },
    required: ['kind'],
    allOf: [...of].map(([kind, section]) => whenKind(kind, section, all)),
  };
}

function whenKind(kind: string, section: Section, all: Definitions): JsonSchema {
  return {
    if: { properties: { kind: { const: kind } }, required: ['kind'] },
    ...then(refTo(section, all)),
  };
}

/** A run with a kind has the fields of that kind; one without is merged into the layer below, which says the kind. */
function runSchema(all: Definitions): JsonSchema {
  return {
    type: 'object',
    properties: { kind: { enum: [...runKinds.keys(), null] } },
    allOf: [
      ...[...runKinds].map(([kind, section]) => whenKind(kind, section, all)),
      {
        if: { not: { properties: { kind: { type: 'string' } }, required: ['kind'] } },
        ...then({ $ref: '#/$defs/runPart' }),
      },
    ],
  };
}

/** What a run of any kind, or each of its replicas, may have. */
function runPart(all: Definitions): JsonSchema {
  const sections = [...runKinds.values()];
  const replicas = [...all.values()].filter(({ id }) => id.startsWith('replica')).map(({ section }) => section);
  const properties: Record<string, JsonSchema> = {};
  for (const section of [...sections, ...replicas])
    for (const spelling of section.spellings.keys()) {
      const refs = [...sections, ...replicas]
        .filter((each) => each.spellings.has(spelling))
        .map((each) => `${refTo(each, all).$ref}/properties/${spelling}`);
      properties[spelling] =
        spelling === 'kind' ? { enum: [...runKinds.keys(), null] } : anyOf(refs.map(($ref) => ({ $ref })));
    }
  return { type: 'object', properties, additionalProperties: false };
}

/** A mapping with one of the form's keys is a param in its full form; all else is a value. */
function paramsSchema(all: Definitions): JsonSchema {
  const isFull = anyOf([...paramSection.spellings.keys()].map((key) => ({ required: [key] })));
  return {
    type: 'object',
    additionalProperties: { if: { type: 'object', ...isFull }, ...then(refTo(paramSection, all)) },
  };
}

function then(schema: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: this is the word of JSON Schema.
  return { then: schema };
}

function orNull(schema: JsonSchema): JsonSchema {
  if (Object.keys(schema).length === 0) return schema;
  return anyOf([schema, nothing]);
}

function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const [first] = schemas;
  if (schemas.length === 1 && first !== undefined) return first;
  const flat = schemas.flatMap((schema) => {
    const inner = Object.keys(schema).length === 1 ? schema['anyOf'] : undefined;
    return Array.isArray(inner) ? inner : [schema];
  });
  return { anyOf: flat };
}

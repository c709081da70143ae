import type { JsonSchema } from '@tandem/shared/spec';

/** The zod expression for the small part of JSON Schema that values with a reader of their own are described in. */
export function zodOfJson(schema: JsonSchema): string {
  const { type, pattern } = schema;
  if (Array.isArray(schema['anyOf'])) return `z.union(${list(schema['anyOf'].filter(isSchema).map(zodOfJson))})`;
  if (schema['const'] !== undefined) return `z.literal(${quoted(schema['const'])})`;
  if (Array.isArray(schema['enum'])) return `z.enum(${list(schema['enum'].map(quoted))})`;
  if (typeof pattern === 'string') return `z.string().regex(${String(new RegExp(pattern))})`;
  if (type === 'string') return 'z.string()';
  if (type === 'number' || type === 'integer') return numberOf(schema, type === 'integer' ? 'z.int()' : 'z.number()');
  if (type === 'array') return arrayOf(schema);
  if (type === 'object') return objectOf(schema);
  if (Object.keys(schema).length === 0) return 'z.unknown()';
  throw new Error(`There is no zod expression for ${JSON.stringify(schema)}.`);
}

function numberOf({ minimum, exclusiveMinimum, exclusiveMaximum }: JsonSchema, base: string): string {
  const bounds = [
    ['min', minimum],
    ['gt', exclusiveMinimum],
    ['lt', exclusiveMaximum],
  ].flatMap(([method, bound]) => (typeof bound === 'number' ? [`.${method}(${bound})`] : []));
  return base + bounds.join('');
}

/** A tuple for each allowed length, or an array of anything. */
function arrayOf({ prefixItems, minItems, maxItems, items }: JsonSchema): string {
  if (!Array.isArray(prefixItems)) {
    const inner = isSchema(items) ? zodOfJson(items) : 'z.unknown()';
    return `z.array(${inner})${typeof minItems === 'number' ? `.min(${minItems})` : ''}${typeof maxItems === 'number' ? `.max(${maxItems})` : ''}`;
  }
  const parts = prefixItems.filter(isSchema).map(zodOfJson);
  const [least, most] = [Number(minItems), Number(maxItems)];
  const tuples = Array.from({ length: most - least + 1 }, (_, at) => `z.tuple(${list(parts.slice(0, least + at))})`);
  return tuples.length === 1 ? (tuples[0] ?? '') : `z.union(${list(tuples)})`;
}

function objectOf({ properties, required }: JsonSchema): string {
  if (properties === undefined) return 'z.record(z.string(), z.unknown())';
  const needed = new Set(Array.isArray(required) ? required : []);
  const fields = Object.entries(isSchema(properties) ? properties : {}).map(([name, each]) => {
    const zod = isSchema(each) ? zodOfJson(each) : 'z.unknown()';
    return `${name}: ${needed.has(name) ? zod : `${zod}.optional()`}`;
  });
  return `z.strictObject({ ${fields.join(', ')} })`;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A list of expressions, in brackets. */
export function list(items: readonly string[]): string {
  return `[${items.join(', ')}]`;
}

/** A text as an expression. */
export function quoted(value: unknown): string {
  return `'${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

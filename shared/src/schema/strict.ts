import { z } from 'zod';
import { snakeCase } from '../spec/snake-case.ts';

/** A text with a template, such as `"{{ name }}"`. */
export type Placeholder = `${string}{{${string}` | `${string}{%${string}`;

/** Takes the place of any value that a template may give (compiler.md 1.1). */
export const placeholder: z.ZodCustom<Placeholder, Placeholder> = z.custom<Placeholder>(
  (value) => typeof value === 'string' && (value.includes('{{') || value.includes('{%')),
  'Expected a text with a template.',
);

/**
 * A mapping of these fields and no others, of which at most one of the exclusive ones may be given. Fields may be spelled
 * in snake_case; what is parsed has them in camelCase, which is also how its type has them.
 */
export function strict<Fields extends z.core.$ZodLooseShape>(
  fields: Fields,
  exclusive: readonly string[] = [],
): z.ZodPreprocess<z.ZodObject<{ -readonly [Field in keyof Fields]: Fields[Field] }, z.core.$strict>, unknown> {
  const camel = new Map(Object.keys(fields).map((field) => [snakeCase(field), field]));
  const object = z.strictObject(fields).refine((value) => given(value, exclusive) < 2, {
    error: `Only one of ${exclusive.join(', ')} may be given.`,
  });
  return z.preprocess((value) => respelled(value, camel), object);
}

/** A param is its full form, or a bare value, which has none of the form's keys (compiler.md 1.4). */
export function fullOrBare<Full extends z.ZodType>(
  full: Full,
  keys: readonly string[],
): z.ZodUnion<readonly [Full, z.ZodUnknown]> {
  const isPath = (value: unknown): boolean => !isRecord(value) || value['ref'] === null || hasPath(value);
  const path = full.refine((value) => isPath(value), {
    error: 'Expected a path beside "ref", such as "outputs.loss".',
  });
  const bare = z.unknown().refine((value) => !isRecord(value) || !keys.some((key) => Object.hasOwn(value, key)));
  return z.union([path, bare]);
}

/** What a reference may ask for: a path as text, or files and folders of the artifacts (compiler.md 3.2). */
function hasPath({ ref, value }: Readonly<Record<string, unknown>>): boolean {
  if (ref === undefined || value === undefined || typeof value === 'string') return true;
  const keys = isRecord(value) ? Object.keys(value) : [];
  return keys.length > 0 && keys.every((key) => key === 'files' || key === 'dirs');
}

function respelled(value: unknown, camel: ReadonlyMap<string, string>): unknown {
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      const field = camel.get(key);
      // A field in both spellings keeps the other one, which is then an unknown key.
      return [field === undefined || Object.hasOwn(value, field) ? key : field, each];
    }),
  );
}

function given(value: Readonly<Record<string, unknown>>, fields: readonly string[]): number {
  return fields.filter((field) => Object.hasOwn(value, field) && value[field] !== null && value[field] !== undefined)
    .length;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

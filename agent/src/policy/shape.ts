import { readQuantity } from '@tandem/shared/values';
import type { Json } from '../compile/kubernetes/manifest.ts';
import { type Check, deny, type Segment } from './check.ts';

/**
 * What may stand at a place of an object. Shapes are made once, when the program starts; a field that no shape names is
 * denied, since lists of what is forbidden have failed others three times (trust.md 3.1).
 *
 * Null is as good as absent, as it is for the API server.
 */
export type Shape = (value: Json, check: Check) => void;

export type JsonMap = { readonly [key: string]: Json | undefined };

/** Further rules of a whole map, for what its fields say together. */
type Also = (value: JsonMap, check: Check) => void;

/** A map with these fields and no others. */
export function object(fields: Readonly<Record<string, Shape>>, also?: Also): Shape {
  // A map rather than the record, so that `constructor` and its like are no fields.
  const shapes = new Map(Object.entries(fields));
  return (value, check) => {
    if (!isMap(value)) return wrongType(check, 'a map');
    for (const key of Object.keys(value)) {
      const each = value[key];
      if (each === undefined) continue;
      const shape = shapes.get(key);
      if (shape === undefined) deny(check, 'fields', 'This field is not on the list of allowed fields.', key);
      else if (each !== null) within(check, key, each, shape);
    }
    also?.(value, check);
  };
}

/** A map with any keys, whose values all have one shape. `key` looks at the keys. */
export function mapOf(shape: Shape, key?: (name: string, value: Json, check: Check) => void): Shape {
  return (value, check) => {
    if (!isMap(value)) return wrongType(check, 'a map');
    for (const name of Object.keys(value)) {
      const each = value[name];
      if (each === undefined || each === null) continue;
      within(check, name, each, shape);
      key?.(name, each, check);
    }
  };
}

export function listOf(shape: Shape): Shape {
  return (value, check) => {
    if (!Array.isArray(value)) return wrongType(check, 'a list');
    for (let index = 0; index < value.length; index += 1) within(check, index, value[index] as Json, shape);
  };
}

/** Any text; `also` looks at what it says. */
export function textThat(also: (value: string, check: Check) => void): Shape {
  return (value, check) => (typeof value === 'string' ? also(value, check) : wrongType(check, 'text'));
}

export function oneOf(...allowed: readonly string[]): Shape {
  const set = new Set(allowed);
  return textThat((value, check) => {
    if (!set.has(value)) deny(check, 'fields', `"${value}" is not allowed here.`);
  });
}

export function flagThat(also: (value: boolean, check: Check) => void): Shape {
  return (value, check) => (typeof value === 'boolean' ? also(value, check) : wrongType(check, 'true or false'));
}

export const text: Shape = textThat(() => undefined);
export const flag: Shape = flagThat(() => undefined);

export const integer: Shape = (value, check) => {
  if (typeof value !== 'number' || !Number.isInteger(value)) wrongType(check, 'a whole number');
};

/** A port by number or name, or an amount of pods by number or percent. */
export const integerOrText: Shape = (value, check) => {
  if (typeof value !== 'string') integer(value, check);
};

export const quantity: Shape = (value, check) => {
  if (readQuantity(value) === null) wrongType(check, 'an amount');
};

/** A field that Kubernetes knows and that is never allowed; its sentence says why. */
export function never(rule: string, message: string): Shape {
  return (_, check) => deny(check, rule, message);
}

/** Looks at what is below with its place in the path. */
export function within(check: Check, segment: Segment, value: Json, shape: Shape): void {
  check.path.push(segment);
  shape(value, check);
  check.path.pop();
}

/** The map at a key, or an empty one: for rules that look at several fields before or after the fields themselves. */
export function mapAt(value: Json | undefined, key: string): JsonMap {
  const found = isMap(value) ? value[key] : undefined;
  return isMap(found) ? found : none;
}

export function listAt(value: Json | undefined, key: string): readonly Json[] {
  const found = isMap(value) ? value[key] : undefined;
  return Array.isArray(found) ? found : [];
}

export function textAt(value: Json | undefined, key: string): string | null {
  const found = isMap(value) ? value[key] : undefined;
  return typeof found === 'string' ? found : null;
}

/** A whole number that is not negative, else the given one. */
export function countAt(value: Json | undefined, key: string, otherwise: number): number {
  const found = isMap(value) ? value[key] : undefined;
  return typeof found === 'number' && found >= 0 ? found : otherwise;
}

export function isMap(value: Json | undefined): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const none: JsonMap = {};

function wrongType(check: Check, expected: string): void {
  deny(check, 'fields', `This must be ${expected}.`);
}

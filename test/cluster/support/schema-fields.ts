import type { Json } from '../../../agent/src/compile/kubernetes/manifest.ts';

/** The part of an OpenAPI document that describes objects. */
export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** A field of an object, with a value of its type. */
export interface Field {
  /** Such as `containers[0].env[0].name`. */
  readonly path: string;
  readonly value: Json;
}

/** Every field at every depth below a definition, in order; lists by their first place. */
export function fieldsOf({ components }: OpenApi, name: string): readonly Field[] {
  const resolve = (schema: Schema): Schema => {
    const reference = schema.$ref ?? schema.allOf?.[0]?.$ref;
    if (reference === undefined) return schema.oneOf?.[0] ?? schema;
    return components.schemas[reference.replace('#/components/schemas/', '')] ?? {};
  };
  const below = (schema: Schema, path: string): readonly Field[] => {
    const { properties, items, type } = resolve(schema);
    if (type === 'array' && items !== undefined) {
      const inner = below(items, `${path}[0]`);
      return inner.length > 0 ? inner : [{ path, value: [] }];
    }
    if (properties === undefined) return path === '' ? [] : [{ path, value: sampleOf(type) }];
    return Object.entries(properties).flatMap(([key, each]) => below(each, path === '' ? key : `${path}.${key}`));
  };
  return below({ $ref: `#/components/schemas/${name}` }, '');
}

function sampleOf(type: string | undefined): Json {
  switch (type) {
    case 'boolean':
      return true;
    case 'integer':
    case 'number':
      return 1;
    case 'object':
      return {};
    default:
      return 'x';
  }
}

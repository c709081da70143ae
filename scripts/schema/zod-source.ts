import { layerSection, paramSection, runKinds, type Section, type Shape } from '@tandem/shared/spec';
import { capital, type Definition, definitions, kindOf, taggedId } from './definitions.ts';
import { booleanText, numberText } from './json-schema.ts';
import { list, quoted, zodOfJson } from './zod-of-json.ts';

type Definitions = ReadonlyMap<Section, Definition>;

/** `shared/src/schema/operation.ts`: the file format as zod types, from the same sections as the compiler. */
export function zodSource(): string {
  const all = definitions();
  const made = new Map<string, string>();
  for (const { section } of all.values()) if (section !== layerSection) declare(section, all, made);
  declareRuns(all, made);
  declare(layerSection, all, made);
  const types = [...made.keys()].filter((id) => id !== 'layer' && id !== 'runFields');
  return [
    '// Generated from shared/src/spec by `pnpm gen`; do not edit.',
    "import { z } from 'zod';",
    "import { fullOrBare, placeholder, strict } from './strict.ts';",
    '',
    `const floatText = /${numberText}/;`,
    `const boolText = /${booleanText}/;`,
    'const float = z.union([z.number(), z.string().regex(floatText)]);',
    'const bool = z.union([z.boolean(), z.literal([0, 1]), z.string().regex(boolText)]);',
    '',
    ...made.values(),
    '/** A file, or the component or operation inside of one, as it is parsed: unset fields left out, names in camelCase. */',
    'export interface Layer extends z.output<typeof layer> {}',
    '',
    ...types.map((id) => `export type ${capital(id)} = z.output<typeof ${id}>;`),
    '',
  ].join('\n');
}

/** Adds a section's declaration behind those that it uses. */
function declare(section: Section, all: Definitions, made: Map<string, string>): void {
  const id = all.get(section)?.id;
  if (id === undefined) throw new Error(`The section "${section.name}" has no definition.`);
  if (made.has(id)) return;
  const fields = [...section.fields].map(([field, shape]) => {
    const kind = field === 'kind' ? kindOf(section) : undefined;
    if (kind !== undefined) return `  kind: z.literal(${quoted(kind)}),`;
    const value = zodOf(shape, field, all, made);
    return `  ${field}: ${section.required.includes(field) ? value : orNothing(value)},`;
  });
  const exclusive = section.exclusive.length === 0 ? '' : `, ${list(section.exclusive.map(quoted))}`;
  made.set(id, `export const ${id} = strict({\n${fields.join('\n')}\n}${exclusive});\n`);
}

/** The expression for one value; what it uses is declared before. */
function zodOf(shape: Shape, field: string, all: Definitions, made: Map<string, string>): string {
  const orTemplate = (zod: string, takesOne: boolean): string => (takesOne ? union([zod, 'placeholder']) : zod);
  switch (shape.kind) {
    case 'text':
      if (shape.oneOf !== undefined) return orTemplate(`z.enum(${list(shape.oneOf.map(quoted))})`, true);
      return shape.pattern === undefined
        ? 'z.string()'
        : orTemplate(`z.string().regex(${String(shape.pattern)})`, true);
    case 'int':
      return orTemplate(`z.int()${least(shape.least)}`, shape.orRef);
    case 'float':
      return orTemplate(
        shape.least === undefined ? 'float' : union([`z.number()${least(shape.least)}`, 'z.string().regex(floatText)']),
        shape.orRef,
      );
    case 'bool':
      return orTemplate('bool', shape.orRef);
    case 'label':
      return union(['z.string()', 'z.number()', 'z.boolean()']);
    case 'words':
      return union(['z.string()', 'z.array(z.string())']);
    case 'arguments':
      return union(['z.string()', 'z.array(z.union([z.string(), z.number(), z.null()]))']);
    case 'list':
      return orTemplate(`z.array(${zodOf(shape.of, field, all, made)})`, shape.orRef);
    case 'map':
      return `z.record(z.string(), ${zodOf(shape.of, field, all, made)})`;
    case 'section':
    case 'kubernetes':
      declare(shape.section, all, made);
      return orTemplate(all.get(shape.section)?.id ?? '', shape.orRef === true);
    case 'tagged':
      return tagged(shape.name, shape.of, all, made);
    case 'params':
      return params(all, made);
    case 'run':
      return field === 'run' ? 'run' : 'runPart';
    case 'layer':
      return 'z.lazy((): z.ZodType<Layer> => layer)';
    case 'layers':
      return 'z.array(z.lazy((): z.ZodType<Layer> => layer))';
    case 'custom':
      if (!made.has(shape.name)) made.set(shape.name, `export const ${shape.name} = ${zodOfJson(shape.schema)};\n`);
      return shape.name;
    case 'free':
      return 'z.unknown()';
  }
}

function tagged(name: string, of: ReadonlyMap<string, Section>, all: Definitions, made: Map<string, string>): string {
  const id = taggedId(name);
  for (const section of of.values()) declare(section, all, made);
  if (!made.has(id))
    made.set(id, `export const ${id} = ${union([...of.values()].map((section) => all.get(section)?.id ?? ''))};\n`);
  return id;
}

function params(all: Definitions, made: Map<string, string>): string {
  declare(paramSection, all, made);
  const keys = list([...paramSection.spellings.keys()].map(quoted));
  if (!made.has('params'))
    made.set('params', `export const params = z.record(z.string(), fullOrBare(param, ${keys}));\n`);
  return 'params';
}

/** A run of each kind, and what a patch or a run without a kind may have: the fields of any of them. */
function declareRuns(all: Definitions, made: Map<string, string>): void {
  const replicas = [...all.values()].filter(({ id }) => id.startsWith('replica')).map(({ section }) => section);
  const options = new Map<string, Set<string>>();
  for (const section of [...runKinds.values(), ...replicas])
    for (const [field, shape] of section.fields)
      options.set(field, (options.get(field) ?? new Set()).add(zodOf(shape, field, all, made)));
  options.delete('kind');
  const fields = [...options].map(([field, each]) => `  ${field}: ${orNothing(union([...each]))},`);
  made.set('runFields', `const runFields = {\n${fields.join('\n')}\n};\n`);
  const kinds = list([...runKinds.keys()].map(quoted));
  made.set('runPart', `export const runPart = strict({ kind: z.enum(${kinds}).nullish(), ...runFields });\n`);
  made.set('runRest', 'export const runRest = strict({ kind: z.null().optional(), ...runFields });\n');
  const runs = [...runKinds.values()].map((section) => all.get(section)?.id ?? '');
  made.set('run', `export const run = ${union([...runs, 'runRest'])};\n`);
}

function union(options: readonly string[]): string {
  const [first = ''] = options;
  return options.length === 1 ? first : `z.union(${list(options)})`;
}

function orNothing(zod: string): string {
  return zod === 'z.unknown()' ? 'z.unknown().optional()' : `${zod}.nullish()`;
}

function least(bound: bigint | undefined): string {
  return bound === undefined ? '' : `.min(${bound})`;
}

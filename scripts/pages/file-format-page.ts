import type { Section, Shape } from '@tandem/shared/spec';
import { type Definition, definitions, kindOf } from '../schema/definitions.ts';
import { saysOf } from '../schema/says.ts';

type Definitions = ReadonlyMap<Section, Definition>;

/** `docs/reference/file-format.md`: every section with its fields, what they may hold, and what they mean. */
export function fileFormatPage(): string {
  const all = definitions();
  return [
    '# The file format',
    '',
    'Made from `shared/src/spec` by `pnpm gen`; do not edit. Editors take `tandem.schema.json` beside this page.',
    '',
    'A file is a `layer`. Every field may be written in camelCase or in snake_case, and may be empty, which is the same as',
    'leaving it out, unless it is marked with `*`. "or template" stands for a text with `{{ … }}` that gives the value.',
    '',
    ...[...all.values()].flatMap((definition) => sectionLines(definition, all)),
  ].join('\n');
}

function sectionLines({ id, section }: Definition, all: Definitions): readonly string[] {
  const only = section.exclusive.length === 0 ? [] : [`At most one of ${names(section.exclusive)}.`, ''];
  const kind = kindOf(section);
  const heading = kind === undefined ? [] : [`\`${section.name}\` with \`kind: ${kind}\`.`, ''];
  const rows = [...section.fields].map(([field, shape]) => {
    const mark = section.required.includes(field) ? '*' : '';
    return `| \`${field}\`${mark} | ${cell(typeOf(shape, all))} | ${cell(saysOf(id, section, field))} |`;
  });
  return [`## ${id}`, '', ...heading, ...only, '| field | may hold | meaning |', '|---|---|---|', ...rows, ''];
}

/** What a value of this shape looks like, in words with links. */
function typeOf(shape: Shape, all: Definitions): string {
  const orTemplate = (text: string, takesOne: boolean): string => (takesOne ? `${text}, or template` : text);
  switch (shape.kind) {
    case 'text':
      return shape.oneOf === undefined ? (shape.says ?? 'text') : names(shape.oneOf);
    case 'int':
      return orTemplate(`whole number${least(shape.least)}`, shape.orRef);
    case 'float':
      return orTemplate(`number${least(shape.least)}`, shape.orRef);
    case 'bool':
      return orTemplate('true or false', shape.orRef);
    case 'label':
      return 'text; numbers and booleans become text';
    case 'words':
      return 'texts, as a list or with commas';
    case 'arguments':
      return 'text, or list of texts; numbers become text';
    case 'list':
      return orTemplate(`list of ${typeOf(shape.of, all).replace(/, or template$/, '')}`, shape.orRef);
    case 'map':
      return `names with ${typeOf(shape.of, all)}`;
    case 'section':
      return orTemplate(link(shape.section, all), shape.orRef);
    case 'kubernetes':
      return orTemplate(link(shape.section, all), shape.orRef === true);
    case 'tagged':
      return `one of ${[...shape.of.values()].map((section) => link(section, all)).join(', ')}`;
    case 'params':
      return 'names with a value or a [param](#param)';
    case 'run':
      return `one of ${[...all.values()]
        .filter(({ id }) => /^run[A-Z]/.test(id))
        .map(({ section }) => link(section, all))
        .join(', ')}`;
    case 'layer':
      return '[layer](#layer)';
    case 'layers':
      return 'list of [layer](#layer)';
    case 'custom':
      return shape.says;
    case 'free':
      return 'anything';
  }
}

function link(section: Section, all: Definitions): string {
  const id = all.get(section)?.id ?? section.name;
  return `[${id}](#${id.toLowerCase()})`;
}

function names(fields: readonly string[]): string {
  return fields.map((field) => `\`${field}\``).join(', ');
}

function least(bound: bigint | undefined): string {
  return bound === undefined ? '' : ` from ${bound} on`;
}

/** A text inside of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

import { layerSection, paramSection, runKinds, type Section, type Shape } from '@tandem/shared/spec';

/** A section of the file format under a name that is unique, such as `matrixGrid`. */
export interface Definition {
  readonly id: string;
  readonly section: Section;
}

const plainNames: Readonly<Record<string, string>> = {
  file: 'layer',
  'input or output': 'io',
  volumes: 'volume',
  notifications: 'notification',
  hooks: 'hook',
  joins: 'join',
  events: 'event',
};

/** Every section that a file may have, each once: what stands above comes before what it holds. */
export function definitions(): ReadonlyMap<Section, Definition> {
  const found = new Map<Section, Definition>();
  const ids = new Set<string>();
  const add = (section: Section, owner: string): void => {
    if (found.has(section)) return;
    const plain = idOf(section);
    const id = ids.has(plain) ? `${plain}Of${capital(owner)}` : plain;
    if (ids.has(id)) throw new Error(`Two sections would be called ${id}.`);
    ids.add(id);
    found.set(section, { id, section });
    for (const shape of section.fields.values()) for (const inner of sectionsIn(shape)) add(inner, id);
  };
  for (const section of [layerSection, paramSection, ...runKinds.values()]) add(section, '');
  return found;
}

/** The sections that a value of this shape may be, or hold in a list or mapping. */
function sectionsIn(shape: Shape): readonly Section[] {
  switch (shape.kind) {
    case 'section':
    case 'kubernetes':
      return [shape.section];
    case 'tagged':
      return [...shape.of.values()];
    case 'list':
    case 'map':
      return sectionsIn(shape.of);
    default:
      return [];
  }
}

function idOf(section: Section): string {
  const words = (plainNames[section.name] ?? section.name).split(/[ _]/);
  const kind = kindOf(section);
  const parts = kind === undefined ? words : [...words, ...kind.replace(/_early_stopping$/, '').split('_')];
  return parts.map((part, at) => (at === 0 ? part : capital(part))).join('');
}

/** The value that `kind` has in this section, when it is always the same. */
export function kindOf(section: Section): string | undefined {
  const kind = section.fields.get('kind');
  return kind?.kind === 'text' && kind.oneOf?.length === 1 ? kind.oneOf[0] : undefined;
}

/** The spellings of a field, camelCase first. */
export function spellingsOf(section: Section, field: string): readonly string[] {
  const all = [...section.spellings].filter(([, name]) => name === field).map(([spelling]) => spelling);
  return [field, ...all.filter((spelling) => spelling !== field)];
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The name of what is told apart by `kind`, such as `earlyStopping`. */
export function taggedId(name: string): string {
  return name
    .split(' ')
    .map((part, at) => (at === 0 ? part : capital(part)))
    .join('');
}

import type { MapEntry, MapNode } from '../source/tree.ts';
import type { Section, Shape } from './shape.ts';

/** The name that the section of a replica has, by which replicas are told from other fields. */
const replicaName = 'replica';

/** The section of a replica behind a field of a run kind, such as `worker`; undefined for other fields. */
export function replicaOf(shape: Shape): Section | undefined {
  const inner = shape.kind === 'map' ? shape.of : shape;
  return inner.kind === 'section' && inner.section.name === replicaName ? inner.section : undefined;
}

/** The fields of a run kind that hold replicas; `isNamed`: several by a name of the author's, as the workers of ray. */
export function replicaFields(section: Section): readonly ReplicaField[] {
  const known = replicaFieldsOf.get(section);
  if (known !== undefined) return known;
  const fields = [...section.fields].flatMap(([name, shape]): readonly ReplicaField[] =>
    replicaOf(shape) === undefined ? [] : [{ name, isNamed: shape.kind === 'map' }],
  );
  replicaFieldsOf.set(section, fields);
  return fields;
}

interface ReplicaField {
  readonly name: string;
  readonly isNamed: boolean;
}

/** A dag asks for the fields of its run kinds once for each operation. */
const replicaFieldsOf = new WeakMap<Section, readonly ReplicaField[]>();

const patchSections = new WeakMap<Section, Section>();

/** What a `runPatch` of a run kind may hold: its fields, and those of its replicas, which then go to each of them (compiler.md 2.4). */
export function patchSectionOf(section: Section): Section {
  const replica = [...section.fields.values()].map(replicaOf).find((each) => each !== undefined);
  if (replica === undefined) return section;
  const known = patchSections.get(section);
  if (known !== undefined) return known;
  const made: Section = {
    ...section,
    fields: new Map([...replica.fields, ...section.fields]),
    spellings: new Map([...replica.spellings, ...section.spellings]),
    required: [],
  };
  patchSections.set(section, made);
  return made;
}

/**
 * Fields of a patch that belong to replicas, moved into every replica that the run has (compiler.md 2.4); a patch of a kind
 * without replicas comes back as it is.
 */
export function spreadToReplicas(patch: MapNode, run: MapNode, section: Section): MapNode {
  const forReplicas = patch.entries.filter((entry) => !section.fields.has(entry.key));
  if (forReplicas.length === 0) return patch;
  const own = patch.entries.filter((entry) => section.fields.has(entry.key));
  const part: MapNode = { kind: 'map', entries: forReplicas, span: patch.span };
  const spread: MapEntry[] = [];
  for (const { key, keySpan, value } of run.entries) {
    const shape = section.fields.get(key);
    if (shape === undefined || replicaOf(shape) === undefined || value.kind !== 'map') continue;
    const named =
      shape.kind === 'map' ? { ...part, entries: value.entries.map((each) => ({ ...each, value: part })) } : part;
    spread.push({ key, keySpan, value: named });
  }
  return {
    ...patch,
    entries: [...own.filter((entry) => !spread.some((each) => each.key === entry.key)), ...merged(spread, own)],
  };
}

/** What the patch says about a replica by name counts beside what it says about all of them. */
function merged(spread: readonly MapEntry[], own: readonly MapEntry[]): readonly MapEntry[] {
  return spread.map((entry) => {
    const named = own.find((each) => each.key === entry.key);
    if (named?.value.kind !== 'map' || entry.value.kind !== 'map') return entry;
    const keys = new Set(named.value.entries.map((each) => each.key));
    const rest = entry.value.entries.filter((each) => !keys.has(each.key));
    return { ...entry, value: { ...entry.value, entries: [...rest, ...named.value.entries] } };
  });
}

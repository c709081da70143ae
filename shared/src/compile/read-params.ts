import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { type MapEntry, type MapNode, member, type Node } from '../source/tree.ts';
import type { Join, JoinParam, Param } from './drafts.ts';
import { readReference, readWish } from './read-reference.ts';

/** The params of the operation in their order, each in its full form (compiler.md 1.4). */
export function readParams(operation: MapNode, problems: Diagnostic[]): ReadonlyMap<string, Param> {
  const section = member(operation, 'params');
  const params = new Map<string, Param>();
  for (const entry of section?.kind === 'map' ? section.entries : []) {
    const fields = fieldsOf(entry.value);
    const ref = present(fields.get('ref'));
    const reference =
      ref?.kind === 'scalar' && typeof ref.value === 'string'
        ? readReference(ref, present(fields.get('value')), problems)
        : null;
    params.set(entry.key, { ...common(entry, fields), reference });
  }
  return params;
}

/** The joins of the operation with what each of their params takes from every run that is found (compiler.md 3.3). */
export function readJoins(operation: MapNode, problems: Diagnostic[]): readonly Join[] {
  const list = member(operation, 'joins');
  return (list?.kind === 'list' ? list.items : []).flatMap((node): readonly Join[] => {
    if (node.kind !== 'map') return [];
    const section = member(node, 'params');
    const params: JoinParam[] = [];
    for (const entry of section?.kind === 'map' ? section.entries : []) {
      const param = common(entry, fieldsOf(entry.value));
      const wants = readWish(param.value, problems);
      if (wants !== null) params.push({ ...param, wants });
    }
    return [{ node, params }];
  });
}

function fieldsOf(node: Node): ReadonlyMap<string, MapEntry> {
  return new Map((node.kind === 'map' ? node.entries : []).map((each) => [each.key, each]));
}

function common(entry: MapEntry, fields: ReadonlyMap<string, MapEntry>): Omit<Param, 'reference'> {
  const contextOnly = fields.get('contextOnly')?.value;
  return {
    name: entry.key,
    span: entry.keySpan,
    value: fields.get('value')?.value ?? { kind: 'scalar', value: null, span: entry.keySpan },
    contextOnly:
      contextOnly?.kind === 'scalar' && typeof contextOnly.value === 'boolean' ? contextOnly.value : undefined,
    connection: present(fields.get('connection')),
    toEnv: textOf(fields.get('toEnv')) ?? null,
    toInit: isTrue(fields.get('toInit')),
  };
}

function textOf(entry: MapEntry | undefined): string | undefined {
  return entry?.value.kind === 'scalar' && typeof entry.value.value === 'string' ? entry.value.value : undefined;
}

function isTrue(entry: MapEntry | undefined): boolean {
  return entry?.value.kind === 'scalar' && entry.value.value === true;
}

function present(entry: MapEntry | undefined): Node | undefined {
  return entry === undefined || (entry.value.kind === 'scalar' && entry.value.value === null) ? undefined : entry.value;
}

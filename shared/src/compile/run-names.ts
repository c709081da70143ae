import { coerce } from '../values/coerce.ts';
import type { Sealed, SealedMap } from '../wire/sealed-spec.ts';
import type { Facts } from './facts.ts';

/** Where the runs stand that a run was allowed to read. */
export type KnownRuns = Pick<Facts, 'runs' | 'joins' | 'pipeline'>;

/**
 * A pod whose `tensorboard` entries with `useNames` hold the names of their runs, by uuid, as far as params and joins brought
 * these runs: the agent knows no other run. Folders of the others keep their uuid.
 */
export function withRunNames(pod: SealedMap, known: KnownRuns): SealedMap {
  const init = pod.get('init');
  if (!Array.isArray(init) || !init.some(wantsNames)) return pod;
  const names = namesOf(known);
  return new Map(pod).set(
    'init',
    init.map((entry: Sealed) => (wantsNames(entry) ? named(entry, names) : entry)),
  );
}

type NamedEntry = ReadonlyMap<string, Sealed> & { get(key: 'tensorboard'): SealedMap };

function wantsNames(entry: Sealed): entry is NamedEntry {
  const section = entry instanceof Map ? entry.get('tensorboard') : null;
  return section instanceof Map && section.get('useNames') === true;
}

function named(entry: NamedEntry, names: ReadonlyMap<string, string>): Sealed {
  const section = entry.get('tensorboard');
  const uuids = section.get('uuids');
  const found = (Array.isArray(uuids) ? uuids : []).flatMap((word: Sealed): readonly [string, Sealed][] => {
    const uuid = typeof word === 'string' ? hexOf(word) : null;
    const name = uuid === null ? undefined : names.get(uuid);
    return uuid === null || name === undefined ? [] : [[uuid, name]];
  });
  if (found.length === 0) return entry;
  return new Map<string, Sealed>(entry).set('tensorboard', new Map(section).set('names', new Map(found)));
}

function namesOf({ runs, joins = [], pipeline }: KnownRuns): ReadonlyMap<string, string> {
  const all = [...(runs?.values() ?? []), ...joins.flat(), ...(pipeline?.ops.values() ?? [])];
  return new Map(
    all.flatMap(({ uuid, name }): readonly [string, string][] => {
      const hex = hexOf(uuid);
      return name === null || hex === null ? [] : [[hex, name]];
    }),
  );
}

/** A uuid of any spelling as 32 hex digits, as folders of the store are named. */
function hexOf(word: string): string | null {
  const uuid = coerce(word, 'uuid', false);
  return uuid.ok && typeof uuid.value === 'string' ? uuid.value : null;
}

import { replicaFields, runKinds } from '@tandem/shared/spec';
import { fill } from '@tandem/shared/template';
import type { Value, ValueMap } from '@tandem/shared/values';
import type { Sealed, SealedMap } from '@tandem/shared/wire';
import type { Catalogue } from './catalogue.ts';
import { refused, type Staged, staged } from './staged.ts';
import { meansStore } from './store.ts';

/**
 * Fills the run section pod by pod: in each, `connections` holds the schemas that its own list asks for and `init` those of
 * its init entries, so that two replicas may see different ones (the seed, "Distributed jobs"). What stands beside the
 * replicas sees neither. Text that came out of stage 1 is not looked at again.
 */
export function fillBody(body: SealedMap, runtime: string, common: ValueMap, catalogue: Catalogue): Staged<ValueMap> {
  const section = runKinds.get(runtime);
  const replicas = new Map((section === undefined ? [] : replicaFields(section)).map((each) => [each.name, each]));
  const own = contextOf(body, common, catalogue);
  const filled = new Map<string, Value>();
  for (const [name, sealed] of body) {
    const replica = replicas.get(name);
    const value =
      replica === undefined || !(sealed instanceof Map)
        ? fillOne(sealed, own)
        : replica.isNamed
          ? fillEach(sealed, common, catalogue)
          : fillOne(sealed, contextOf(sealed, common, catalogue));
    if (!value.ok) return value;
    filled.set(name, value.value);
  }
  return staged(filled);
}

/** Replicas that the author named, as the workers of ray. */
function fillEach(pods: SealedMap, common: ValueMap, catalogue: Catalogue): Staged<Value> {
  const filled = new Map<string, Value>();
  for (const [name, pod] of pods) {
    const value = fillOne(pod, pod instanceof Map ? contextOf(pod, common, catalogue) : common);
    if (!value.ok) return value;
    filled.set(name, value.value);
  }
  return staged(filled);
}

function contextOf(pod: SealedMap, common: ValueMap, catalogue: Catalogue): ValueMap {
  const list = pod.get('connections');
  const init = pod.get('init');
  const fromInit = Array.isArray(init)
    ? init.map((entry: Sealed) => (entry instanceof Map ? connectionOf(entry, catalogue) : null))
    : [];
  return new Map<string, Value>([
    ...common,
    ['connections', schemasOf(Array.isArray(list) ? list : [], catalogue)],
    ['init', schemasOf(fromInit, catalogue)],
  ]);
}

/** An entry that means the artifacts store asks for it, also where it does not name it. */
function connectionOf(entry: SealedMap, { artifactsStore }: Catalogue): unknown {
  const named = entry.get('connection') ?? null;
  return named === null && meansStore(entry) ? artifactsStore?.name : named;
}

/** Schemas by name; a connection without one is an empty mapping (compiler.md 3.5). */
export function schemasOf(names: readonly unknown[], catalogue: Catalogue): ValueMap {
  const known = names.flatMap((name) => (typeof name === 'string' ? (catalogue.connections.get(name) ?? []) : []));
  return new Map(known.map((each): [string, Value] => [each.name, each.schema]));
}

/** A sealed value with all its open places filled; what cannot be filled ends the compilation. */
export function fillOne(sealed: Sealed, context: ValueMap): Staged<Value> {
  const filled = fill(sealed, context);
  if (filled.ok) return staged(filled.value);
  return refused(
    'ConnectionError',
    filled.problems.find((each) => each.severity === 'error')?.message ?? 'A value of a connection could not be used.',
  );
}

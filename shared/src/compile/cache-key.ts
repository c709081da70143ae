import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { sha256Hex } from '../wire/seal-bytes.ts';
import { sealedToValue } from '../wire/sealed-json.ts';
import type { SealedIo, SealedMap } from '../wire/sealed-spec.ts';
import { encodeWire } from '../wire/wire-json.ts';

/** How a run looks for an earlier one that did the same (compiler.md 9). */
export interface CacheQuestion {
  /** 64 hex digits. Equal for runs of one project that do the same with the same values. */
  readonly key: string;
  /** How old an earlier run may be, in seconds; null: any age. */
  readonly ttlSeconds: number | null;
}

/** Raised whenever the key is made of something else, so that old results are not taken for new ones. */
const edition = 'tandem-cache-1';

const allSections = ['containers', 'init', 'connections'];

interface Made {
  readonly projectUuid: string;
  readonly kind: string;
  readonly runtime: string | null;
  readonly inputs: readonly SealedIo[];
  readonly outputs: readonly SealedIo[];
  readonly contexts: readonly SealedIo[];
  readonly body: SealedMap;
}

/**
 * The cache question of a run, over its sealed form (decisions.md 35): inputs, outputs and contexts with a value, image,
 * command, arguments and variables of its containers, init entries and connections. Null: it is not cached, which is the
 * default for a run that stands alone.
 */
export function cacheQuestion(made: Made, cache: ValueMap, isIndependent: boolean): CacheQuestion | null {
  const disable = cache.get('disable') ?? null;
  if (disable === true || (isIndependent && disable !== false)) return null;
  const ios = namesOf(cache.get('io') ?? null);
  const sections = namesOf(cache.get('sections') ?? null) ?? allSections;
  const values = [...made.inputs, ...made.outputs, ...made.contexts]
    .filter((io) => io.value !== null && (ios === null || ios.includes(io.name)))
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .map((io): Value => [io.name, io.type, sealedToValue(io.value)]);
  const parts = partsOf(sealedToValue(made.body), sections);
  if (values.length === 0 && parts.length === 0) return null;
  const ttl = cache.get('ttl') ?? null;
  const text = encodeWire([edition, made.projectUuid, made.kind, made.runtime, values, parts]);
  return {
    key: sha256Hex(new TextEncoder().encode(text)),
    ttlSeconds: typeof ttl === 'bigint' && ttl >= 0n ? Number(ttl) : null,
  };
}

function namesOf(value: Value): readonly string[] | null {
  return value !== null && isList(value) ? value.filter((each) => typeof each === 'string') : null;
}

const ofContainers = ['image', 'command', 'args', 'env'];

/** The parts of a run, and of its replicas, that say what it does; each with the path to it. */
function partsOf(body: Value, sections: readonly string[], path = ''): readonly Value[] {
  if (body === null || !isMap(body)) return [];
  const parts: Value[] = [];
  for (const [key, value] of body) {
    const at = `${path}/${key}`;
    if (key === 'container' && sections.includes('containers')) parts.push([at, containerPart(value)]);
    else if (key === 'sidecars' && sections.includes('containers'))
      parts.push([at, value !== null && isList(value) ? value.map(containerPart) : value]);
    else if (key === 'init' || key === 'connections') {
      if (sections.includes(key)) parts.push([at, value]);
    } else if (key !== 'environment' && key !== 'volumes' && value !== null && isMap(value))
      parts.push(...partsOf(value, sections, at));
  }
  return parts;
}

function containerPart(container: Value): Value {
  if (container === null || !isMap(container)) return container;
  return new Map([...container].filter(([key]) => ofContainers.includes(key)));
}

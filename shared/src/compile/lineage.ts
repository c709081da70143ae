import { closed } from '../template/render.ts';
import type { Value } from '../values/value.ts';
import { isList, isMap } from '../values/value.ts';
import type { ResolvedIo } from './drafts.ts';

/** A record of what a run takes or makes. */
export interface LineageRecord {
  readonly name: string;
  readonly kind: 'docker_image' | 'dir';
  readonly path: string | null;
  readonly summary: ReadonlyMap<string, Value>;
  readonly isInput: boolean;
}

/**
 * Images among inputs and outputs, and mounted folders (compiler.md 1.2, 3.8). An image names its connection, not the
 * registry behind it, which only the cluster knows (decisions.md 60).
 */
export function lineageOf(ios: readonly ResolvedIo[], mount: Value): readonly LineageRecord[] {
  return [...ios.flatMap(imageRecord), ...mountsOf(mount).map(mountRecord)];
}

function imageRecord(io: ResolvedIo): readonly LineageRecord[] {
  const image = io.type === 'image' ? closed(io.value) : null;
  if (typeof image !== 'string') return [];
  const summary = new Map<string, Value>([['image', image]]);
  if (io.connection !== null) summary.set('connection', io.connection);
  return [{ name: io.name, kind: 'docker_image', path: null, summary, isInput: !io.output }];
}

function mountsOf(mount: Value): readonly string[] {
  if (mount === null || !isList(mount)) return [];
  return mount.flatMap((entry) => {
    const to =
      entry !== null && isMap(entry)
        ? (entry.get('to') ?? null)
        : typeof entry === 'string'
          ? (entry.split(':')[1] ?? null)
          : null;
    return typeof to === 'string' && to !== '' ? [to] : [];
  });
}

function mountRecord(path: string): LineageRecord {
  return { name: path, kind: 'dir', path, summary: new Map<string, Value>([['path', path]]), isInput: true };
}

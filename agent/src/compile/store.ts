import { type Connection, mountPathOf } from './catalogue.ts';
import type { StoreRef } from './helper-task.ts';
import { textAt } from './reading.ts';

/** A connection as helpers reach its files; null: it holds none. */
export function toStoreRef(connection: Connection): StoreRef | null {
  const { name, kind, schema } = connection;
  const path = mountPathOf(connection);
  if (path !== null) return { kind: 'mount', name, path };
  const bucket = textAt(schema, 'bucket');
  if (bucket === null || (kind !== 's3' && kind !== 'gcs' && kind !== 'wasb')) return null;
  return { kind, name, bucket };
}

/** Where a store begins: a path, or the address of a bucket. */
export function storeRoot(store: StoreRef): string {
  return store.kind === 'mount' ? store.path : store.bucket;
}

/** A place below another, with one slash between; nothing to add keeps the place itself. */
export function below(root: string, path: string): string {
  const [start, end] = [root.replace(/\/+$/, ''), path.replace(/^(\.?\/)+|\/+$/g, '')];
  return end === '' || end === '.' ? start : `${start}/${end}`;
}

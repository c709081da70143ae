import { type Connection, connectionKinds, mountPathOf } from './catalogue.ts';
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

/**
 * A bucket as storage clients in the run take it: its address without a last slash, such as `s3://b/p`; for Azure
 * `container/path`, since the account comes with the credentials (as the peer has it, ADR 27). Null: it is no bucket.
 */
export function bucketPath({ kind, schema }: Connection): string | null {
  const address = connectionKinds[kind] === 'bucket' ? textAt(schema, 'bucket')?.replace(/\/+$/, '') : undefined;
  if (address === undefined) return null;
  return kind === 'wasb' ? azurePath(address) : address;
}

/** Azure has its container before an `@`, as the host, or, with https, behind the host; what is no address stays. */
function azurePath(address: string): string {
  const [, scheme, user, host, path] = /^([a-z]+):\/\/(?:([^@/]+)@)?([^/]+)\/?(.*)$/.exec(address) ?? [];
  if (host === undefined) return address;
  const container = user ?? (scheme === 'https' ? '' : host);
  return below(container, path ?? '').replace(/^\//, '');
}

/** Whether an init entry without a connection means the artifacts store (agent-and-kubernetes.md 2.3). */
export function meansStore(entry: ReadonlyMap<string, unknown>): boolean {
  return ['artifacts', 'paths', 'tensorboard'].some((field) => entry.has(field));
}

/** A place below another, with one slash between; nothing to add keeps the place itself. */
export function below(root: string, path: string): string {
  const [start, end] = [root.replace(/\/+$/, ''), path.replace(/^(\.?\/)+|\/+$/g, '')];
  return end === '' || end === '.' ? start : `${start}/${end}`;
}

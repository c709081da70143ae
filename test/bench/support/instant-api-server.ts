import type { IncomingMessage, ServerResponse } from 'node:http';
import { scriptedApiServer } from '../../../agent/src/testing/scripted-api-server.ts';

/** An API server that takes everything at once and does nothing with it: what is measured on it is Tandem alone. */
export interface InstantApiServer {
  /** A configuration for clients, as JSON. */
  readonly kubeconfig: string;
  /** When each Job was made, by `performance.now`. */
  readonly jobsAtMs: readonly number[];
  close(): Promise<void>;
}

interface Stored {
  readonly kind?: string;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly name: string };
}

export async function startInstantApiServer(): Promise<InstantApiServer> {
  const objects = new Map<string, Stored>();
  const watchers = new Map<string, Set<ServerResponse>>();
  const jobsAtMs: number[] = [];
  let version = 0;

  const put = (collection: string, object: Stored, more: object): Stored => {
    version += 1;
    const stored = { ...object, metadata: { ...object.metadata, ...more, resourceVersion: String(version) } };
    const type = objects.has(`${collection}/${object.metadata.name}`) ? 'MODIFIED' : 'ADDED';
    objects.set(`${collection}/${object.metadata.name}`, stored);
    for (const watcher of watchers.get(collection) ?? [])
      watcher.write(`${JSON.stringify({ type, object: stored })}\n`);
    return stored;
  };

  const answer = (method: string, url: URL, body: string): readonly [number, object] | null => {
    const path = url.pathname;
    const collection = path.slice(0, path.lastIndexOf('/'));
    const known = objects.get(path);
    if (method === 'POST') {
      const given = JSON.parse(body) as Stored;
      if (path.endsWith('/selfsubjectaccessreviews')) return [201, { status: { allowed: true } }];
      if (objects.has(`${path}/${given.metadata.name}`)) return [409, { reason: 'AlreadyExists' }];
      if (path.endsWith('/jobs')) jobsAtMs.push(performance.now());
      return [201, put(path, given, { uid: `uid-${version}`, creationTimestamp: new Date().toISOString() })];
    }
    if (known !== undefined) {
      if (method === 'GET') return [200, known];
      if (method === 'DELETE') return objects.delete(path) ? [200, {}] : [404, {}];
      const change = JSON.parse(body) as Stored;
      return [200, put(collection, { ...known, ...change, metadata: { ...known.metadata, ...change.metadata } }, {})];
    }
    const isCollection = /\/(?:pods|jobs|deployments|nodes|events)$/.test(path);
    if (method !== 'GET' || !isCollection) return [404, { reason: 'NotFound' }];
    return url.searchParams.has('watch') ? null : [200, { metadata: { resourceVersion: String(version) }, items: [] }];
  };

  const server = await scriptedApiServer((request, response) => {
    void bodyOf(request).then((body) => {
      const url = new URL(request.url ?? '/', 'https://127.0.0.1');
      const given = answer(request.method ?? 'GET', url, body);
      if (given !== null) {
        response.writeHead(given[0], { 'content-type': 'application/json' }).end(JSON.stringify(given[1]));
        return;
      }
      const watching = watchers.get(url.pathname) ?? new Set();
      watchers.set(url.pathname, watching.add(response));
      response.once('close', () => watching.delete(response)).flushHeaders();
    });
  });
  const ca = Buffer.from(server.access.ca ?? '').toString('base64');
  return {
    kubeconfig: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name: 'instant', cluster: { server: server.access.server, 'certificate-authority-data': ca } }],
      users: [{ name: 'user', user: { token: 'none' } }],
      contexts: [{ name: 'instant', context: { cluster: 'instant', user: 'user' } }],
      'current-context': 'instant',
    }),
    jobsAtMs,
    close: () => server.close(),
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of request) text += String(part);
  return text;
}

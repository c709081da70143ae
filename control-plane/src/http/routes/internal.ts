import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import { tokenOf } from '../../domain/access-token.ts';
import { readUuid } from '../../domain/names.ts';
import { notFound } from '../../domain/refusal.ts';
import { endOfLogs } from '../../ports/session-directory.ts';
import type { HttpWorld } from '../http-world.ts';
import { type Route, route } from '../route.ts';
import { write } from '../sse.ts';

/** Between replicas of one installation; not part of the API. A caller without the replicas' token finds nothing here. */
export const internalRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/internal/v1/streams/logs',
    id: 'relayLogs',
    says: 'Logs from a session that this replica holds: one chunk a line, and a line at the end.',
    access: 'public',
    query: z.object({
      run: z.string(),
      agent: z.coerce.number().int(),
      cursor: z.string().default(''),
      follow: z.enum(['true', 'false']).default('false'),
      tail: z.coerce.number().int().min(0).default(0),
    }),
    answers: { status: 200, schema: null },
    handle: async ({ world, headers, query }) => {
      const uuid = await forReplica(world, headers, query.run);
      return {
        kind: 'stream',
        write: async (response, signal) => {
          const ask = { cursor: query.cursor, follow: query.follow === 'true', tail: query.tail };
          response.type('application/x-ndjson');
          for await (const chunk of world.localStreams.logs({ uuid, agentId: query.agent }, ask, signal)) {
            await write(response, `${JSON.stringify(chunk)}\n`, signal);
          }
          // An answer without this line broke off, also when this replica ends in order.
          if (!signal.aborted) await write(response, `${endOfLogs}\n`, signal);
        },
      };
    },
  }),
  route({
    method: 'get',
    path: '/internal/v1/streams/forward',
    id: 'relayForward',
    says: 'A connection to a port of a run, over a session that this replica holds.',
    access: 'public',
    query: z.object({
      run: z.string(),
      agent: z.coerce.number().int(),
      port: z.coerce.number().int().min(1).max(65_535),
    }),
    answers: { status: 101, schema: null },
    handle: async ({ world, headers, query }) => {
      const uuid = await forReplica(world, headers, query.run);
      return {
        kind: 'tunnel',
        open: (signal) => world.localStreams.forward({ uuid, agentId: query.agent }, query.port, signal),
      };
    },
  }),
];

/** The uuid that another replica asks about; everybody else finds no such route. */
async function forReplica(world: HttpWorld, headers: IncomingHttpHeaders, run: string): Promise<string> {
  const token = tokenOf(headers.authorization);
  const uuid = readUuid(run);
  if (token === null || uuid === null || !(await world.isReplica(token))) throw notFound('route');
  return uuid;
}

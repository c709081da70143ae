import { z } from 'zod';
import { mayAdministerOrganisation } from '../../domain/access/roles.ts';
import { Refusal } from '../../domain/refusal.ts';
import { needUser } from '../../usecases/need.ts';
import { empty, ok, type Route, route } from '../route.ts';

/** What every version of the clients may be, at least and at best (rest-api-and-clients.md 1.1). */
const clients = { min: '2.0.0', latest: '2.18.0' };

/** Routes about the installation itself. They are public but for the metrics: clients ask before they have a token. */
export const platformRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/healthz',
    id: 'health',
    says: 'Whether the process serves.',
    access: 'public',
    isRoutine: true,
    answers: { status: 200, schema: null },
    handle: async () => empty(200),
  }),
  route({
    method: 'get',
    path: '/api/v1/installation',
    id: 'getInstallation',
    says: 'Version and distribution of this installation.',
    access: 'public',
    answers: { status: 200, schema: z.object({ key: z.string(), version: z.string(), dist: z.literal('ee') }) },
    // `ee`: with any other word the clients refuse to log in.
    handle: async ({ world }) => ok({ key: 'tandem', version: world.version, dist: 'ee', auth: true, orgs: true }),
  }),
  route({
    method: 'get',
    path: '/api/v1/compatibility/{uuid}/{version}/{service}',
    id: 'getCompatibility',
    says: 'Versions of clients that this installation serves.',
    access: 'public',
    answers: { status: 200, schema: z.record(z.string(), z.object({ min: z.string(), latest: z.string() })) },
    handle: async () => ok({ cli: clients, platform: clients, agent: clients, ui: clients }),
  }),
  route({
    method: 'get',
    path: '/api/v1/log_handler',
    id: 'getLogHandler',
    says: 'Where clients send their errors: nowhere.',
    access: 'public',
    answers: { status: 200, schema: z.object({}) },
    handle: async () => ok({}),
  }),
  route({
    method: 'get',
    path: '/api/v1/openapi.json',
    id: 'getOpenApi',
    says: 'This document.',
    access: 'public',
    answers: { status: 200, schema: z.record(z.string(), z.unknown()) },
    handle: async () => {
      // Loaded when somebody asks: most processes never make the document.
      const { openApiDocument } = await import('../openapi.ts');
      return ok(openApiDocument());
    },
  }),
  route({
    method: 'get',
    path: '/metrics',
    id: 'getMetrics',
    says: 'Metrics in the Prometheus text format, for owners and admins of an organisation.',
    access: 'token',
    isRoutine: true,
    answers: { status: 200, schema: null },
    handle: async ({ world, principal }) => {
      const { id, organisation } = needUser(principal);
      const found = organisation === null ? null : await world.projects.organisation(id, organisation);
      if (found === null || !mayAdministerOrganisation(found.role)) {
        throw new Refusal({ kind: 'not-allowed', message: 'You do not have permission to perform this action.' });
      }
      return { kind: 'text', status: 200, type: 'text/plain; version=0.0.4', text: await world.metrics.text() };
    },
  }),
];

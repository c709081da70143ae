import { z } from 'zod';
import type { Agent, Connection, Queue } from '../../ports/agent-store.ts';
import {
  createAgent,
  getAgent,
  listAgents,
  listConnections,
  listQueues,
  renewEnrolment,
  revokeAgent,
} from '../../usecases/manage-agents.ts';
import { needOrganisation } from '../../usecases/need.ts';
import { listBody, listOf, listQuery, namesQuery, pageOf } from '../paging.ts';
import { empty, made, ok, type Route, route } from '../route.ts';

const agentShape = z
  .object({
    uuid: z.string(),
    name: z.string(),
    description: z.string().nullable(),
    status: z.enum(['offline', 'online', 'silent']),
    live_state: z.number().int(),
    version: z.string().nullable(),
    namespace: z.string().nullable(),
    created_at: z.string(),
    updated_at: z.string(),
    settings: z.record(z.string(), z.unknown()),
    token: z.string().optional(),
    token_expires_at: z.string().optional(),
  })
  .meta({ id: 'Agent' });

const queueShape = z
  .object({
    uuid: z.string(),
    agent: z.string(),
    name: z.string(),
    priority: z.number().int(),
    concurrency: z.number().int().nullable(),
    paused: z.boolean(),
    created_at: z.string(),
  })
  .meta({ id: 'Queue' });

const connectionShape = z
  .object({
    agent: z.string(),
    name: z.string(),
    kind: z.string(),
    tags: z.array(z.string()),
    description: z.string(),
  })
  .meta({ id: 'Connection' });

const enrolmentShape = z.object({ token: z.string(), expires_at: z.string() });

function agentJson(agent: Agent): Record<string, unknown> {
  return {
    uuid: agent.uuid,
    name: agent.name,
    description: agent.description,
    status: agent.status,
    live_state: agent.liveState,
    version: agent.version,
    namespace: agent.namespaces[0] ?? null,
    created_at: agent.createdAt,
    updated_at: agent.updatedAt,
    settings: {
      capacity: agent.capacity,
      kinds: agent.kinds,
      namespaces: agent.namespaces,
      first_seen_at: agent.firstSeenAt,
      last_seen_at: agent.lastSeenAt,
    },
  };
}

function queueJson({ createdAt, ...queue }: Queue): object {
  return { ...queue, created_at: createdAt };
}

const connectionJson = (connection: Connection): object => ({ ...connection });

/** An organisation, its agents, and what they reported. */
export const agentRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}',
    id: 'getOrganization',
    says: 'An organisation of the caller.',
    access: 'token',
    answers: { status: 200, schema: z.object({ name: z.string(), role: z.string() }) },
    handle: async ({ world, principal, params }) => {
      const { name, role } = await needOrganisation(world, principal, params.owner, 'read');
      return ok({ name, role });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}/agents',
    id: 'listAgents',
    says: 'Agents by name.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(agentShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      return ok(listBody(await listAgents(call.world, call.principal, call.params.owner, page), page, call, agentJson));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}/agents/names',
    id: 'listAgentNames',
    says: 'Names of agents.',
    access: 'token',
    query: namesQuery,
    answers: { status: 200, schema: listOf(z.object({ name: z.string() })) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await listAgents(call.world, call.principal, call.params.owner, page);
      return ok(listBody(listed, page, call, ({ name, uuid }) => ({ name, uuid })));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/orgs/{owner}/agents',
    id: 'createAgent',
    says: 'A new agent with its queue "default", and its one-time enrolment token, which is in this answer only.',
    access: 'token',
    body: z.object({ name: z.string(), description: z.string().max(4096).nullish() }),
    answers: { status: 201, schema: agentShape },
    handle: async ({ world, principal, params, body }) => {
      const asked = { name: body.name, description: body.description ?? null };
      const { agent, enrolment } = await createAgent(world, principal, params.owner, asked);
      return made({ ...agentJson(agent), token: enrolment.token, token_expires_at: enrolment.expiresAt });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}/agents/{uuid}',
    id: 'getAgent',
    says: 'An agent.',
    access: 'token',
    answers: { status: 200, schema: agentShape },
    handle: async ({ world, principal, params }) =>
      ok(agentJson(await getAgent(world, principal, params.owner, params.uuid))),
  }),
  route({
    method: 'delete',
    path: '/api/v1/orgs/{owner}/agents/{uuid}',
    id: 'deleteAgent',
    says: 'Revokes an agent: its key and its session end; its runs stay as they are.',
    access: 'token',
    answers: { status: 204, schema: null },
    handle: async ({ world, principal, params }) => {
      await revokeAgent(world, principal, params.owner, params.uuid);
      return empty(204);
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/orgs/{owner}/agents/{uuid}/token',
    id: 'createEnrolmentToken',
    says: 'A new enrolment token, good for one use within an hour; the former one is dead.',
    access: 'token',
    answers: { status: 201, schema: enrolmentShape },
    handle: async ({ world, principal, params }) => {
      const { token, expiresAt } = await renewEnrolment(world, principal, params.owner, params.uuid);
      return made({ token, expires_at: expiresAt });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}/queues',
    id: 'listQueues',
    says: 'Queues of all agents.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(queueShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      return ok(listBody(await listQueues(call.world, call.principal, call.params.owner, page), page, call, queueJson));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/orgs/{owner}/connections',
    id: 'listConnections',
    says: 'Connections by name, as the agents reported them: no schema and no secret.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(connectionShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await listConnections(call.world, call.principal, call.params.owner, page);
      return ok(listBody(listed, page, call, connectionJson));
    },
  }),
];

import type { Principal } from '../domain/access/principal.ts';
import { enrolmentPrefix } from '../domain/access-token.ts';
import { readUuid, wrongSlug } from '../domain/names.ts';
import { invalid, notFound } from '../domain/refusal.ts';
import type { Agent, Connection, Queue } from '../ports/agent-store.ts';
import type { Listed, Page } from '../ports/project-store.ts';
import { needOrganisation } from './need.ts';
import type { World } from './world.ts';

/** Longest life of an enrolment token, in seconds. */
const enrolmentSeconds = 3_600;

/** A token that turns one agent into the holder of an identity, once. */
export interface Enrolment {
  readonly token: string;
  readonly expiresAt: string;
}

/** Makes an agent with its queue `default`, and the token with which it enrols. */
export async function createAgent(
  world: World,
  principal: Principal,
  owner: string,
  agent: { readonly name: string; readonly description: string | null },
): Promise<{ readonly agent: Agent; readonly enrolment: Enrolment }> {
  const organisation = await needOrganisation(world, principal, owner, 'administer');
  const wrong = wrongSlug(agent.name);
  if (wrong !== null) throw invalid('agents/bad-name', 'name', wrong);
  const made = await world.agents.create(organisation.id, agent);
  if (made === null) throw invalid('agents/taken', 'name', 'agent with this name already exists.');
  return { agent: made, enrolment: await enrol(world, made.id) };
}

/** A new enrolment token for an agent; the former one is dead if it was not used. */
export async function renewEnrolment(
  world: World,
  principal: Principal,
  owner: string,
  uuid: string,
): Promise<Enrolment> {
  const agent = await needAgent(world, principal, owner, uuid, 'administer');
  return enrol(world, agent.id);
}

async function enrol(world: World, agentId: number): Promise<Enrolment> {
  const { text, hash } = world.secrets.create(enrolmentPrefix);
  return { token: text, expiresAt: await world.agents.addEnrolment(agentId, hash, enrolmentSeconds) };
}

/** Ends an agent's identity and its session. Its runs stay: the cluster may still have them. */
export async function revokeAgent(world: World, principal: Principal, owner: string, uuid: string): Promise<void> {
  const agent = await needAgent(world, principal, owner, uuid, 'administer');
  if (await world.agents.revoke(agent.id)) world.wakeUps.wake([`revoked:${agent.id}`, `agent:${agent.id}`]);
}

export async function getAgent(world: World, principal: Principal, owner: string, uuid: string): Promise<Agent> {
  return needAgent(world, principal, owner, uuid, 'read');
}

export async function listAgents(
  world: World,
  principal: Principal,
  owner: string,
  page: Page,
): Promise<Listed<Agent>> {
  const organisation = await needOrganisation(world, principal, owner, 'read');
  return world.agents.list(organisation.id, page);
}

export async function listQueues(
  world: World,
  principal: Principal,
  owner: string,
  page: Page,
): Promise<Listed<Queue>> {
  const organisation = await needOrganisation(world, principal, owner, 'read');
  return world.agents.queues(organisation.id, page);
}

export async function listConnections(
  world: World,
  principal: Principal,
  owner: string,
  page: Page,
): Promise<Listed<Connection>> {
  const organisation = await needOrganisation(world, principal, owner, 'read');
  return world.agents.connections(organisation.id, page);
}

async function needAgent(
  world: World,
  principal: Principal,
  owner: string,
  uuid: string,
  right: 'read' | 'administer',
): Promise<Agent> {
  const organisation = await needOrganisation(world, principal, owner, right);
  const hex = readUuid(uuid);
  const agent = hex === null ? null : await world.agents.find(organisation.id, hex);
  if (agent === null) throw notFound('Agent');
  return agent;
}

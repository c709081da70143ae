import type { JWK } from 'jose';
import { sql } from 'kysely';
import type { AgentIdentities, Enrolled, EnrolmentRequest, KnownAgent } from '../../ports/agent-identities.ts';
import type { Db } from './db.ts';

/** Identities of agents in Postgres, or in PGlite with the same SQL. */
export function sqlAgentIdentities(db: Db): AgentIdentities {
  return {
    audience: () => audience(db),
    find: (agentUuid) => findAgent(db, agentUuid),
    enrol: (request) => enrol(db, request),
  };
}

async function audience(db: Db): Promise<string> {
  const { rows } = await sql<{ uuid: string }>`select uuid::text as uuid from installation`.execute(db);
  const uuid = rows[0]?.uuid;
  if (uuid === undefined) throw new Error('The installation has no identity.');
  return uuid.replaceAll('-', '');
}

async function findAgent(db: Db, agentUuid: string): Promise<KnownAgent | null> {
  if (!/^[0-9a-f]{32}$/.test(agentUuid)) return null;
  const { rows } = await sql<{ id: number; name: string; kid: string; jwk: string }>`
    select a.id, a.name, k.kid, k.jwk from agents a join agent_keys k on k.agent_id = a.id
    where a.uuid = ${agentUuid}::uuid and a.live_state = 1 and (k.valid_to is null or k.valid_to > clock_timestamp())
  `.execute(db);
  const first = rows[0];
  if (first === undefined) return null;
  const keys = rows.map((row) => ({ kid: row.kid, jwk: JSON.parse(row.jwk) as JWK }));
  return { id: first.id, uuid: agentUuid, name: first.name, keys };
}

/** The token is spent and the key is bound in one transaction: of two that come with one token, one wins. */
async function enrol(db: Db, request: EnrolmentRequest): Promise<Enrolled | { kind: 'used' } | { kind: 'unknown' }> {
  return await db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ id: number; uuid: string; name: string; owner: string }>`
      with spent as (
        update enrolment_tokens set used_at = clock_timestamp()
        where hash = ${Buffer.from(request.tokenHash)} and used_at is null and expires_at > clock_timestamp()
        returning agent_id
      )
      select a.id, replace(a.uuid::text, '-', '') as uuid, a.name, o.name as owner
      from spent join agents a on a.id = spent.agent_id join organisations o on o.id = a.organisation_id
      where a.live_state = 1
    `.execute(tx);
    const agent = rows[0];
    if (agent === undefined) {
      const known = await sql`select 1 from enrolment_tokens where hash = ${Buffer.from(request.tokenHash)}`.execute(
        tx,
      );
      return { kind: known.rows.length > 0 ? 'used' : 'unknown' };
    }
    await sql`
      insert into agent_keys (agent_id, kid, jwk) values (${agent.id}, ${request.kid}, ${JSON.stringify(request.jwk)}::jsonb)
      on conflict do nothing
    `.execute(tx);
    return { kind: 'enrolled', agentId: agent.id, uuid: agent.uuid, name: agent.name, owner: agent.owner };
  });
}

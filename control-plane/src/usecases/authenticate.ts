import type { Principal } from '../domain/access/principal.ts';
import { accessPrefix } from '../domain/access-token.ts';
import { readUuid } from '../domain/names.ts';
import type { World } from './world.ts';

/** Gives the one who holds a token; null for anything that is not a live token, without saying why. */
export type Authenticate = (token: string) => Promise<Principal | null>;

/** A revoked or ended token is refused after at most so long, even if no hint arrives. */
const keepMs = 5_000;
const mostEntries = 10_000;
/** A run may still report for so long after its end was recorded (trust.md 6). */
const afterEndSeconds = 30;

/**
 * Authentication with a short memory, so that a busy client costs no query per request. Revocations clear the memory
 * through the topic `tokens`; unknown tokens are never remembered, so garbage cannot push the good ones out.
 */
export function authenticator(world: World): Authenticate {
  const known = new Map<string, { readonly principal: Promise<Principal | null>; readonly untilMs: number }>();
  world.wakeUps.on('tokens', () => known.clear());

  return async (token) => {
    const key = Buffer.from(world.secrets.hash(token)).toString('base64');
    const now = world.clock.nowMs();
    const found = known.get(key);
    if (found !== undefined && found.untilMs > now) return found.principal;
    const principal = look(world, token);
    if (known.size >= mostEntries) known.clear();
    const entry = { principal, untilMs: now + keepMs };
    known.set(key, entry);
    const forget = (): void => {
      if (known.get(key) === entry) known.delete(key);
    };
    try {
      const result = await principal;
      if (result === null) forget();
      return result;
    } catch (error) {
      forget();
      throw error;
    }
  };
}

async function look(world: World, token: string): Promise<Principal | null> {
  if (token.startsWith(accessPrefix)) return world.accounts.userOfToken(world.secrets.hash(token));
  return token.split('.').length === 3 ? runOf(world, token) : null;
}

/** The state of the run decides, not the date of its token: the attempt is current and has not ended, or only just. */
async function runOf(world: World, token: string): Promise<Principal | null> {
  const claims = await world.runTokens.read(token);
  const runUuid = claims === null ? null : readUuid(claims.runUuid);
  if (claims === null || runUuid === null) return null;
  const state = await world.runs.tokenState(runUuid);
  if (state === null || state.attempt !== claims.attempt) return null;
  if (state.endedSeconds !== null && state.endedSeconds >= afterEndSeconds) return null;
  const { organisation: owner, project, projectId } = state;
  return { kind: 'run', runUuid, attempt: claims.attempt, owner, project, projectId };
}

import { join } from 'node:path';
import * as z from 'zod';
import { readIfThere, writeDurably } from './durable-file.ts';

const shape = z
  .object({
    agentId: z.string(),
    agentName: z.string(),
    owner: z.string(),
    audience: z.string(),
    /** Private key as JWK (OKP, Ed25519). */
    privateJwk: z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string(), d: z.string() }),
  })
  .readonly();

/** Who the agent is: made once by enrolment, kept in a file that only its user can read. */
export type Identity = z.infer<typeof shape>;

/** The identity of a data folder; null before enrolment, `damaged` when the file holds something else. */
export async function readIdentity(data: string): Promise<Identity | null | 'damaged'> {
  const text = await readIfThere(identityPath(data));
  return text === null ? null : parseIdentity(text);
}

/** An identity from its text. */
export function parseIdentity(text: string): Identity | 'damaged' {
  const parsed = shape.safeParse(parse(text));
  return parsed.success ? parsed.data : 'damaged';
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so no identity: told with every other damage.
    return null;
  }
}

export async function writeIdentity(data: string, identity: Identity): Promise<void> {
  await writeDurably(identityPath(data), `${JSON.stringify(identity, null, 2)}\n`);
}

const identityPath = (data: string): string => join(data, 'identity.json');

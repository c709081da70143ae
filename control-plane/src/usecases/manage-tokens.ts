import type { Principal } from '../domain/access/principal.ts';
import { accessPrefix } from '../domain/access-token.ts';
import { readUuid } from '../domain/names.ts';
import { notFound } from '../domain/refusal.ts';
import type { Token } from '../ports/account-store.ts';
import { needUser } from './need.ts';
import type { World } from './world.ts';

/** Makes an access token of the caller. Its text is in this answer and nowhere else. */
export async function createToken(
  world: World,
  principal: Principal,
  token: { readonly name: string; readonly expiresInSeconds: number | null },
): Promise<{ readonly token: Token; readonly key: string }> {
  const { text, hash } = world.secrets.create(accessPrefix);
  return { token: await world.accounts.createToken(needUser(principal).id, { ...token, hash }), key: text };
}

/** The caller's own live tokens, newest first. */
export async function listTokens(world: World, principal: Principal): Promise<readonly Token[]> {
  return world.accounts.listTokens(needUser(principal).id);
}

export async function getToken(world: World, principal: Principal, uuid: string): Promise<Token> {
  const hex = readUuid(uuid);
  const found = (await listTokens(world, principal)).find((each) => each.uuid === hex);
  if (found === undefined) throw notFound('Token');
  return found;
}

export async function renameToken(world: World, principal: Principal, uuid: string, name: string): Promise<Token> {
  const hex = readUuid(uuid);
  const renamed = hex === null ? null : await world.accounts.renameToken(needUser(principal).id, hex, name);
  if (renamed === null) throw notFound('Token');
  return renamed;
}

/** Ends a token of the caller; every replica forgets it on the hint, or a few seconds later. */
export async function revokeToken(world: World, principal: Principal, uuid: string): Promise<void> {
  const hex = readUuid(uuid);
  const isRevoked = hex !== null && (await world.accounts.revokeToken(needUser(principal).id, hex));
  if (!isRevoked) throw notFound('Token');
  world.wakeUps.wake(['tokens']);
}

/** A token for a user by name, for the command line of the installation itself. Null when there is no such user. */
export async function createTokenFor(
  world: Pick<World, 'accounts' | 'secrets'>,
  username: string,
): Promise<string | null> {
  const user = await world.accounts.findUser(username);
  if (user === null) return null;
  const { text, hash } = world.secrets.create(accessPrefix);
  await world.accounts.createToken(user.id, { name: 'command line', hash, expiresInSeconds: null });
  return text;
}

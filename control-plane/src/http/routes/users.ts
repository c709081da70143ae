import { z } from 'zod';
import type { UserPrincipal } from '../../domain/access/principal.ts';
import { impossible } from '../../domain/refusal.ts';
import type { Token } from '../../ports/account-store.ts';
import { createToken, getToken, listTokens, renameToken, revokeToken } from '../../usecases/manage-tokens.ts';
import { needUser } from '../../usecases/need.ts';
import { listBody, listOf, listQuery, pageOf } from '../paging.ts';
import { empty, made, ok, type Route, route } from '../route.ts';

const userShape = z
  .object({
    username: z.string(),
    email: z.string(),
    name: z.string(),
    kind: z.string(),
    theme: z.number().int(),
    organization: z.string().nullable(),
  })
  .meta({ id: 'User' });

const tokenShape = z
  .object({
    uuid: z.string(),
    name: z.string(),
    key: z.string().optional(),
    created_at: z.string(),
    expires_at: z.string().nullable(),
  })
  .meta({ id: 'Token' });

const name = z.string().trim().min(1).max(128);
const newToken = z.object({
  name: name.default('token'),
  /** Days until it ends; none for a token without an end. */
  expiration: z.number().int().positive().max(3650).nullish(),
});
const day = 24 * 3_600;

function userJson(user: UserPrincipal): object {
  const { username, email, organisation } = user;
  return { username, email, name: username, kind: 'user', theme: 0, organization: organisation };
}

function tokenJson(token: Token): Record<string, unknown> {
  return { uuid: token.uuid, name: token.name, created_at: token.createdAt, expires_at: token.expiresAt };
}

const patchUser = (method: 'patch' | 'put'): Route =>
  route({
    method,
    path: '/api/v1/users',
    id: `${method}User`,
    says: 'Changes the e-mail address of the caller.',
    access: 'token',
    body: z.object({ email: z.email().max(254).optional() }),
    answers: { status: 200, schema: userShape },
    handle: async ({ world, principal, body }) => {
      const user = needUser(principal);
      if (body.email === undefined) return ok(userJson(user));
      await world.accounts.setEmail(user.id, body.email);
      world.wakeUps.wake(['tokens']);
      return ok(userJson({ ...user, email: body.email }));
    },
  });

const patchToken = (method: 'patch' | 'put'): Route =>
  route({
    method,
    path: '/api/v1/users/tokens/{uuid}',
    id: `${method}Token`,
    says: 'Gives a token another name.',
    access: 'token',
    body: z.object({ name }),
    answers: { status: 200, schema: tokenShape },
    handle: async ({ world, principal, params, body }) =>
      ok(tokenJson(await renameToken(world, principal, params.uuid, body.name))),
  });

/** The caller and the caller's access tokens. */
export const userRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/users',
    id: 'getUser',
    says: 'Who the token belongs to.',
    access: 'token',
    answers: { status: 200, schema: userShape },
    handle: async ({ principal }) => ok(userJson(needUser(principal))),
  }),
  patchUser('patch'),
  patchUser('put'),
  route({
    method: 'post',
    path: '/api/v1/auth/token',
    id: 'login',
    says: 'There are no passwords yet: always refuses and says what to do.',
    access: 'public',
    answers: { status: 200, schema: z.object({ token: z.string() }) },
    handle: async () => {
      throw impossible('auth/no-passwords', 'This installation has no passwords; log in with an access token.');
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/users/tokens',
    id: 'listTokens',
    says: 'The live tokens of the caller, newest first.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(tokenShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const all = await listTokens(call.world, call.principal);
      const items = all.slice(page.offset, page.offset + page.limit);
      return ok(listBody({ count: all.length, items }, page, call, tokenJson));
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/users/tokens',
    id: 'createToken',
    says: 'A new token of the caller; its key is in this answer only.',
    access: 'token',
    body: newToken,
    answers: { status: 201, schema: tokenShape },
    handle: async ({ world, principal, body }) => {
      const expiresInSeconds = body.expiration == null ? null : body.expiration * day;
      const { token, key } = await createToken(world, principal, { name: body.name, expiresInSeconds });
      return made({ ...tokenJson(token), key });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/users/tokens/{uuid}',
    id: 'getToken',
    says: 'A token of the caller, without its key.',
    access: 'token',
    answers: { status: 200, schema: tokenShape },
    handle: async ({ world, principal, params }) => ok(tokenJson(await getToken(world, principal, params.uuid))),
  }),
  patchToken('patch'),
  patchToken('put'),
  route({
    method: 'delete',
    path: '/api/v1/users/tokens/{uuid}',
    id: 'deleteToken',
    says: 'Revokes a token of the caller.',
    access: 'token',
    answers: { status: 204, schema: null },
    handle: async ({ world, principal, params }) => {
      await revokeToken(world, principal, params.uuid);
      return empty(204);
    },
  }),
];

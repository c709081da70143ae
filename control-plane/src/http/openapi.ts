import { z } from 'zod';
import { createDocument, type ZodOpenApiPathsObject } from 'zod-openapi';
import type { Route } from './route.ts';
import { routes } from './routes.ts';

const errorShape = z.union([
  z.object({ detail: z.string() }),
  z.record(z.string(), z.array(z.string())),
  z.array(z.string()),
]);

/** Refusals of every route, in the clients' form; `application/problem+json` has more (decisions.md 66). */
const refusals = {
  '400': {
    description: 'The request is wrong; the body says where.',
    content: { 'application/json': { schema: errorShape } },
  },
  '401': { description: 'No token, or none that is good.' },
  '403': { description: 'The caller may see this but not do it.' },
  '404': { description: 'It does not exist, or the caller may not see it.' },
};

/** The OpenAPI 3.1 document of REST, made from the very routes that are served. `pnpm gen` writes it to the reference. */
export function openApiDocument(): object {
  const paths: Record<string, Record<string, object>> = {};
  for (const route of routes) {
    const path = paths[route.path] ?? {};
    path[route.method] = operation(route);
    paths[route.path] = path;
  }
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Tandem REST API', version: '1' },
    security: [{ token: [] }],
    components: {
      securitySchemes: { token: { type: 'apiKey', in: 'header', name: 'Authorization', description: 'Token <token>' } },
    },
    // Built from strings, so the compiler cannot see that every key is a path and a method.
    paths: paths as ZodOpenApiPathsObject,
  });
}

function operation(route: Route): object {
  const names = [...route.path.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? '');
  const params = names.length === 0 ? null : z.object(Object.fromEntries(names.map((name) => [name, z.string()])));
  const { status, schema } = route.answers;
  return {
    operationId: route.id,
    summary: route.says,
    ...(route.access === 'public' ? { security: [] } : {}),
    requestParams: {
      ...(params === null ? {} : { path: params }),
      ...(route.query === null ? {} : { query: route.query }),
    },
    ...(route.body === null ? {} : { requestBody: { content: { 'application/json': { schema: route.body } } } }),
    responses: {
      [status]: {
        description: 'Done.',
        ...(schema === null ? {} : { content: { 'application/json': { schema } } }),
      },
      ...(route.access === 'public' ? {} : refusals),
    },
  };
}

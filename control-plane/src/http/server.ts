import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import express, { type NextFunction, type Request, type Response } from 'express';
import helmet from 'helmet';
import type { Principal } from '../domain/access/principal.ts';
import { tokenOf } from '../domain/access-token.ts';
import { needOrganisation, needProject, needRun } from '../usecases/need.ts';
import type { HttpWorld } from './http-world.ts';
import { noSuchRoute, type Problem, problemDocument, problemOf, unauthenticated } from './problem.ts';
import type { Answer, Route } from './route.ts';
import { inOrder, toExpressPath } from './route-order.ts';
import { acceptUpgrades, tunnel, wantsTunnel } from './tunnel.ts';

/** decisions.md 33; a base64 or JSON form of a 1 MiB text fits many times. */
const mostBodyBytes = 16 * 1024 * 1024;
const requestIdPattern = /^[A-Za-z0-9._-]{1,64}$/;

/** The HTTP server over a list of routes. Not listening yet. */
export function httpServer(world: HttpWorld, routes: readonly Route[]): Server {
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  // A flat query: no nested objects, no prototype to reach.
  app.set('query parser', 'simple');
  app.use(helmet({ contentSecurityPolicy: { directives: { defaultSrc: ["'none'"] } } }));
  app.use(identify(world));
  for (const route of inOrder(routes)) {
    app[route.method](toExpressPath(route.path), admit(world, route), readBody(route), serve(world, route));
  }
  app.use((request, response) => send(request, response, noSuchRoute));
  app.use(failed(world));
  const timeouts = { requestTimeout: 60_000, headersTimeout: 20_000, keepAliveTimeout: 65_000 };
  const server = createServer({ ...timeouts, shouldUpgradeCallback: wantsTunnel }, app);
  acceptUpgrades(server, app);
  // Longer than what a load balancer keeps idle connections, so that it never sends into a closing one.
  server.maxRequestsPerSocket = 0;
  return server;
}

/** Gives every request an id, for the log and for the client, and counts its answer. */
function identify(world: HttpWorld): express.RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const id = given !== undefined && requestIdPattern.test(given) ? given : randomUUID();
    const startedMs = world.clock.nowMs();
    response.locals.requestId = id;
    response.locals.path = 'none';
    response.setHeader('x-request-id', id);
    response.once('close', () => {
      const seconds = (world.clock.nowMs() - startedMs) / 1000;
      const path = String(response.locals.path);
      const { method } = request;
      const status = response.statusCode;
      world.metrics.observe({ method, path, status, seconds });
      // A probe that fails is news.
      const isNews = response.locals.isRoutine !== true || status >= 400;
      const fields = { requestId: id, method, path, status, seconds, run: response.locals.run };
      world.log[isNews ? 'info' : 'debug'](fields, 'answered');
    });
    next();
  };
}

/** Lets in who holds a live token; before the body is read, so that nobody else can make us read one. */
function admit(world: HttpWorld, route: Route): express.RequestHandler {
  return async (request, response, next) => {
    response.locals.path = route.path;
    response.locals.isRoutine = route.isRoutine;
    response.locals.run = param(request, 'uuid');
    if (route.access === 'public') return next();
    const token = tokenOf(request.get('authorization'));
    const principal = token === null ? null : await world.authenticate(token);
    if (principal === null) return send(request, response, unauthenticated);
    response.locals.principal = principal;
    next();
  };
}

function readBody(route: Route): express.RequestHandler {
  if (route.body === null) return (_request, _response, next) => next();
  // Whatever the content type says: clients send JSON and nothing else.
  return express.json({
    limit: mostBodyBytes,
    type: () => true,
    verify: (request, _response, bytes) => {
      rawBodies.set(request, bytes);
    },
  });
}

const rawBodies = new WeakMap<object, Uint8Array>();

function serve(world: HttpWorld, route: Route): express.RequestHandler {
  return async (request, response) => {
    const principal = response.locals.principal as Principal;
    const params = Object.fromEntries(Object.entries(request.params).map(([name, value]) => [name, String(value)]));
    const call = {
      world,
      params,
      query: { ...request.query },
      body: route.body === null ? undefined : (request.body as unknown),
      principal,
      headers: request.headers,
      rawBody: rawBodies.get(request) ?? new Uint8Array(),
      origin: `${request.protocol}://${request.get('host') ?? 'localhost'}`,
      url: request.originalUrl,
    };
    try {
      await answer(world, await route.run(call), request, response);
    } catch (error) {
      // What is wrong with a request is no business of somebody who may not see the thing it is about.
      if (problemOf(error, '').status === 400 && route.access === 'token') {
        await needSight(world, principal, params, route.method === 'get' ? 'read' : 'write');
      }
      throw error;
    }
  };
}

/** Throws when the caller may not even see what the path names. */
async function needSight(
  world: HttpWorld,
  principal: Principal,
  params: Readonly<Record<string, string>>,
  right: 'read' | 'write',
): Promise<void> {
  const { owner, project, uuid } = params;
  if (owner === undefined) return;
  if (project === undefined) {
    if (principal.kind === 'user') await needOrganisation(world, principal, owner, 'read');
  } else if (principal.kind === 'run') {
    await needRun(world, principal, { owner, project, uuid: uuid ?? '' }, 'own');
  } else {
    await needProject(world, principal, owner, project, right);
  }
}

async function answer(world: HttpWorld, given: Answer, request: Request, response: Response): Promise<void> {
  switch (given.kind) {
    case 'json':
      response.status(given.status).json(given.body);
      return;
    case 'text':
      response.status(given.status).type(given.type).send(given.text);
      return;
    case 'empty':
      response.status(given.status).end();
      return;
    case 'stream': {
      const gone = new AbortController();
      response.once('close', () => gone.abort());
      await given.write(response, AbortSignal.any([gone.signal, world.closing]));
      if (!response.writableEnded) response.end();
      return;
    }
    case 'tunnel':
      await tunnel(given.open, request, response, world.closing);
  }
}

function failed(world: HttpWorld): express.ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return (error: unknown, request: Request, response: Response, _next: NextFunction) => {
    const requestId = String(response.locals.requestId);
    const problem = problemOf(world.outageOf(error) ?? error, requestId);
    if (problem.status === 500) world.log.error({ requestId, path: response.locals.path, error }, 'a request failed');
    // A stream that breaks off has no other way to say so than to end without its last chunk.
    if (response.headersSent) return void response.destroy();
    send(request, response, problem);
  };
}

function send(request: Request, response: Response, problem: Problem): void {
  for (const [name, value] of Object.entries(problem.headers ?? {})) response.setHeader(name, value);
  // Only who names it gets the document; `*/*` is what the clients send.
  if ((request.get('accept') ?? '').includes('application/problem+json')) {
    const document = problemDocument(problem, `urn:request:${String(response.locals.requestId)}`);
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(document));
    return;
  }
  response.status(problem.status).json(problem.body);
}

function param(request: Request, name: string): string | undefined {
  const value = request.params[name];
  return typeof value === 'string' ? value : undefined;
}

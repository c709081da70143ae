import { z } from 'zod';
import { deleteRun } from '../../usecases/delete-run.ts';
import { patchRun } from '../../usecases/patch-run.ts';
import { getRun, listRuns } from '../../usecases/read-runs.ts';
import { submitRun } from '../../usecases/submit-run.ts';
import { listBody, listOf, listQuery, pageOf } from '../paging.ts';
import { empty, ok, type Route, route } from '../route.ts';
import { onceOf, patchBody, patchOf, submissionBody, submissionOf } from '../run-bodies.ts';
import { conditionJson, runDetailJson, runJson, runShape, settingsJson, submittedJson } from '../run-json.ts';

const change = (method: 'patch' | 'put'): Route =>
  route({
    method,
    path: '/api/v1/{owner}/{project}/runs/{uuid}',
    id: `${method}Run`,
    says: 'Changes name, description, readme, tags, inputs, outputs or meta_info; with `merge` maps and tags grow.',
    access: 'token',
    body: patchBody,
    answers: { status: 200, schema: runShape },
    handle: async ({ world, principal, params, body }) =>
      ok(runDetailJson(await patchRun(world, principal, params, patchOf(body)))),
  });

/** Making, reading and changing runs. */
export const runRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/v1/{owner}/{project}/runs',
    id: 'createRun',
    says: 'Submits an operation. A problem in it is a 400 and nothing is stored. Takes Idempotency-Key and traceparent.',
    access: 'token',
    body: submissionBody,
    answers: { status: 201, schema: z.record(z.string(), z.unknown()) },
    handle: async ({ world, principal, params, body, headers, rawBody, url }) => {
      const once = onceOf(headers, url, rawBody, world.secrets);
      const submission = submissionOf(body, headers);
      const render = (run: Parameters<typeof submittedJson>[0]) => JSON.stringify(submittedJson(run));
      const text = await submitRun(world, principal, params, submission, once, render);
      return { kind: 'text', status: 201, type: 'application/json', text };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs',
    id: 'listRuns',
    says: 'Runs of a project by `query` and `sort`.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(runShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await listRuns(call.world, call.principal, call.params, { ...call.query, page });
      return ok(listBody(listed, page, call, runJson));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}',
    id: 'getRun',
    says: 'A run with its texts and its history.',
    access: 'token',
    answers: { status: 200, schema: runShape },
    handle: async ({ world, principal, params }) => ok(runDetailJson(await getRun(world, principal, params))),
  }),
  change('patch'),
  change('put'),
  route({
    method: 'delete',
    path: '/api/v1/{owner}/{project}/runs/{uuid}',
    id: 'deleteRun',
    says: 'Stops a run and deletes it; it is readable until it is purged.',
    access: 'token',
    answers: { status: 204, schema: null },
    handle: async ({ world, principal, params }) => {
      await deleteRun(world, principal, params);
      return empty(204);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/statuses',
    id: 'getRunStatuses',
    says: 'The status of a run and how it came there.',
    access: 'token',
    answers: { status: 200, schema: z.record(z.string(), z.unknown()) },
    handle: async ({ world, principal, params }) => {
      const { run, conditions } = await getRun(world, principal, params);
      return ok({ uuid: run.uuid, status: run.status, status_conditions: conditions.map(conditionJson) });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/namespace',
    id: 'getRunNamespace',
    says: 'The namespace that the run is in.',
    access: 'token',
    answers: { status: 200, schema: z.object({ namespace: z.string() }) },
    handle: async ({ world, principal, params }) => {
      const { run } = await getRun(world, principal, params);
      return ok({ namespace: run.namespace ?? 'default' });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/settings',
    id: 'getRunSettings',
    says: 'Agent, queue, namespace and store of a run.',
    access: 'token',
    answers: { status: 200, schema: z.record(z.string(), z.unknown()) },
    handle: async ({ world, principal, params }) => ok(settingsJson((await getRun(world, principal, params)).run)),
  }),
];

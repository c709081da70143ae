import { toJson } from '@tandem/shared/diagnostics';
import { z } from 'zod';
import type { Principal } from '../../domain/access/principal.ts';
import { Refusal } from '../../domain/refusal.ts';
import { skipRun, stopRun } from '../../usecases/act-on-run.ts';
import { approveRun } from '../../usecases/approve-run.ts';
import { checkRun } from '../../usecases/check-run.ts';
import { deleteRun } from '../../usecases/delete-run.ts';
import { needProject, type RunAddress } from '../../usecases/need.ts';
import { recordArtifacts } from '../../usecases/patch-run.ts';
import { runArtifacts, runWaiting } from '../../usecases/read-runs.ts';
import type { World } from '../../usecases/world.ts';
import { listBody, listOf, listQuery, pageOf } from '../paging.ts';
import { empty, ok, type Route, route } from '../route.ts';
import { artifactsBody, artifactsOf, checkBody, contentOf } from '../run-bodies.ts';

type Act = (world: World, principal: Principal, address: RunAddress) => Promise<void>;

const nothing = z.object({});

/** An action on one run, and the same on many: unknown uuids among many are passed over. */
function action(name: string, says: string, act: Act): readonly Route[] {
  return [
    route({
      method: 'post',
      path: `/api/v1/{owner}/{project}/runs/{uuid}/${name}`,
      id: `${name}Run`,
      says,
      access: 'token',
      answers: { status: 200, schema: nothing },
      handle: async ({ world, principal, params }) => {
        // The path is made of two pieces, so the names in it are not known to the type.
        const { owner, project, uuid } = params as RunAddress;
        await act(world, principal, { owner, project, uuid });
        return ok({});
      },
    }),
    bulk('post', name, `${says} For many runs.`, act),
  ];
}

function bulk(method: 'post' | 'delete', name: string, says: string, act: Act): Route {
  return route({
    method,
    path: `/api/v1/{owner}/{project}/runs/${name}`,
    id: `${name}Runs`,
    says,
    access: 'token',
    body: z.object({ uuids: z.array(z.string()).max(1000) }),
    answers: { status: 200, schema: nothing },
    handle: async ({ world, principal, params, body }) => {
      const { owner, project } = params as { readonly owner: string; readonly project: string };
      await needProject(world, principal, owner, project, 'write');
      for (const uuid of new Set(body.uuids)) await quietly(() => act(world, principal, { owner, project, uuid }));
      return ok({});
    },
  });
}

/** Runs that are not there, or not in a state for it, must not keep the rest of a list from being done. */
async function quietly(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
}

const artifactShape = z
  .object({
    name: z.string(),
    kind: z.string(),
    path: z.string(),
    is_input: z.boolean(),
    summary: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'RunArtifact' });

/** What can be done with a run, and questions about it. */
export const runActionRoutes: readonly Route[] = [
  ...action('stop', 'Stops a run; of a run that is done, nothing changes.', stopRun),
  ...action('approve', 'Opens the gate that the run shows as pending.', approveRun),
  ...action('skip', 'Skips a run that has not started.', skipRun),
  bulk('delete', 'delete', 'Stops and deletes many runs.', deleteRun),
  route({
    method: 'post',
    path: '/api/v1/{owner}/{project}/runs/check',
    id: 'checkRun',
    says: 'All of stage 1 without storing anything: what a submission would say.',
    access: 'token',
    body: checkBody,
    answers: { status: 200, schema: z.record(z.string(), z.unknown()) },
    handle: async ({ world, principal, params, body }) => {
      const { isFine, diagnostics, goesTo } = await checkRun(world, principal, params, contentOf(body) ?? '');
      return ok({ ok: isFine, diagnostics: diagnostics.map(toJson), goes_to: goesTo });
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/waiting',
    id: 'getRunWaiting',
    says: 'Why a run waits, what it does, or why it ended so. Never empty.',
    access: 'token',
    answers: {
      status: 200,
      schema: z.object({ status: z.string(), reasons: z.array(z.record(z.string(), z.unknown())) }),
    },
    handle: async ({ world, principal, params }) => ok(await runWaiting(world, principal, params)),
  }),
  route({
    method: 'get',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/lineage/artifacts',
    id: 'listRunArtifacts',
    says: 'Artifacts of a run.',
    access: 'token',
    query: listQuery,
    answers: { status: 200, schema: listOf(artifactShape) },
    handle: async (call) => {
      const page = pageOf(call.query);
      const listed = await runArtifacts(call.world, call.principal, call.params, page);
      return ok(
        listBody(listed, page, call, ({ isInput, size, sha256, ...rest }) => ({
          ...rest,
          is_input: isInput,
          summary: { size, sha256 },
        })),
      );
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/{owner}/{project}/runs/{uuid}/lineage/artifacts',
    id: 'createRunArtifacts',
    says: 'Records artifacts of a run; the same ones may come again.',
    access: 'token',
    body: artifactsBody,
    answers: { status: 201, schema: null },
    handle: async ({ world, principal, params, body }) => {
      await recordArtifacts(world, principal, params, artifactsOf(body));
      return empty(201);
    },
  }),
];

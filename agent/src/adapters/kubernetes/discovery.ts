import type { Clock } from '../../ports/clock.ts';
import type { ApiClient } from './api-client.ts';
import { ApiProblem, isCode } from './api-problem.ts';
import { type ObjectKind, operatorKinds } from './kinds.ts';

/** Which kinds of operators the cluster has; needs no rights (agent-and-kubernetes.md 3.2). Throws `ApiProblem`. */
export async function discoverOperators(client: ApiClient): Promise<readonly ObjectKind[]> {
  const versions = [...new Set(operatorKinds.map((each) => each.apiVersion))];
  const found = await Promise.all(versions.map((version) => resourcesOf(client, version)));
  return operatorKinds.filter(({ apiVersion, plural }) => found[versions.indexOf(apiVersion)]?.has(plural) === true);
}

async function resourcesOf(client: ApiClient, apiVersion: string): Promise<ReadonlySet<string>> {
  try {
    const list = await client.call<{ readonly resources: readonly { readonly name: string }[] }>({
      path: `/apis/${apiVersion}`,
    });
    return new Set(list.resources.map((each) => each.name));
  } catch (error) {
    if (isCode(error, 404) || isCode(error, 403)) return new Set();
    throw error;
  }
}

/** One right that the agent needs. */
interface Right {
  readonly group: string;
  readonly resource: string;
  readonly verbs: readonly string[];
}

const rights: readonly Right[] = [
  { group: 'batch', resource: 'jobs', verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { group: 'apps', resource: 'deployments', verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'] },
  { group: '', resource: 'services', verbs: ['create', 'patch', 'delete'] },
  { group: '', resource: 'pods', verbs: ['get', 'list', 'watch', 'patch', 'delete'] },
  { group: '', resource: 'pods/log', verbs: ['get'] },
  { group: '', resource: 'events', verbs: ['list'] },
  { group: '', resource: 'secrets', verbs: ['create', 'patch', 'delete'] },
];

/** What the agent may not do in a namespace and should: `verb resource`, for its log and its status (agent-and-kubernetes.md 5.2). */
export async function missingRights(client: ApiClient, namespace: string): Promise<readonly string[]> {
  const asked = rights.flatMap(({ group, resource, verbs }) => verbs.map((verb) => ({ group, resource, verb })));
  const answers = await Promise.all(asked.map((each) => mayI(client, { ...each, namespace })));
  return asked.filter((_, index) => answers[index] === false).map(({ verb, resource }) => `${verb} ${resource}`);
}

/** Whether nodes may be followed: a right over the cluster that is given on purpose only. */
export function seesNodes(client: ApiClient): Promise<boolean> {
  return mayI(client, { group: '', resource: 'nodes', verb: 'watch', namespace: '' });
}

async function mayI(
  client: ApiClient,
  {
    group,
    resource,
    verb,
    namespace,
  }: { readonly group: string; readonly resource: string; readonly verb: string; readonly namespace: string },
): Promise<boolean> {
  const [name, subresource] = resource.split('/');
  const review = await client.call<{ readonly status?: { readonly allowed?: boolean } }>({
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          group,
          resource: name,
          ...(subresource === undefined ? {} : { subresource }),
          verb,
          namespace,
        },
      },
    },
  });
  return review.status?.allowed === true;
}

/** How often the cluster is asked again for its operators (agent-and-kubernetes.md 3.2). */
const askAgainMs = 10 * 60_000;

/**
 * Resolves once the cluster has other operators than these, seen twice in a row: an API server that just starts may not
 * know all of its kinds. An outage tells nothing.
 */
export async function operatorsChange(client: ApiClient, known: readonly ObjectKind[], clock: Clock): Promise<void> {
  const names = (kinds: readonly ObjectKind[]): string => kinds.map((each) => `${each.apiVersion}/${each.kind}`).join();
  for (let seen = 0; seen < 2; ) {
    await new Promise<void>((resolve) => clock.after(seen === 0 ? askAgainMs : 30_000, resolve));
    try {
      seen = names(await discoverOperators(client)) === names(known) ? 0 : seen + 1;
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
    }
  }
}

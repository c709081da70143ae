import { type Code, codes, type Diagnostic, error } from '@tandem/shared/diagnostics';
import type { Span } from '@tandem/shared/source';
import type { Target } from '../ports/run-store.ts';
import type { AskedName, Questions } from './questions.ts';

/** One text for what does not exist and for what is not allowed, so that nothing can be found out by asking. */
const refused = 'not found or not allowed';

/** The API of an operator that a cluster must have for a kind, by kind (agent-and-kubernetes.md 3.2). */
const apis: Readonly<Record<string, string>> = {
  tfjob: 'kubeflow.org/v1 TFJob or batch/v1 Job',
  pytorchjob: 'kubeflow.org/v1 PyTorchJob or batch/v1 Job',
  mpijob: 'kubeflow.org/v1 MPIJob or kubeflow.org/v2beta1 MPIJob',
  raycluster: 'ray.io/v1 RayCluster',
  daskcluster: 'kubernetes.dask.org/v1 DaskCluster',
};

/**
 * The stage `access` (decisions.md 31, 32): every name that the operation asks for, against what its organisation and
 * the agent of its queue have. Reports all problems.
 */
export function checkAccess(asks: Questions, target: Target | null): readonly Diagnostic[] {
  const queueSpan = asks.queue?.span ?? asks.whole;
  if (target === null) {
    const name = asks.queue === null ? 'default' : asks.queue.name;
    return [denied('access/queue', queueSpan, `Queue "${name}": ${refused}.`)];
  }
  if (!target.hasConnected) {
    const message = `The agent "${target.agent}" of queue "${target.queue}" has never connected, so its connections are unknown.`;
    return [denied('queues/no-agent', queueSpan, message)];
  }
  const problems: Diagnostic[] = [];
  const notRun = target.kinds.length === 0 ? [] : asks.kinds.filter((kind) => !target.kinds.includes(kind));
  for (const kind of notRun) {
    const api = apis[kind];
    const missing = api === undefined ? '' : ` It needs a cluster with the API ${api}.`;
    const message = `The agent "${target.agent}" runs ${target.kinds.join(', ')}, and no ${kind}.${missing}`;
    problems.push(denied('queues/kind-not-run', asks.whole, message));
  }
  problems.push(...checkConnections(asks.connections, target));
  for (const { name, span } of asks.presets)
    problems.push(denied('access/preset', span, `Preset "${name}": ${refused}.`));
  const { namespace } = asks;
  if (namespace !== null && target.namespaces.length > 0 && !target.namespaces.includes(namespace.name)) {
    problems.push(denied('access/namespace', namespace.span, `Namespace "${namespace.name}": ${refused}.`));
  }
  return problems;
}

/** Connections alone: once more after compiling, when templates have become names. */
export function checkConnections(asked: readonly AskedName[], target: Target): readonly Diagnostic[] {
  return asked
    .filter(({ name }) => !target.connections.includes(name))
    .map(({ name, span }) => denied('access/connection', span, `Connection "${name}": ${refused}.`));
}

/** A problem of this stage; what to do about it is the same wherever it stands. */
function denied(code: Code, span: Span, message: string): Diagnostic {
  return error(code, span, message, { hint: codes[code].help });
}

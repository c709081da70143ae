import type { EnvPlan } from '../pod-plan.ts';
import type { Member } from './indexed.ts';

/** The port at which each pod of TensorFlow serves the others. */
export const tensorflowPort = 2222;

/**
 * What TensorFlow reads about its cluster: `TF_CONFIG`, the same for all pods of a role but for the index, which Kubernetes
 * puts into the text when it starts a pod. An evaluator belongs to no cluster; a run of one pod needs none.
 */
export function tensorflowEnv(members: readonly Member[], role: string, indexField: string): readonly EnvPlan[] {
  if (members.length < 2) return [];
  const roles = new Set(members.map((member) => member.role).filter((each) => each !== 'evaluator'));
  const addresses = (of: string): readonly string[] =>
    members.filter((member) => member.role === of).map(({ address }) => `${address}:${tensorflowPort}`);
  const cluster = Object.fromEntries([...roles].map((each) => [each, addresses(each)]));
  const task = `{"type":${JSON.stringify(role)},"index":$(TANDEM_REPLICA_INDEX)}`;
  const value = `{"cluster":${JSON.stringify(cluster)},"task":${task},"environment":"cloud"}`;
  return [
    { kind: 'field', name: 'TANDEM_REPLICA_INDEX', fieldPath: indexField },
    { kind: 'value', name: 'TF_CONFIG', value },
  ];
}

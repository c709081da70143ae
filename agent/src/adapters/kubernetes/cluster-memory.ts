import type { SessionMemory } from '../../ports/session-memory.ts';
import type { IdentitySecret } from './identity-secret.ts';
import type { KubernetesExecutor } from './kubernetes-executor.ts';

/** The session's memory in the cluster: the epoch beside the identity, an acknowledged end on the run's own object. */
export function clusterMemory(
  identity: Pick<IdentitySecret, 'lastEpoch' | 'rememberEpoch'>,
  executor: Pick<KubernetesExecutor, 'acknowledge' | 'isAcknowledged'>,
): SessionMemory {
  return {
    lastEpoch: identity.lastEpoch,
    rememberEpoch: identity.rememberEpoch,
    // An end stands once it was told (`annotations.end`), so the attempt alone names it.
    isFinalAcked: (uuid, attempt) => executor.isAcknowledged(uuid, attempt),
    rememberFinalAck: (run) => executor.acknowledge(run),
    forget: () => Promise.resolve(), // It goes with the object.
  };
}

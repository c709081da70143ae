import type { PodPlan } from './pod-plan.ts';

/**
 * The ports of a run that others may reach, each once: what its service declares. Without any, the address of a service says
 * 80, so that is what is served (agent-and-kubernetes.md 2.9). Other kinds of runs serve none.
 */
export function servedPorts({ kind, service }: Pick<PodPlan, 'kind' | 'service'>): readonly number[] {
  if (kind !== 'service') return [];
  return service === null || service.ports.length === 0 ? [80] : [...new Set(service.ports)];
}

import type { Catalogue } from './catalogue.ts';
import { addConnections } from './connections.ts';
import { type Arrived, open } from './open.ts';
import { type PlanSettings, toPodPlan } from './plan.ts';
import type { PodPlan, RunKey, RunPaths } from './pod-plan.ts';
import { addSecrets } from './secrets.ts';
import type { Staged } from './staged.ts';

/** What the agent brings to a compilation. */
export interface AgentKnowledge {
  readonly catalogue: Catalogue;
  readonly paths: RunPaths;
  readonly settings: PlanSettings;
}

/**
 * Stage 2 of the compilation, in order: open, connections, secrets, plan. Each takes exactly what the one before gives,
 * so the order cannot be changed by mistake; the first refusal ends it. Pure: no I/O, no clock, no randomness.
 */
export function finishCompilation(arrived: Arrived, run: RunKey, agent: AgentKnowledge): Staged<PodPlan> {
  const opened = open(arrived, run);
  if (!opened.ok) return opened;
  const connected = addConnections(opened.value, agent.catalogue, agent.paths);
  if (!connected.ok) return connected;
  return toPodPlan(addSecrets(connected.value), agent.settings);
}

import type { AccountStore } from '../ports/account-store.ts';
import type { AgentStore } from '../ports/agent-store.ts';
import type { Clock } from '../ports/clock.ts';
import type { ProjectStore } from '../ports/project-store.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { RunTokens } from '../ports/run-tokens.ts';
import type { Secrets } from '../ports/secrets.ts';
import type { StageOne } from '../ports/stage-one.ts';
import type { WakeUps } from '../ports/wake-ups.ts';

/** Everything that the use cases of REST can reach, as ports; made once, in `main.ts`. */
export interface World {
  readonly accounts: AccountStore;
  readonly projects: ProjectStore;
  readonly runs: RunStore;
  readonly agents: AgentStore;
  readonly stageOne: StageOne;
  readonly secrets: Secrets;
  readonly runTokens: RunTokens;
  readonly wakeUps: WakeUps;
  readonly clock: Clock;
}

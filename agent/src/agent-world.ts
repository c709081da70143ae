import type { StartRun } from '@tandem/proto';
import type { Identity } from './adapters/files/identity-file.ts';
import type { Target } from './adapters/grpc/credentials.ts';
import type { Catalogue } from './compile/catalogue.ts';
import type { PodPlan, RunKey } from './compile/pod-plan.ts';
import type { Staged } from './compile/staged.ts';
import type { Config } from './config.ts';
import type { MaskSource } from './mask/mask-source.ts';
import type { Executor } from './ports/executor.ts';
import type { Log } from './ports/log.ts';
import type { Metrics } from './ports/metrics.ts';
import type { SessionMemory } from './ports/session-memory.ts';
import type { Vitals } from './ports/vitals.ts';

/** What a world is opened with. */
export interface WorldOptions {
  readonly config: Config;
  readonly target: Target;
  readonly log: Log;
  readonly metrics: Metrics;
  /** Is told how far the world has come: this takes long where another process leads. */
  readonly vitals: Vitals;
  /** Connections of the moment. */
  readonly catalogue: () => Catalogue;
}

/** Where an agent lives: on a machine with a data folder, or in a cluster. `main.ts` puts the session on top of it. */
export interface AgentWorld {
  readonly identity: Identity;
  readonly executor: Executor;
  readonly memory: SessionMemory;
  readonly masks: MaskSource;
  /** All of stage 2, with the catalogue of the moment. */
  readonly compile: (start: StartRun, run: RunKey, catalogue: Catalogue) => Staged<PodPlan>;
  /** sha256 of the policy that runs are held to; empty: there is none. */
  readonly policySha256: string;
  /** Resolves when another process has taken over and this one must end. */
  readonly lost: Promise<void>;
  /** Lets go of everything; runs go on. */
  release(): Promise<void>;
}

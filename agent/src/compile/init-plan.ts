import type { StoreRef } from './helper-task.ts';
import type { AccessPlan, ContainerPlan } from './pod-plan.ts';

/** One init step of a pod (agent-and-kubernetes.md 2.3). */
export type InitPlan = UserInitPlan | BuiltInInitPlan;

/** A container of the user. */
export interface UserInitPlan {
  readonly kind: 'container';
  readonly container: ContainerPlan;
  /** The connection that it was given, with what that brings; null: it stands for itself. */
  readonly connection: { readonly name: string; readonly access: AccessPlan } | null;
  readonly volume: string | null;
}

/** A step that our helper does. */
export type BuiltInInitPlan = BuiltIn &
  (
    | {
        readonly kind: 'file';
        readonly filename: string;
        readonly content: string;
        /** As for `chmod`; null: as it is made. */
        readonly chmod: string | null;
      }
    | {
        readonly kind: 'git';
        readonly url: string;
        readonly revision: string | null;
        readonly flags: readonly string[];
        readonly connection: string | null;
        /** Folder of mounted ssh keys; null: keys are in the environment, or there are none. */
        readonly keysPath: string | null;
      }
    | {
        readonly kind: 'artifacts';
        readonly files: readonly PathPair[];
        readonly dirs: readonly PathPair[];
        /** Files or folders: what is there decides. */
        readonly paths: readonly PathPair[];
        readonly connection: string;
        readonly store: StoreRef;
      }
    | { readonly kind: 'dockerfile'; readonly filename: string; readonly content: string }
    | {
        readonly kind: 'tensorboard';
        readonly store: StoreRef;
        /** As folders of the store are named: 32 hex digits, each once. */
        readonly uuids: readonly string[];
        readonly useNames: boolean;
        /** Names of these runs by uuid, as far as stage 1 gave them. */
        readonly names: Readonly<Record<string, string>>;
        readonly pathPrefix: string | null;
        readonly plugins: readonly string[];
        readonly port: number;
      }
  );

/** What all steps of our helper have. */
interface BuiltIn {
  /** The folder that the step fills. */
  readonly path: string;
  /** The entry's own `path`, which is a volume of its own in a pod; null: the shared folder of artifacts. */
  readonly volume: string | null;
  readonly access: AccessPlan;
  /** The `container` of the entry: image, resources and variables of the helper, or a command in its place; null: none. */
  readonly override: ContainerPlan | null;
}

export interface PathPair {
  readonly from: string;
  readonly to: string;
}

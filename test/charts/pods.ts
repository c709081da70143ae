import type { Rendered } from './helm.ts';

/** As much of a pod as the tests look at. */
export interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly hostNetwork?: boolean;
  readonly hostPID?: boolean;
  readonly hostIPC?: boolean;
  readonly securityContext: {
    readonly runAsNonRoot?: boolean;
    readonly runAsUser?: number;
    readonly supplementalGroups?: readonly number[];
    readonly seccompProfile?: { readonly type: string };
  };
  readonly containers: readonly Container[];
  readonly initContainers?: readonly Container[];
  readonly volumes: readonly { readonly name: string; readonly hostPath?: unknown }[];
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string; readonly valueFrom?: unknown }[];
  readonly envFrom?: readonly unknown[];
  readonly volumeMounts?: readonly object[];
  readonly securityContext: {
    readonly allowPrivilegeEscalation?: boolean;
    readonly readOnlyRootFilesystem?: boolean;
    readonly capabilities?: { readonly drop?: readonly string[]; readonly add?: readonly string[] };
  };
  readonly resources: { readonly requests?: object; readonly limits?: { readonly memory?: string } };
}

interface Template {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: PodSpec;
}

/** The pod that an object makes; null: it makes none. */
export function podOf(object: Rendered): PodSpec | null {
  if (object.kind === 'Pod') return object['spec'] as PodSpec;
  return templateOf(object)?.spec ?? null;
}

/** The pod template of an object, with its annotations. */
export function templateOf(object: Rendered): Template | null {
  if (object.kind !== 'Deployment' && object.kind !== 'Job') return null;
  return (object['spec'] as { readonly template: Template }).template;
}

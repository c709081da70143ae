/** A Kubernetes object as JSON: what goes to the API server, before the server's own fields. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  };
  readonly [field: string]: Json;
}

/** Plain JSON, readable only. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json | undefined };

/**
 * The objects of one attempt. The lead is made first and owns the others: they get it as their owner when they are made,
 * since its uid is not known before. Deleting the lead deletes all.
 *
 * The Secret with the run's credential is not among them: it is made by the executor, the only one that has the credential.
 */
export interface RunObjects {
  readonly lead: Manifest;
  readonly others: readonly Manifest[];
  /** Whether pods mount the Secret `tokenSecretName(run)`. */
  readonly needsToken: boolean;
}

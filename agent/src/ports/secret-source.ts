import type { Secret } from '../secret.ts';

/** Where an executor that delivers values itself finds them; on Kubernetes the kubelet does it and nobody asks. */
export interface SecretSource {
  /** Keys of a secret, sorted; null: there is no such secret. */
  secretKeys(name: string): Promise<readonly string[] | null>;
  secret(name: string, key: string): Promise<Secret | null>;
  configKeys(name: string): Promise<readonly string[] | null>;
  config(name: string, key: string): Promise<string | null>;
  /** Every value of every secret, for the masker. */
  allSecrets(): Promise<readonly Secret[]>;
}

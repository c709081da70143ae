import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import type { Cluster } from '../../support/cluster.ts';
import { selfSigned } from './self-signed.ts';

/** What a webhook says to an object that is to be made; null: nothing, so that the API server waits in vain. */
export type Verdict = {
  readonly allowed: boolean;
  readonly message?: string;
  readonly patch?: readonly object[];
} | null;

export interface Webhook {
  /** Names of the objects that it was asked about. */
  readonly asked: readonly string[];
  say(verdict: (object: { readonly metadata: { readonly name?: string } }) => Verdict): void;
  close(): Promise<void>;
}

/** An admission webhook outside of the cluster for objects that are made in a namespace. */
export async function startWebhook(
  cluster: Cluster,
  options: {
    readonly name: string;
    readonly kind: 'Validating' | 'Mutating';
    readonly group: string;
    readonly resource: string;
    readonly namespace: string;
  },
): Promise<Webhook> {
  const { name, kind, group, resource, namespace } = options;
  const folder = join(cluster.folder, `webhook-${name}`);
  mkdirSync(folder, { recursive: true });
  const tls = await selfSigned(folder, cluster.outsideAddress);
  const asked: string[] = [];
  let verdictOf: Parameters<Webhook['say']>[0] = () => ({ allowed: true });
  const server = createServer(tls, (request, answer) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString('utf8')));
    request.on('end', () => {
      const review = JSON.parse(body) as { request: { uid: string; object: { metadata: { name?: string } } } };
      asked.push(review.request.object.metadata.name ?? '');
      const verdict = verdictOf(review.request.object);
      if (verdict === null) return;
      const { allowed, message, patch } = verdict;
      const response = {
        uid: review.request.uid,
        allowed,
        ...(message === undefined ? {} : { status: { message, code: 403 } }),
        ...(patch === undefined
          ? {}
          : { patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') }),
      };
      answer.setHeader('content-type', 'application/json');
      answer.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response }));
    });
  });
  server.listen(0, cluster.outsideAddress);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the webhook has no port');
  await cluster.apply({
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: `${kind}WebhookConfiguration`,
    metadata: { name },
    webhooks: [
      {
        name: `${name}.tandem.test`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        timeoutSeconds: 1,
        failurePolicy: 'Fail',
        namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
        rules: [{ apiGroups: [group], apiVersions: ['v1'], operations: ['CREATE'], resources: [resource] }],
        clientConfig: {
          url: `https://${cluster.outsideAddress}:${address.port}/`,
          caBundle: Buffer.from(tls.cert).toString('base64'),
        },
      },
    ],
  });
  return {
    asked,
    say: (verdict) => {
      verdictOf = verdict;
    },
    close: async () => {
      await cluster.kubectl(['delete', `${kind.toLowerCase()}webhookconfiguration`, name]);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

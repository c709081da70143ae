import { objectName, tokenSecretName } from '../compile/kubernetes/names.ts';
import { type Check, deny } from './check.ts';
import { objectMetadata, ownSelector } from './metadata.ts';
import { podTemplate } from './pod-spec.ts';
import {
  countAt,
  flag,
  integer,
  integerOrText,
  isMap,
  type JsonMap,
  listOf,
  mapOf,
  object,
  oneOf,
  type Shape,
  text,
  textAt,
  textThat,
  within,
} from './shape.ts';

const conditions = listOf(object({ type: text, status: oneOf('True', 'False', 'Unknown') }));

const podFailurePolicy: Shape = object({
  rules: listOf(
    object({
      action: oneOf('FailJob', 'FailIndex', 'Ignore', 'Count'),
      onExitCodes: object({ containerName: text, operator: oneOf('In', 'NotIn'), values: listOf(integer) }),
      onPodConditions: conditions,
    }),
  ),
});

/** `ttlSecondsAfterFinished` is on no list: the object could be gone before its end was reported (agent-and-kubernetes.md 2.8). */
const jobFields = object({
  activeDeadlineSeconds: integer,
  backoffLimit: integer,
  backoffLimitPerIndex: integer,
  completionMode: oneOf('NonIndexed', 'Indexed'),
  completions: integer,
  maxFailedIndexes: integer,
  parallelism: integer,
  podFailurePolicy,
  podReplacementPolicy: oneOf('TerminatingOrFailed', 'Failed'),
  successPolicy: object({ rules: listOf(object({ succeededCount: integer, succeededIndexes: text })) }),
  suspend: flag,
  template: podTemplate,
});

/** A body whose pods are made as often as it says. */
export function withCopies(shape: Shape, copiesOf: (body: JsonMap, check: Check) => number): Shape {
  return (value, check) => {
    check.copies = copiesOf(isMap(value) ? value : {}, check);
    shape(value, check);
    check.copies = 1;
  };
}

export const job: Shape = top({ spec: withCopies(jobFields, (body) => countAt(body, 'parallelism', 1)) });

const rolling = object({ maxSurge: integerOrText, maxUnavailable: integerOrText });

export const deployment: Shape = top({
  spec: withCopies(
    object({
      minReadySeconds: integer,
      paused: flag,
      progressDeadlineSeconds: integer,
      replicas: integer,
      revisionHistoryLimit: integer,
      selector: object({ matchLabels: ownSelector }),
      strategy: object({ type: oneOf('Recreate', 'RollingUpdate'), rollingUpdate: rolling }),
      template: podTemplate,
    }),
    (body) => countAt(body, 'replicas', 1),
  ),
});

/** What an outside caller could reach. Never allowed are addresses of others: `externalIPs` and `externalName` are on no list. */
export const serviceType: Shape = textThat((type, check) => {
  if (type === 'ClusterIP') return;
  if ((type !== 'NodePort' && type !== 'LoadBalancer') || !check.rules.allows('externalServices'))
    deny(check, 'externalServices', `Services of the type "${type}" are not allowed.`);
});

const nodePort: Shape = (_, check) => {
  if (!check.rules.allows('externalServices'))
    deny(check, 'externalServices', 'Services may not take ports of the nodes.');
};

/** The body of a Service; its selector finds pods of this run only. */
export const serviceSpec = (selector: Shape): Shape =>
  object({
    clusterIP: oneOf('None', ''),
    internalTrafficPolicy: oneOf('Cluster', 'Local'),
    ipFamilyPolicy: oneOf('SingleStack', 'PreferDualStack', 'RequireDualStack'),
    ports: listOf(
      object({
        appProtocol: text,
        name: text,
        nodePort,
        port: integer,
        protocol: oneOf('TCP', 'UDP', 'SCTP'),
        targetPort: integerOrText,
      }),
    ),
    publishNotReadyAddresses: flag,
    selector,
    sessionAffinity: oneOf('None', 'ClientIP'),
    type: serviceType,
  });

export const service: Shape = top({ spec: serviceSpec(ownSelector) }, (value, check) => {
  // Without a selector somebody else says where it leads.
  const spec = value['spec'];
  if (typeof spec === 'object' && spec !== null && !Object.hasOwn(spec, 'selector'))
    deny(check, 'fields', 'A Service must select the pods of this run.', 'spec', 'selector');
});

/** Only the Secret with the credential of this attempt: no other value of a secret passes through us (decisions.md 59). */
export const secret: Shape = top(
  { type: oneOf('Opaque'), immutable: flag, data: mapOf(text), stringData: mapOf(text) },
  (value, check) => nameIs(value, tokenSecretName(check.facts.run), check),
);

export const configMap: Shape = top({ immutable: flag, data: mapOf(text) }, (value, check) =>
  nameIs(value, null, check),
);

/** An object with these fields beside its kind and metadata. */
export function top(fields: Readonly<Record<string, Shape>>, also?: (value: JsonMap, check: Check) => void): Shape {
  return object({ apiVersion: text, kind: text, metadata: objectMetadata, ...fields }, (value, check) => {
    for (const field of ['name', 'namespace'])
      if (textAt(value['metadata'], field) === null)
        within(check, 'metadata', {}, () => deny(check, 'fields', `The object must have a ${field}.`, field));
    also?.(value, check);
  });
}

function nameIs(value: JsonMap, only: string | null, check: Check): void {
  const name = textAt(value['metadata'], 'name') ?? '';
  const isFine = only === null ? name.startsWith(`${objectName(check.facts.run)}-`) : name === only;
  if (!isFine) deny(check, 'fields', `"${name}" is not one that the agent makes for this run.`, 'metadata', 'name');
}

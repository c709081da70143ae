import { affinity, dnsConfig, hostAlias, securityContext, toleration } from './kubernetes-objects.ts';
import { bool, int, labels, listOf, oneOf, type Shape, section, sub, text } from './shape.ts';

/** Where and as whom the pods of a run are placed (compiler.md 1.5). */
export const environment: Shape = sub(
  section('environment', {
    labels,
    annotations: labels,
    nodeSelector: labels,
    affinity,
    tolerations: listOf(toleration),
    nodeName: text,
    serviceAccountName: text,
    hostAliases: listOf(hostAlias),
    securityContext,
    imagePullSecrets: listOf(text),
    hostNetwork: bool,
    hostPID: bool,
    dnsPolicy: text,
    dnsConfig,
    schedulerName: text,
    priorityClassName: text,
    priority: int,
    restartPolicy: oneOf('Always', 'OnFailure', 'Never', 'ExitCode'),
  }),
);

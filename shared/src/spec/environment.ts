import { bool, free, int, labels, listOf, oneOf, type Shape, section, sub, text } from './shape.ts';

/** Where and as whom the pods of a run are placed (compiler.md 1.5). */
export const environment: Shape = sub(
  section('environment', {
    labels,
    annotations: labels,
    nodeSelector: labels,
    affinity: free,
    tolerations: listOf(free),
    nodeName: text,
    serviceAccountName: text,
    hostAliases: listOf(free),
    securityContext: free,
    imagePullSecrets: listOf(text),
    hostNetwork: bool,
    hostPID: bool,
    dnsPolicy: text,
    dnsConfig: free,
    schedulerName: text,
    priorityClassName: text,
    priority: int,
    restartPolicy: oneOf('Always', 'OnFailure', 'Never', 'ExitCode'),
  }),
);

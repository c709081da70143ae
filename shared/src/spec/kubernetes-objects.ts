import { filled, free, type Shape, section } from './shape.ts';

/** Which nodes and neighbours pods go to, as Kubernetes has it. */
export const affinity: Shape = {
  kind: 'kubernetes',
  section: section('affinity', { nodeAffinity: free, podAffinity: free, podAntiAffinity: free }),
  orRef: true,
};

/** As whom pods run. Also the fields that Kubernetes has for containers only, since old files have them here. */
export const securityContext: Shape = {
  kind: 'kubernetes',
  section: section('securityContext', {
    runAsUser: free,
    runAsGroup: free,
    runAsNonRoot: free,
    fsGroup: free,
    fsGroupChangePolicy: free,
    supplementalGroups: filled,
    supplementalGroupsPolicy: free,
    seLinuxOptions: free,
    seLinuxChangePolicy: free,
    seccompProfile: free,
    appArmorProfile: free,
    sysctls: filled,
    windowsOptions: free,
    allowPrivilegeEscalation: free,
    capabilities: free,
    privileged: free,
    procMount: free,
    readOnlyRootFilesystem: free,
  }),
  orRef: true,
};

/** How pods resolve names, as Kubernetes has it. */
export const dnsConfig: Shape = {
  kind: 'kubernetes',
  section: section('dnsConfig', { nameservers: filled, searches: filled, options: filled }),
  orRef: true,
};

/** A taint that pods bear. */
export const toleration: Shape = {
  kind: 'kubernetes',
  section: section('toleration', {
    key: free,
    operator: free,
    value: free,
    effect: free,
    tolerationSeconds: free,
  }),
  orRef: true,
};

/** An address with names that pods know it by. */
export const hostAlias: Shape = {
  kind: 'kubernetes',
  section: section('hostAlias', { ip: free, hostnames: filled }),
  orRef: true,
};

import { deny } from './check.ts';
import { integer, listOf, mapOf, object, oneOf, type Shape, text, textAt, textThat } from './shape.ts';

const requirement = object({ key: text, operator: text, values: listOf(text) });
const requirements = listOf(requirement);

/** Labels of pods or nodes that are looked for. */
export const labelSelector: Shape = object({ matchLabels: mapOf(text), matchExpressions: requirements });

const nodeTerm = object({ matchExpressions: requirements, matchFields: requirements });
// Other namespaces are left out: a run could keep pods of others away from nodes.
const podTerm = object({
  labelSelector,
  matchLabelKeys: listOf(text),
  mismatchLabelKeys: listOf(text),
  topologyKey: text,
});
const podTerms = object({
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podTerm),
  preferredDuringSchedulingIgnoredDuringExecution: listOf(object({ weight: integer, podAffinityTerm: podTerm })),
});

export const affinity: Shape = object({
  nodeAffinity: object({
    requiredDuringSchedulingIgnoredDuringExecution: object({ nodeSelectorTerms: listOf(nodeTerm) }),
    preferredDuringSchedulingIgnoredDuringExecution: listOf(object({ weight: integer, preference: nodeTerm })),
  }),
  podAffinity: podTerms,
  podAntiAffinity: podTerms,
});

export const tolerations: Shape = listOf(
  object(
    {
      key: text,
      operator: oneOf('Exists', 'Equal', 'Lt', 'Gt'),
      value: text,
      effect: oneOf('', 'NoSchedule', 'PreferNoSchedule', 'NoExecute'),
      tolerationSeconds: integer,
    },
    (toleration, check) => {
      const key = textAt(toleration, 'key') ?? '';
      // Without a key it tolerates everything.
      const isWide = key === '' || key.startsWith('node-role.kubernetes.io/');
      if (isWide && !check.rules.allows('controlPlaneNodes'))
        deny(check, 'controlPlaneNodes', 'Pods may not tolerate the nodes of the control plane of the cluster.');
    },
  ),
);

export const topologySpread: Shape = listOf(
  object({
    labelSelector,
    matchLabelKeys: listOf(text),
    maxSkew: integer,
    minDomains: integer,
    nodeAffinityPolicy: oneOf('Honor', 'Ignore'),
    nodeTaintsPolicy: oneOf('Honor', 'Ignore'),
    topologyKey: text,
    whenUnsatisfiable: oneOf('DoNotSchedule', 'ScheduleAnyway'),
  }),
);

export const dnsConfig: Shape = object({
  nameservers: listOf(text),
  searches: listOf(text),
  options: listOf(object({ name: text, value: text })),
});

/** The agent's own default, or one that the policy lists. */
export const priorityClassName: Shape = textThat((name, check) => {
  if (name !== '' && name !== check.facts.priorityClass && !check.rules.lists('priorityClasses', name))
    deny(check, 'priorityClasses', `The priority class "${name}" may not be used.`);
});

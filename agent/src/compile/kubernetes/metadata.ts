import type { PodPlan, ReplicaPlan } from '../pod-plan.ts';
import { emptyMap, mapAt } from '../reading.ts';
import { labelValue, metadataKey } from '../slug.ts';
import { annotations, labels, managedBy } from './names.ts';
import type { ObjectSettings } from './object-settings.ts';
import { textJson } from './to-json.ts';

export interface Metadata {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** The longest name in an annotation: all annotations of an object together may have 256 KiB. */
const longestName = 1024;

/**
 * Labels and annotations of an object or a pod (agent-and-kubernetes.md 2.1): the user's, then those of connections, then ours,
 * and the later win. Whatever the user wrote is made a valid label, since the API server would refuse the whole object for it.
 * `replica` is null for objects that stand for the whole run.
 */
export function metadataOf(plan: PodPlan, settings: ObjectSettings, replica: ReplicaPlan | null): Metadata {
  const own = replica ?? (plan.replicas.length === 1 ? (plan.replicas[0] ?? null) : null);
  const environment = own?.environment ?? emptyMap;
  return {
    labels: {
      ...entriesOf(textJson(mapAt(environment, 'labels') ?? emptyMap), labelValue),
      ...ourLabels(plan, settings),
      ...(replica === null ? {} : { [labels.role]: replica.role }),
    },
    annotations: {
      ...entriesOf(textJson(mapAt(environment, 'annotations') ?? emptyMap), (value) => value),
      ...entriesOf(own?.annotations ?? {}, (value) => value),
      ...ourAnnotations(plan),
    },
  };
}

function ourLabels(plan: PodPlan, settings: ObjectSettings): Readonly<Record<string, string>> {
  const name = labelValue(plan.name ?? '');
  return {
    ...(name === '' ? {} : { 'app.kubernetes.io/name': name }),
    'app.kubernetes.io/instance': plan.run.uuid,
    'app.kubernetes.io/version': labelValue(settings.version),
    'app.kubernetes.io/part-of': 'tandem-runs',
    'app.kubernetes.io/component': `tandem-${plan.kind}s`,
    [labels.managedBy]: managedBy,
    [labels.run]: plan.run.uuid,
    [labels.agent]: labelValue(settings.agentId),
    [labels.attempt]: String(plan.run.attempt),
  };
}

function ourAnnotations(plan: PodPlan): Readonly<Record<string, string>> {
  return {
    [annotations.owner]: plan.owner,
    [annotations.project]: plan.project,
    ...(plan.name === null ? {} : { [annotations.name]: plan.name.slice(0, longestName) }),
    [annotations.kind]: plan.kind,
    [annotations.generation]: String(plan.run.generation),
    [annotations.specSha256]: plan.specSha256,
  };
}

/** Entries under valid keys; what has no key or label left is dropped. */
function entriesOf(
  given: Readonly<Record<string, string>>,
  toValue: (value: string) => string,
): Readonly<Record<string, string>> {
  const entries: [string, string][] = [];
  for (const [key, text] of Object.entries(given)) {
    const [name, value] = [metadataKey(key), toValue(text)];
    if (name !== '' && (value !== '' || text === '')) entries.push([name, value]);
  }
  return Object.fromEntries(entries);
}

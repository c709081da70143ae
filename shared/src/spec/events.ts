import { error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { Node } from '../source/tree.ts';
import { isTemplateNode } from './describe.ts';
import { type Reading, wrong } from './reading.ts';
import { asWritten, listOf, type Shape, section, sub, text } from './shape.ts';

const runStatuses = [
  'created',
  'resuming',
  'compiled',
  'on_schedule',
  'queued',
  'scheduled',
  'starting',
  'initializing',
  'running',
  'processing',
  'stopping',
  'failed',
  'stopped',
  'succeeded',
  'skipped',
  'warning',
  'unschedulable',
  'upstream_failed',
  'retrying',
  'unknown',
  'done',
];

const ofRuns = [
  ...runStatuses.map((status) => `run_status_${status}`),
  'run_approved_actor',
  'run_invalidated_actor',
  'run_new_artifacts',
];

/** Every kind of event, and what may send it: `ops.NAME`, `runs.UUID`, `connections.NAME` … (orchestration.md 2.2, decisions.md 46). */
export const eventSources: ReadonlyMap<string, readonly string[]> = new Map([
  ...ofRuns.map((kind): [string, readonly string[]] => [kind, ['ops', 'runs', 'projects']]),
  ['connection_git_commit', ['connections']],
  ['connection_dataset_version', ['connections']],
  ['connection_registry_image', ['connections']],
  ...['alert_info', 'alert_warning', 'alert_critical'].map((kind): [string, readonly string[]] => [
    kind,
    ['runs', 'ops', 'connections', 'projects', 'orgs'],
  ]),
  ['model_version_new_metric', ['models', 'projects']],
  ['project_custom_event', ['projects']],
  ['org_custom_event', ['orgs']],
]);

/** A kind of event, or a template that gives one. */
function readKind(node: Node, _field: string, reading: Reading): Node {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return wrong(node, reading, 'the kind of an event');
  if (isTemplateNode(node) || eventSources.has(node.value)) return node;
  reading.problems.push(
    error('sanitize/unknown-event', node.span, `There is no event "${node.value}".`, {
      hint:
        didYouMean(node.value, eventSources.keys()) ??
        'Write for example "run_status_done" or "connection_git_commit".',
    }),
  );
  return node;
}

const kind: Shape = {
  kind: 'custom',
  name: 'eventKind',
  read: readKind,
  schema: { anyOf: [{ enum: [...eventSources.keys()] }, { type: 'string', pattern: '\\{\\{|\\{%' }] },
  says: 'the kind of an event, such as `run_status_done`',
};

/** What an operation waits for besides the end of others (orchestration.md 2.1). */
export const events: Shape = asWritten(
  listOf(sub(section('events', { kinds: asWritten(listOf(kind)), ref: text }, { required: ['kinds', 'ref'] }))),
);

import { build } from './build.ts';
import { cache } from './cache.ts';
import { container, volume } from './container.ts';
import { environment } from './environment.ts';
import { events } from './events.ts';
import { hooks } from './hooks.ts';
import { init } from './init.ts';
import { ios } from './io.ts';
import { joins } from './joins.ts';
import { matrix } from './matrix.ts';
import { mount } from './mount.ts';
import { plugins } from './plugins.ts';
import { references } from './references.ts';
import { schedule } from './schedule.ts';
import {
  bool,
  boolOrRef,
  floatOrRef,
  free,
  int,
  listOf,
  mapOf,
  oneOf,
  patchStrategy,
  type Section,
  type Shape,
  section,
  text,
  texts,
  words,
} from './shape.ts';
import { templateSection } from './template-section.ts';
import { termination } from './termination.ts';

const name: Shape = { kind: 'text', pattern: /^[-a-zA-Z0-9_]+$/, says: 'letters, digits, "-" and "_"' };
const queue: Shape = { kind: 'text', pattern: /^[^/\s]+(?:\/[^/\s]+)?$/, says: '"queue" or "agent/queue"' };
const trigger = oneOf('all_succeeded', 'all_failed', 'all_done', 'one_succeeded', 'one_failed', 'one_done');

/** Sections that stand for a run, on top of the layer's own (compiler.md 1.8). */
export const shortcuts = {
  ports: listOf(int),
  container,
  cmd: free,
  env: mapOf(text),
  resources: mapOf(free),
  environment,
  init,
  connections: texts,
  sidecars: listOf(container),
  volumes: listOf(volume),
} satisfies Record<string, Shape>;

/**
 * A file, or the component inside it: all are layers with the same sections (compiler.md 1.2).
 * The order is the order in which messages list sections.
 */
export const layerSection: Section = section(
  'file',
  {
    version: { kind: 'float', orRef: false },
    kind: { kind: 'text', oneOf: ['component', 'operation'], code: 'sanitize/unknown-file-kind' },
    name,
    description: text,
    tags: words,
    presets: words,
    strictParams: bool,
    isPreset: bool,
    patchStrategy,
    isApproved: boolOrRef,
    queue,
    namespace: text,
    cost: floatOrRef,
    cache,
    termination,
    plugins,
    mount,
    conditions: text,
    params: { kind: 'params' },
    inputs: ios,
    outputs: ios,
    run: { kind: 'run' },
    runPatch: { kind: 'run' },
    component: { kind: 'layer' },
    ...shortcuts,
    build,
    hooks,
    events,
    schedule,
    matrix,
    joins,
    dependencies: texts,
    trigger,
    skipOnUpstreamSkip: boolOrRef,
    template: templateSection,
    ...references,
  },
  { exclusive: Object.keys(references) },
);

import { container, volume } from './container.ts';
import { environment } from './environment.ts';
import { init } from './init.ts';
import { ios } from './io.ts';
import { plugins } from './plugins.ts';
import {
  bool,
  boolOrRef,
  floatOrRef,
  free,
  int,
  intOrRef,
  later,
  listOf,
  mapOf,
  oneOf,
  type Section,
  type Shape,
  section,
  sub,
  text,
  texts,
} from './shape.ts';
import { termination } from './termination.ts';

const name: Shape = { kind: 'text', pattern: /^[-a-zA-Z0-9_]+$/, says: 'letters, digits, "-" and "_"' };
const queue: Shape = { kind: 'text', pattern: /^[^/\s]+(?:\/[^/\s]+)?$/, says: '"queue" or "agent/queue"' };
const words: Shape = { kind: 'words' };

const cache = section('cache', {
  disable: boolOrRef,
  ttl: intOrRef,
  io: texts,
  sections: listOf(oneOf('containers', 'init', 'connections')),
});

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
export const layerSection: Section = section('file', {
  version: { kind: 'float', orRef: false },
  kind: oneOf('component', 'operation'),
  name,
  description: text,
  tags: words,
  presets: words,
  strictParams: bool,
  isPreset: bool,
  patchStrategy: oneOf('replace', 'isnull', 'post_merge', 'pre_merge'),
  isApproved: boolOrRef,
  queue,
  namespace: text,
  cost: floatOrRef,
  cache: sub(cache),
  termination,
  plugins,
  mount: listOf(free),
  conditions: text,
  params: { kind: 'params' },
  inputs: ios,
  outputs: ios,
  run: { kind: 'run' },
  runPatch: { kind: 'run' },
  component: { kind: 'layer' },
  ...shortcuts,
  build: later,
  hooks: later,
  events: later,
  schedule: later,
  matrix: later,
  joins: later,
  dependencies: later,
  trigger: later,
  skipOnUpstreamSkip: later,
  template: later,
  hubRef: later,
  pathRef: later,
  urlRef: later,
  dagRef: later,
});

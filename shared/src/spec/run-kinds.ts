import { container, volume } from './container.ts';
import { environment } from './environment.ts';
import { init } from './init.ts';
import { boolOrRef, int, intOrRef, listOf, oneOf, type Section, section, texts } from './shape.ts';

const job = { environment, connections: texts, volumes: listOf(volume), init, sidecars: listOf(container), container };
const jobKinds = ['job', 'notifier', 'cleaner', 'tuner'];

/** The fields of every run kind that this release compiles (compiler.md 1.5). */
export const runKinds: ReadonlyMap<string, Section> = new Map([
  ...jobKinds.map((kind): [string, Section] => [kind, section('run', { kind: oneOf(kind), ...job })]),
  [
    'service',
    section('run', {
      kind: oneOf('service'),
      ...job,
      ports: listOf(int),
      rewritePath: boolOrRef,
      isExternal: boolOrRef,
      replicas: intOrRef,
    }),
  ],
]);

/** Kinds that the file format has and a later release compiles. */
export const laterRunKinds: readonly string[] = ['dag', 'tfjob', 'pytorchjob', 'mpijob', 'raycluster', 'daskcluster'];

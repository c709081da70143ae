import { dag } from './dag.ts';
import { distributedKinds, pod } from './distributed.ts';
import { boolOrRef, int, intOrRef, listOf, oneOf, type Section, section } from './shape.ts';

const jobKinds = ['job', 'notifier', 'cleaner', 'tuner'];

/** The fields of every run kind (compiler.md 1.5). */
export const runKinds: ReadonlyMap<string, Section> = new Map([
  ...jobKinds.map((kind): [string, Section] => [kind, section('run', { kind: oneOf(kind), ...pod })]),
  [
    'service',
    section('run', {
      kind: oneOf('service'),
      ...pod,
      ports: listOf(int),
      rewritePath: boolOrRef,
      isExternal: boolOrRef,
      replicas: intOrRef,
    }),
  ],
  ['dag', dag],
  ...Object.entries(distributedKinds),
]);

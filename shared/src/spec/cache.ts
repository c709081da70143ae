import { boolOrRef, intOrRef, listOf, oneOf, type Shape, section, sub, texts } from './shape.ts';

/** When an earlier run that did the same is taken instead (compiler.md 9). `ttl` is seconds. */
export const cache: Shape = sub(
  section('cache', {
    disable: boolOrRef,
    ttl: intOrRef,
    io: texts,
    sections: listOf(oneOf('containers', 'init', 'connections')),
  }),
);

import { asWritten, intOrRef, listOf, type Shape, section, sub, text } from './shape.ts';

/** Queries over runs whose results become params (compiler.md 3.3). `ref` is read and means nothing. */
export const joins: Shape = asWritten(
  listOf(
    sub(
      section(
        'joins',
        { query: text, sort: text, limit: intOrRef, offset: intOrRef, ref: text, params: { kind: 'params' } },
        { required: ['query'] },
      ),
    ),
  ),
);

import { asWritten, boolOrRef, type Shape, section, sub, text, texts } from './shape.ts';

/** Says that the file is to be filled in before it can run (compiler.md 1.2). */
export const templateSection: Shape = asWritten(
  sub(section('template', { enabled: boolOrRef, description: text, fields: texts })),
);

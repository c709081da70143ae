import { type Form, forms } from './hyper-param-forms.ts';
import type { JsonSchema } from './shape.ts';

const number: JsonSchema = {
  anyOf: [{ type: 'number' }, { type: 'string', pattern: '^\\s*[-+]?[0-9._]+(?:[eE][-+]?[0-9]+)?\\s*$' }],
};
const count: JsonSchema = { type: 'integer', minimum: 1 };
const template: JsonSchema = { type: 'string', pattern: '\\{\\{|\\{%' };

/** The forms of a hyper-parameter, one for each kind (compiler.md 1.6). */
export const hyperParamSchema: JsonSchema = {
  anyOf: [
    pair('choice', { type: 'array', minItems: 1 }),
    pair('pchoice', {
      type: 'array',
      minItems: 1,
      items: {
        type: 'array',
        prefixItems: [{}, { type: 'number', minimum: 0, exclusiveMaximum: 1 }],
        minItems: 2,
        maxItems: 2,
      },
    }),
    ...[...forms].map(([kind, form]) => pair(kind, ...valuesOf(form))),
  ],
};

function pair(kind: string, ...values: readonly JsonSchema[]): JsonSchema {
  return {
    type: 'object',
    properties: { kind: { const: kind }, value: { anyOf: [...values, template] } },
    required: ['kind', 'value'],
    additionalProperties: false,
  };
}

/** A list, a mapping, and for some kinds a text with colons. */
function valuesOf(form: Form): readonly JsonSchema[] {
  const required = form.fields.filter((name) => name !== form.optional);
  const parts = form.fields.map((name) => partOf(form, name));
  return [
    { type: 'array', prefixItems: parts, minItems: required.length, maxItems: parts.length },
    {
      type: 'object',
      properties: Object.fromEntries(form.fields.map((name, at) => [name, parts[at]])),
      required,
      additionalProperties: false,
    },
    ...(form.hasText
      ? [{ type: 'string', pattern: `^[^:{}]+(?::[^:{}]+){${required.length - 1},${parts.length - 1}}$` }]
      : []),
  ];
}

function partOf(form: Form, name: string): JsonSchema {
  if (name === 'num') return count;
  return form.of === 'number' || name === 'step' ? number : { type: 'string' };
}

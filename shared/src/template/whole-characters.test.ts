import assert from 'node:assert/strict';
import { Fault } from './fault.ts';
import { render } from './render.ts';
import { parseTemplate } from './template.ts';

function rendered(text: string): unknown {
  const template = parseTemplate(text);
  if (template instanceof Fault) return template.code;
  const value = render(template, { names: new Map(), isAgentName: () => false });
  return value instanceof Fault ? value.code : value;
}

/** Half of a UTF-16 pair cannot be sent to an agent, so no template may make one. */
describe('characters that a template makes are whole', () => {
  for (const [text, expected] of [
    ["{{ '\\U0001f600' }}", '😀'],
    ["{{ '\\ud83d\\ude00' }}", '😀'],
    ["{{ '\\ud83d' }}", 'template/syntax'],
    ["{{ 'a' ~ '\\ude00' }}", 'template/syntax'],
    ["{{ '%c' % 128512 }}", '😀'],
    ["{{ '%c' % 55357 }}", 'template/wrong-type'],
    ["{{ '😀'[0] }}", '😀'],
    ["{{ '😀x'[:1] }}", '😀'],
    ["{{ '😀'|list|first }}", '😀'],
  ] as const)
    it(text, () => assert.equal(rendered(text), expected));
});

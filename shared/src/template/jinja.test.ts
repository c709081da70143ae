import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template as OtherTemplate } from '@huggingface/jinja';
import { fromJson } from '../values/composites.ts';
import { pythonText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { Fault } from './fault.ts';
import { isAgentPath } from './names.ts';
import { render } from './render.ts';
import { hasTemplate, parseTemplate } from './template.ts';

const context =
  '{"n": 3, "name": "Hello World", "items": [3, 1, 2], "user": {"name": "Eve"}, "people": [{"name": "Ann", "age": 30}, {"name": "Bob", "age": 20}]}';
const names = fromJson(context);

function rendered(text: string): string {
  if (!hasTemplate(text)) return text;
  const template = parseTemplate(text);
  assert.ok(!(template instanceof Fault) && names !== undefined && names !== null && isMap(names));
  const result = render(template, { names, isAgentName: isAgentPath });
  assert.ok(!(result instanceof Fault), result instanceof Fault ? result.message : '');
  return pythonText(result as Value);
}

/** Each case says what Jinja prints; a second engine agrees, unless `differs` says why it does not. */
describe('templates print as Jinja does', () => {
  const cases = fromJson(readFileSync(join(import.meta.dirname, 'jinja.cases.json'), 'utf8'));
  assert.ok(cases !== undefined && cases !== null && isList(cases) && cases.length >= 60);
  for (const each of cases) {
    assert.ok(each !== null && isMap(each));
    const [template, text, differs] = [each.get('template'), each.get('text'), each.get('differs')];
    assert.ok(typeof template === 'string' && typeof text === 'string');
    it(template, () => {
      assert.equal(rendered(template), text);
      if (differs === undefined) assert.equal(new OtherTemplate(template).render(JSON.parse(context)), text);
    });
  }
});

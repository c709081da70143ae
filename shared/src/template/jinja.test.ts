import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Template as OtherTemplate } from '@huggingface/jinja';
import { compactJson, fromJson, pythonText } from '../values/index.ts';
import { isList, isMap, type Value, type ValueMap } from '../values/value.ts';
import { AgentOwned, AgentText } from '../wire/sealed-spec.ts';
import { Fault } from './fault.ts';
import { isAgentPath } from './names.ts';
import { render } from './render.ts';
import { hasTemplate, parseTemplate } from './template.ts';

const folder = join(import.meta.dirname, 'cases');
const namesText = readFileSync(join(folder, 'names.cases.json'), 'utf8');
const names = mapOf(fromJson(namesText));

/**
 * A template with what ours gives: `gives` is its text, `value` its typed value where that is no text, `fault` the code of a
 * refusal. Where jinja2 differs on purpose, `jinja2` says why and `peer` holds what it gives; `huggingface` says why that engine
 * differs. A reason without a difference fails, so that none outlives its cause.
 */
interface Case {
  readonly template: string;
  readonly gives: string | undefined;
  readonly value: Value | undefined;
  readonly fault: string | undefined;
  readonly jinja2: string | undefined;
  readonly peer: ValueMap | undefined;
  readonly huggingface: string | undefined;
}

const files = ['expressions', 'filters', 'blocks'].map((name) => ({ name, cases: readCases(name) }));
const python = askPython(files.flatMap(({ cases }) => cases));

if (process.env['UPDATE'] === '1' && python !== undefined)
  for (const file of files) update(file.name, file.cases, python);

describe('templates give what Jinja gives', () => {
  it('for several hundred cases', () => {
    const count = files.reduce((sum, { cases }) => sum + cases.length, 0);
    assert.ok(count >= 350, `${count} cases`);
  });

  for (const { name, cases } of files)
    describe(name, () => {
      for (const each of cases)
        it(each.template, () => {
          const ours = oursOf(each.template);
          assert.deepEqual(shown(ours), shown(expectedOf(each)));
          const peer = python?.get(each.template) ?? each.peer;
          if (peer !== undefined)
            assert.equal(agrees(ours, peer), each.jinja2 === undefined, `jinja2 gives ${compactJson(peer)}`);
          const other = huggingface(each.template);
          assert.equal(other === ours.text, each.huggingface === undefined, `the other engine gives ${String(other)}`);
        });
    });
});

interface Given {
  readonly text: string | undefined;
  /** Only for a template that is one expression. */
  readonly value: Value | undefined;
  readonly fault: string | undefined;
}

function oursOf(text: string): Given {
  if (!hasTemplate(text)) return { text, value: undefined, fault: undefined };
  const template = parseTemplate(text);
  const result = template instanceof Fault ? template : render(template, { names, isAgentName: isAgentPath });
  if (result instanceof Fault) return { text: undefined, value: undefined, fault: result.code };
  assert.ok(!(result instanceof AgentOwned) && !(result instanceof AgentText) && isValue(result));
  return { text: pythonText(result), value: typeof result === 'string' ? undefined : result, fault: undefined };
}

function isValue(value: unknown): value is Value {
  return !(value instanceof AgentOwned);
}

function expectedOf(each: Case): Given {
  return { text: each.gives, value: each.value, fault: each.fault };
}

/** With its kind, since 1 and 1.0 are different values. */
function shown(given: Given): Readonly<Record<string, string | undefined>> {
  return {
    text: given.text,
    fault: given.fault,
    value: given.value === undefined ? undefined : compactJson(given.value),
  };
}

/** Whether a peer gives the same text and value; two refusals agree, whatever they say. */
function agrees(ours: Given, peer: ValueMap): boolean {
  const text = peer.get('text');
  if (text === undefined || ours.text === undefined) return text === ours.text;
  const value = peer.get('value');
  return (
    text === ours.text &&
    (value === undefined || compactJson(value) === compactJson(ours.value === undefined ? ours.text : ours.value))
  );
}

function huggingface(text: string): string | undefined {
  try {
    return new OtherTemplate(text).render(JSON.parse(namesText));
  } catch {
    // It throws for whatever it does not know or cannot do.
    return undefined;
  }
}

/** What jinja2 gives, by template; undefined where there is no Python with it. */
function askPython(cases: readonly Case[]): ReadonlyMap<string, ValueMap> | undefined {
  if (spawnSync('python3', ['-c', 'import jinja2']).status !== 0) return undefined;
  const asked = cases.map(({ template }) => ({ template, expression: expressionOf(template) }));
  const child = spawnSync('python3', [join(folder, 'jinja2-peer.py')], {
    input: `{"names": ${namesText}, "cases": ${JSON.stringify(asked)}}`,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  assert.equal(child.status, 0, child.stderr);
  const answers = listOf(fromJson(child.stdout)).map(mapOf);
  return new Map(cases.map(({ template }, at) => [template, answers[at] ?? new Map<string, Value>()]));
}

/** The text between the braces of a template that is one expression. */
function expressionOf(text: string): string | null {
  const template = hasTemplate(text) ? parseTemplate(text) : undefined;
  if (template === undefined || template instanceof Fault) return null;
  const [part] = template.parts;
  return template.parts.length === 1 && part?.kind === 'output'
    ? text.slice(part.at, part.end).replace(/^\{\{[-+]?|-?\}\}$/g, '')
    : null;
}

function readCases(name: string): readonly Case[] {
  return listOf(fromJson(readFileSync(join(folder, `${name}.cases.json`), 'utf8'))).map((each) => {
    const fields = mapOf(each);
    const text = (key: string): string | undefined => {
      const value = fields.get(key);
      return typeof value === 'string' ? value : undefined;
    };
    const peer = fields.get('peer');
    return {
      template: text('template') ?? '',
      gives: text('gives'),
      value: fields.get('value'),
      fault: text('fault'),
      jinja2: text('jinja2'),
      peer: peer === undefined ? undefined : mapOf(peer),
      huggingface: text('huggingface'),
    };
  });
}

/** Writes down what jinja2 gives now: as what is expected, or as the peer's answer where ours differs on purpose. */
function update(name: string, cases: readonly Case[], answers: ReadonlyMap<string, ValueMap>): void {
  const lines = cases.map((each) => {
    const answer = answers.get(each.template) ?? new Map<string, Value>();
    const text = answer.get('text');
    const value = answer.get('value');
    const fields = new Map<string, Value | undefined>([
      ['template', each.template],
      ['gives', each.jinja2 === undefined ? text : each.gives],
      ['value', each.jinja2 === undefined ? (value === text ? undefined : value) : each.value],
      ['fault', each.fault],
      ['jinja2', each.jinja2],
      ['peer', each.jinja2 === undefined ? undefined : answer],
      ['huggingface', each.huggingface],
    ]);
    return compactJson(new Map([...fields].flatMap(([key, field]) => (field === undefined ? [] : [[key, field]]))));
  });
  writeFileSync(join(folder, `${name}.cases.json`), `[\n${lines.join(',\n')}\n]\n`);
}

function listOf(value: Value | undefined): readonly Value[] {
  assert.ok(value !== undefined && value !== null && isList(value));
  return value;
}

function mapOf(value: Value | undefined): ValueMap {
  assert.ok(value !== undefined && value !== null && isMap(value));
  return value;
}

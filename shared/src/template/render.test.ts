import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Value } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';
import { Fault } from './fault.ts';
import { fill } from './fill.ts';
import { isAgentPath } from './names.ts';
import { render } from './render.ts';
import { parseTemplate } from './template.ts';

const names = new Map<string, Value>([
  ['n', 3n],
  ['list', [1n, 2n]],
  [
    'map',
    new Map<string, Value>([
      ['key', 'v'],
      ['none', null],
    ]),
  ],
  ['globals', new Map([['uuid', 'u1']])],
  [
    'params',
    new Map([
      ['dest', new Map([['connection', 'reg1']])],
      ['secret', new Map([['value', 's']])],
    ]),
  ],
]);

function rendered(text: string, late?: ReadonlyMap<string, Sealed>): Sealed | Fault {
  const template = parseTemplate(text);
  return template instanceof Fault
    ? template
    : render(template, { names, isAgentName: isAgentPath, ...(late === undefined ? {} : { late }) });
}

/** Code and place of a fault, the place as the text that it covers. */
function faultOf(text: string): string {
  const fault = rendered(text);
  return fault instanceof Fault ? `${fault.code}: ${text.slice(fault.at, fault.end).slice(0, 20)}` : 'no fault';
}

const agentNames = new Map<string, Value>([
  [
    'connections',
    new Map<string, Value>([
      ['data', new Map([['url', 'U']])],
      ['reg1', new Map([['url', 'R']])],
      ['empty', new Map([['url', null]])],
    ]),
  ],
  ['globals', new Map([['store_path', '/store']])],
]);

function filled(sealed: Sealed | Fault): Value {
  assert.ok(!(sealed instanceof Fault), sealed instanceof Fault ? sealed.message : '');
  const outcome = fill(sealed, agentNames);
  assert.ok(outcome.ok, outcome.ok ? '' : outcome.problems[0]?.message);
  return outcome.value;
}

describe('render', () => {
  it('keeps the type of a lone placeholder and makes text of all else', () => {
    assert.equal(rendered('{{ n }}'), 3n);
    assert.deepEqual(rendered('{{ list }}'), [1n, 2n]);
    assert.equal(rendered(' {{ n }}'), ' 3');
    assert.equal(rendered('{{ n }}\n'), 3n);
  });

  const faults: readonly (readonly [string, string])[] = [
    ['{{ nope }}', 'template/unknown-name: nope'],
    ['{{ map.nope }}', 'template/unknown-name: nope'],
    ['{{ list[7] }}', 'template/unknown-name: 7'],
    ['{{ n.real }}', 'template/unknown-name: real'],
    ['{{ map.none.more }}', 'template/unknown-name: more'],
    ['{{ n | nope }}', 'template/unknown-filter: nope'],
    ['{{ n is nope }}', 'template/unknown-filter: nope'],
    ['{{ n + "a" }}', 'template/wrong-type: n + "a"'],
    ['{{ n / 0 }}', 'template/wrong-type: n / 0'],
    ['{{ open("x") }}', 'template/not-allowed: open'],
    ['{{ "x".format(n) }}', 'template/not-allowed: "x".format(n)'],
    ['{{ n.__class__ }}', 'template/not-allowed: __class__'],
    ['{{ map.__proto__ }}', 'template/not-allowed: __proto__'],
    ['{{ map["__proto__"] }}', 'template/unknown-name: "__proto__"'],
    ['{{ map.constructor }}', 'template/unknown-name: constructor'],
    ['{{ constructor }}', 'template/unknown-name: constructor'],
    ['{{ 1 + }}', 'template/syntax: }}'],
    ['{{ n', 'template/syntax: {{'],
    ['{% if n %}x', 'template/syntax: {% if n %}'],
    ['{% macro a() %}{% endmacro %}', 'template/syntax: {% macro a() %}'],
    ['{{ connections.my-repo.url }}', 'template/unknown-name: repo'],
    ['{{ connections.data.url ~ nope }}', 'template/unknown-name: nope'],
  ];
  for (const [text, expected] of faults) it(`refuses ${text}`, () => assert.equal(faultOf(text), expected));

  it('lets default and "is defined" answer for missing names', () => {
    assert.equal(rendered('{{ nope | default(1) }}'), 1n);
    assert.equal(rendered('{{ map.nope is defined }}'), false);
  });

  const bombs: readonly string[] = [
    `{{ ${'['.repeat(20_000)}${']'.repeat(20_000)} }}`,
    `{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`,
    `{{ ${'not '.repeat(10_000)}1 }}`,
    `{{ ${'-'.repeat(20_000)}1 }}`,
    `{{ 1${'+1'.repeat(20_000)} }}`,
    `{{ n${'.a'.repeat(20_000)} }}`,
    `{{ n${'|abs'.repeat(10_000)} }}`,
    `${'{% if n %}'.repeat(5000)}`,
    '{% for i in range(100000) %}{% for j in range(100000) %}{{ j }}{% endfor %}{% endfor %}',
    '{% for i in range(1000) %}{% for j in range(1000) %}x{% endfor %}{% endfor %}',
    '{{ range(100000000) }}',
    '{{ "a" * 10000000000 }}',
    '{{ [1] * 10000000000 }}',
    '{{ 9 ** 999999999 }}',
    '{{ "%1000000000d" % 1 }}',
    '{{ "x" | center(10000000000) }}',
    `{% set a = [1,2] %}${'{% set a = [a,a,a,a] %}'.repeat(30)}{{ a }}`,
    `{% set a = "x" * 1000 %}${'{% set a = a ~ a ~ a ~ a %}'.repeat(30)}{{ a }}`,
    `{% set a = 2 %}${'{% set a = a * a %}'.repeat(30)}{{ a }}`,
    `${'{% set a = [a | default(1)] %}'.repeat(1500)}{{ a }}`,
  ];
  for (const text of bombs) {
    it(`refuses ${text.slice(0, 50)}… instead of working it off`, () => assert.ok(rendered(text) instanceof Fault));
  }

  it('never throws, whatever the template is', () => {
    const pieces = fc.constantFrom(
      '{{',
      '}}',
      '{%',
      '%}',
      ' if ',
      ' for ',
      ' in ',
      'endif',
      'else',
      'set',
      '=',
      'n',
      'list',
      'map',
      '.',
      '[',
      ']',
      '(',
      ')',
      '|',
      'upper',
      '"a"',
      "'",
      '1',
      '+',
      '-',
      '**',
      '//',
      ' is ',
      ' not ',
      ',',
      ':',
      '{',
      '}',
      '#',
      'connections',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 25 }), (parts) => void rendered(parts.join(''))),
      { numRuns: 5000 },
    );
  });
});

describe('names of the agent', () => {
  it('leave a placeholder whole, with no more than the values that it uses', () => {
    const sealed = rendered('{{ connections[params.dest.connection].url ~ globals.uuid }}');
    assert.deepEqual(
      sealed,
      new AgentOwned(
        'connections[params.dest.connection].url ~ globals.uuid',
        new Map<string, Value>([
          ['params', new Map([['dest', new Map([['connection', 'reg1']])]])],
          ['globals', new Map([['uuid', 'u1']])],
        ]),
      ),
    );
    assert.equal(filled(sealed), 'Ru1');
  });

  const whole: readonly (readonly [string, Value])[] = [
    ['ls {{ connections.data.url }}/{{ n }}', 'ls U/3'],
    ['{{ globals.store_path }}:{{ globals.uuid }}', '/store:u1'],
    ['{% if n > 1 %}{{ connections.data.url }}{% endif %}!', 'U!'],
    ['{% for i in list %}{{ i }}{{ connections.data.url }}{% endfor %}', '1U2U'],
    ['{% set u = connections.data.url %}{{ u }}{{ n }}', 'U3'],
    ['{% set m = n %}{{ connections.data.url ~ m }}', 'U3'],
    ['{{ connections.nope is defined }}', false],
    ['{{ connections.data.url ~ "{{ n }}" }}', 'U{{ n }}'],
    ['{{ globals["store" ~ "_path"] }}', '/store'],
  ];
  for (const [text, value] of whole) it(`fills ${text}`, () => assert.deepEqual(filled(rendered(text)), value));

  it('never look at literal text again', () => {
    assert.equal(filled('{{ n }}'), '{{ n }}');
    assert.equal(filled(new AgentText(['{{ n }}', new AgentOwned('connections.data.url', new Map())])), '{{ n }}U');
  });

  it('give null for a lone text whose field is null', () => {
    assert.equal(filled(new AgentText([new AgentOwned('connections.empty.url', new Map())])), null);
  });

  it('end before what is filled in outgrows the memory', () => {
    const open = new AgentOwned("'x' * 100000", new Map());
    const outcome = fill(
      Array.from({ length: 50 }, () => open),
      agentNames,
    );
    assert.deepEqual(outcome.ok ? [] : outcome.problems.map((each) => each.code), ['template/too-much-work']);
  });

  it('report a missing name of the cluster in its template', () => {
    const outcome = fill(new AgentOwned('connections.nope.url', new Map()), agentNames);
    assert.deepEqual(outcome.ok ? [] : outcome.problems.map((each) => each.code), ['template/unknown-name']);
  });

  it('pass through values that are open themselves', () => {
    const late = new Map<string, Sealed>([
      ['url', new AgentText([new AgentOwned('connections.data.url', new Map()), '/a'])],
    ]);
    assert.equal(filled(rendered('{{ url }}', late)), 'U/a');
    assert.equal(filled(rendered('{{ url | lower }}', late)), 'u/a');
    assert.equal(filled(rendered('get {{ url }} {{ n }}', late)), 'get U/a 3');
  });
});

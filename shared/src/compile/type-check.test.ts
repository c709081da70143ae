import assert from 'node:assert/strict';
import { checked, job, must, said } from './testing/harness.ts';

describe('type-check', () => {
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['a missing input', job('[]', 'inputs: [{name: a, type: int}]\n'), ['params/missing @ 1:17']],
    [
      'a value of another type',
      job('[]', 'inputs: [{name: a, type: int}]\nparams: {a: abc}\n'),
      ['types/wrong-type @ 2:13'],
    ],
    [
      'one wrong item of a list, at its place',
      job('[]', 'inputs: [{name: a, type: int, isList: true}]\nparams: {a: [1, x, 2]}\n'),
      ['types/wrong-type @ 2:17'],
    ],
    [
      'a value that its rules do not allow',
      job('[]', 'inputs: [{name: a, type: int, validation: {ge: 3}}]\nparams: {a: 2}\n'),
      ['types/not-valid @ 2:13'],
    ],
    [
      'a default that its rules do not allow',
      job('[]', 'inputs: [{name: a, type: str, value: abcd, validation: {maxLength: 3}}]\n'),
      ['types/not-valid @ 1:38'],
    ],
    [
      'an unknown type',
      job('[]', 'inputs: [{name: a, type: string}]\n'),
      ['types/unknown-type @ 1:26', 'params/missing @ 1:17'],
    ],
    [
      'a param that nobody declared, when that is asked for',
      job('[]', 'strictParams: true\nparams: {a: 1}\n'),
      ['params/undeclared @ 2:10'],
    ],
    [
      'a reference to nothing known',
      job('[]', 'params: {a: {ref: things.x, value: outputs.y}}\n'),
      ['params/bad-ref @ 1:19'],
    ],
    [
      'a reference that goes too deep',
      job('[]', 'params: {a: {ref: runs.00000000000000000000000000000001, value: outputs.y.z}}\n'),
      ['params/bad-ref @ 1:65'],
    ],
    [
      'outputs of the dag that it is part of',
      job('[]', 'params: {a: {ref: dag, value: outputs.y}}\n'),
      ['params/bad-ref @ 1:31'],
    ],
    [
      'names in hooks that are not there at the end; what a run logs may be',
      job(
        '[]',
        'hooks: [{hubRef: h, conditions: "{{ loss < 1 and globals.status }}", params: {a: {value: "{{ params.x }}"}, b: {value: "{{ globals.stats }}"}}}]\n',
      ),
      ['template/unknown-name @ 1:94', 'template/unknown-name @ 1:124'],
    ],
    [
      'a range for a text',
      job('[]', 'inputs: [{name: a, type: str}]\nmatrix: {kind: grid, params: {a: {kind: range, value: [1, 3, 1]}}}\n'),
      ['types/matrix-kind @ 2:41'],
    ],
    [
      'a choice that does not fit its input',
      job(
        '[]',
        'inputs: [{name: a, type: float}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: [1, foo]}}}\n',
      ),
      ['types/wrong-type @ 2:60'],
    ],
    [
      'a row that does not fit its input',
      job('[]', 'inputs: [{name: a, type: int}]\nmatrix: {kind: mapping, values: [{a: 1}, {a: x}]}\n'),
      ['types/wrong-type @ 2:46'],
    ],
    [
      'a join into a single value',
      job(
        '[]',
        'inputs: [{name: a, type: int}]\njoins: [{query: "status: succeeded", params: {a: {value: inputs.a}}}]\n',
      ),
      ['types/join-needs-list @ 2:47'],
    ],
    [
      'a name that a join gives, before it is there',
      job('[]', 'params: {b: "{{ a }}"}\njoins: [{query: "status: succeeded", params: {a: {value: inputs.a}}}]\n'),
      ['template/unknown-name @ 1:17'],
    ],
    [
      'a name of the cluster in a section that is decided before',
      job('[]', 'queue: "{{ globals.store_path }}"\n'),
      ['template/agent-name-too-early @ 1:12'],
    ],
    ['a connection that nobody asks for', job('["{{ connections.data.url }}"]'), ['template/unknown-name @ 1:51']],
    ['a sandbox of a job', job('[]', 'plugins: {sandbox: true}\n'), ['types/service-only @ 1:11']],
    ['a plugin without effect', job('[]', 'plugins: {tmux: true, shm: true}\n'), ['types/plugin-no-effect @ 1:11']],
    [
      'plugins that no agent has',
      'plugins: {sandbox: "{{ 1 }}", ssh: true}\nrun: {kind: service, container: {image: i}}\n',
      ['types/plugin-no-effect @ 1:11', 'types/plugin-no-effect @ 1:31'],
    ],
    [
      'statuses that nobody is told of',
      job('[]', 'plugins: {externalHost: true, notifications: [{connections: [a], trigger: done}]}\n'),
      ['types/plugin-no-effect @ 1:11', 'types/plugin-no-effect @ 1:31'],
    ],
    [
      'culling that nothing asks for',
      serviceWith('culling: {timeout: 60}', '[80]'),
      ['types/culling-no-effect @ 1:24'],
    ],
    [
      'culling that asks by a command alone',
      serviceWith('culling: {timeout: 60}, probe: {exec: {command: [a]}}', '[80]'),
      ['types/culling-no-effect @ 1:24'],
    ],
    [
      'culling that asks a port which is not served',
      serviceWith('culling: {timeout: 60}, probe: {http: {port: 81}}', '[80]'),
      ['types/culling-no-effect @ 1:60'],
    ],
  ];
  for (const [what, yaml, expected] of cases)
    it(`reports ${what}`, () => assert.deepEqual(said(checked(yaml)), expected));

  for (const [what, yaml] of [
    [
      'culling that asks a port of the service',
      serviceWith('culling: {timeout: 60}, probe: {http: {port: 81}}', '[80, 81]'),
    ],
    [
      'culling that asks the port of one that names none',
      serviceWith('culling: {timeout: 60}, probe: {http: {port: 80}}', 'null'),
    ],
    [
      'culling that asks a port which is not known yet',
      serviceWith('culling: {timeout: 60}, probe: {http: {port: 81}}', '"{{ [81] }}"'),
    ],
    [
      'plugins that are off',
      'plugins: {tmux: false, sandbox: null, notifications: null}\nrun: {kind: job, container: {image: i}}\n',
    ],
    ['a probe without culling', serviceWith('probe: {http: {port: 81}}', '[80]')],
  ] as const)
    it(`has nothing to say about ${what}`, () => assert.deepEqual(said(checked(yaml)), []));

  it('lets a matrix, a mapping row and a join stand for values', () => {
    must(
      checked(
        job('[]', 'inputs: [{name: a, type: int}]\nmatrix: {kind: grid, params: {a: {kind: choice, value: [1]}}}\n'),
      ),
    );
    must(
      checked(
        job(
          '[]',
          'inputs: [{name: a, type: int}]\nmatrix: {kind: mapping, values: "{{ rows }}"}\nparams: {rows: {value: [{a: 1}], contextOnly: true}}\n',
        ),
      ),
    );
    must(
      checked(
        job(
          '[]',
          'inputs: [{name: a, type: int, isList: true}]\njoins: [{query: "status: succeeded", params: {a: {value: inputs.a}}}]\n',
        ),
      ),
    );
  });

  it('leaves what holds a template for later, inside of lists, too', () => {
    must(
      checked(
        job(
          '[]',
          'inputs: [{name: a, type: int, isList: true}, {name: b, type: int}]\nparams: {a: ["{{ b }}", 4], b: "{{ 1 + 1 }}"}\n',
        ),
      ),
    );
  });
});

function serviceWith(termination: string, ports: string): string {
  return `termination: {${termination}}\nrun: {kind: service, ports: ${ports}, container: {image: i}}\n`;
}

import { graphCodes } from './codes-graph.ts';
import { sectionCodes } from './codes-sections.ts';

/** One line of the catalogue of diagnostics. A published code is never reused or given another meaning. */
export interface CodeEntry {
  /** One sentence: what the code means. */
  readonly says: string;
  /** What to do, in a sentence or two; shown by `tandem explain CODE`. */
  readonly help: string;
  /**
   * A file that produces it, for the reference page and for the test that no code is dead. A first line `# -P a=b` stands
   * for options. Empty when the file would be too large to print.
   */
  readonly example: string;
}

const run = 'run: {kind: job, container: {image: busybox}}';

/** Every diagnostic that Tandem can give, as `stage/what`. `docs/reference/diagnostics.md` is made from it. */
export const codes = {
  'parse/no-file': { says: 'The submission has no file.', help: 'Give the file to run with `-f`.', example: '' },
  'parse/too-large': {
    says: 'The file has more bytes than a submission may have.',
    help: 'YAML may have 1 MiB, JSON 16 MiB. Let the run read large data from a store.',
    example: '',
  },
  'parse/binary': {
    says: 'The file holds characters that text files do not have.',
    help: 'Check that it is the right file and saved as UTF-8.',
    example: 'name: a\u0007b\n',
  },
  'parse/bad-yaml': {
    says: 'The file is not valid YAML.',
    help: 'The place is where reading stopped; the mistake is there or just before. Values with `{{ }}` need quotes.',
    example: 'name: [a\nrun: {}\n',
  },
  'parse/bad-json': {
    says: 'The JSON file is not valid JSON.',
    help: 'The place is where reading stopped.',
    example: '',
  },
  'parse/bad-alias': {
    says: 'An alias names no anchor above it, or stands inside of what it names.',
    help: 'Put `&name` before the value that `*name` should repeat.',
    example: `name: *nothing\n${run}\n`,
  },
  'parse/bad-tag': {
    says: 'A YAML tag does not fit its value.',
    help: 'Remove the tag.',
    example: `name: !thing a\n${run}\n`,
  },
  'parse/not-finite': {
    says: 'Infinity and not-a-number cannot be passed on exactly.',
    help: 'Quote it if it is meant as text.',
    example: `cost: .inf\n${run}\n`,
  },
  'parse/too-deep': {
    says: 'Lists and mappings are nested too deep.',
    help: 'A file may nest 100 levels.',
    example: `name: ${'['.repeat(101)}${']'.repeat(101)}\n`,
  },
  'parse/too-many-nodes': {
    says: 'With its aliases written out the file would be too large.',
    help: 'Use fewer aliases of aliases.',
    example: '',
  },
  'parse/several-documents': {
    says: 'The file holds more than one document.',
    help: 'Make one file of each.',
    example: `${run}\n---\n${run}\n`,
  },
  'parse/not-a-mapping': {
    says: 'The file is no mapping of sections.',
    help: 'Begin with sections such as `run:` and `inputs:`.',
    example: '- a\n- b\n',
  },
  'parse/duplicate-key': {
    says: 'A key stands twice in a mapping; the last one counts.',
    help: 'Remove one of them.',
    example: `name: a\nname: b\n${run}\n`,
  },
  'parse/unquoted-placeholder': {
    says: 'A placeholder is not quoted, which YAML reads as a mapping; it is taken as text.',
    help: 'Put the value in quotes.',
    example: 'run: {kind: job, container: {image: {{ globals.uuid }}}}\n',
  },
  'parse/yaml-1.1': {
    says: 'The value is read as YAML 1.1 has it, and means something else in YAML 1.2.',
    help: 'Quote text; write booleans as true and false, and numbers in plain decimal.',
    example: `isApproved: yes\n${run}\n`,
  },
  'sanitize/unknown-section': {
    says: 'There is no section of this name.',
    help: 'Look for a typing mistake; the hint names the nearest section.',
    example: `inptus: []\n${run}\n`,
  },
  'sanitize/unknown-field': {
    says: 'A section has no field of this name.',
    help: 'Look for a typing mistake; the hint names the nearest field.',
    example: 'run: {kind: job, container: {image: busybox, imag: x}}\n',
  },
  'sanitize/missing-field': {
    says: 'A section lacks a field that it needs.',
    help: 'Add the field.',
    example: `inputs: [{type: int}]\n${run}\n`,
  },
  'sanitize/two-spellings': {
    says: 'A field is given in camelCase and in snake_case.',
    help: 'Keep one of them.',
    example: `isApproved: true\nis_approved: false\n${run}\n`,
  },
  'sanitize/exclusive-fields': {
    says: 'Fields that exclude each other are given together.',
    help: 'Make it two entries.',
    example: 'run: {kind: job, init: [{git: {url: a}, file: {content: x}}], container: {image: busybox}}\n',
  },
  'sanitize/wrong-type': {
    says: 'A field holds a value of the wrong kind.',
    help: 'Texts that look like numbers or booleans need quotes.',
    example: `name: 3\n${run}\n`,
  },
  'sanitize/unknown-kind': {
    says: 'There is no kind of this name for the section.',
    help: 'The hint names the nearest kind; the reference lists all.',
    example: `matrix: {kind: gird, params: {}}\n${run}\n`,
  },
  'sanitize/unknown-file-kind': {
    says: 'A file is of a kind that there is not.',
    help: 'Write `kind: operation` or `kind: component`; what is run stands in `run.kind`.',
    example: `kind: job\n${run}\n`,
  },
  'sanitize/no-run': {
    says: 'No layer of the file says what to run.',
    help: 'Add a `run` section with a kind and a container.',
    example: 'name: nothing\n',
  },
  ...sectionCodes,
  ...graphCodes,
  'assemble/no-container': {
    says: 'The run has no container.',
    help: 'Add `container: {image: …}` to the run.',
    example: 'run: {kind: job}\n',
  },
  'types/unknown-type': {
    says: 'There is no value type of this name.',
    help: 'The types are listed in the reference; a text is `str`, a whole number `int`.',
    example: `inputs: [{name: a, type: string, isOptional: true}]\n${run}\n`,
  },
  'types/wrong-type': {
    says: 'A value does not fit the declared type of its input.',
    help: 'Change the value, or the type of the input.',
    example: `inputs: [{name: a, type: int}]\nparams: {a: abc}\n${run}\n`,
  },
  'types/not-valid': {
    says: 'A value breaks the validation of its input.',
    help: 'Change the value, or the validation.',
    example: `inputs: [{name: a, type: int, validation: {ge: 3}}]\nparams: {a: 1}\n${run}\n`,
  },
  'types/reserved-name': {
    says: 'An input or a param has the name of a section of the context.',
    help: 'Choose another name than globals, params and connections.',
    example: `inputs: [{name: globals, isOptional: true}]\n${run}\n`,
  },
  'types/hides-section': {
    says: 'An input hides a section of the context.',
    help: 'Rename it if templates need that section.',
    example: `inputs: [{name: init, value: 1}]\n${run}\n`,
  },
  'types/flag-not-bool': {
    says: 'An input is a flag, but not of type bool.',
    help: 'Write `type: bool`.',
    example: `inputs: [{name: a, type: int, isFlag: true, isOptional: true}]\n${run}\n`,
  },
  'types/required-with-default': {
    says: 'An input is required, but has a default value.',
    help: 'Remove one of both.',
    example: `inputs: [{name: a, type: int, value: 1, isOptional: false}]\n${run}\n`,
  },
  'types/duplicate-input': {
    says: 'Two inputs or two outputs have the same name.',
    help: 'Rename one of them.',
    example: `inputs: [{name: a, value: 1}, {name: a, value: 2}]\n${run}\n`,
  },
  'types/service-only': {
    says: 'A plugin works for services only.',
    help: 'Remove the plugin, or make the run a service.',
    example: `plugins: {ssh: true}\n${run}\n`,
  },
  'types/plugin-no-effect': {
    says: 'A plugin is asked for that nothing here acts on.',
    help: 'Remove it; the hint says what does something like it.',
    example: `plugins: {tmux: true}\n${run}\n`,
  },
  'types/culling-no-effect': {
    says: 'A service is to be stopped when it is idle, but cannot be asked.',
    help: 'Give `termination.probe.http` a port of the service, where it answers JSON with `last_activity`.',
    example: `termination: {culling: {timeout: 600}}\nrun: {kind: service, container: {image: busybox}}\n`,
  },
  'params/missing': {
    says: 'A required input has no value.',
    help: 'Pass it with `-P name=value` or under `params`, or mark the input optional.',
    example: `inputs: [{name: a, type: int}]\n${run}\n`,
  },
  'params/undeclared': {
    says: 'A param has no input or output of its name.',
    help: 'Declare it, or set `contextOnly: true`.',
    example: `strictParams: true\nparams: {a: 1}\n${run}\n`,
  },
  'params/bad-option': {
    says: 'An option `-P` has no name and value.',
    help: 'Write `-P name=value`.',
    example: `# -P novalue\n${run}\n`,
  },
  'params/repeated': {
    says: 'The same param is given twice with `-P`.',
    help: 'Give it once.',
    example: `# -P a=1\n# -P a=2\n${run}\n`,
  },
  'params/cycle': {
    says: 'The value of a param depends on itself.',
    help: 'The message shows the chain; give one of its params a value without the others.',
    example: `params: {a: "{{ b }}", b: "{{ a }}"}\n${run}\n`,
  },
  'params/used-above': {
    says: 'An input uses another one that is declared below it.',
    help: 'Declare the other one first.',
    example: `inputs: [{name: a, value: "{{ b }}"}, {name: b, value: 1}]\n${run}\n`,
  },
  'params/wrong-type': {
    says: 'A template gives a value that does not fit the type of its input.',
    help: 'Look at what the template gives; the message has the beginning of it.',
    example: `inputs: [{name: a, type: int, value: "{{ globals.uuid }}"}]\n${run}\n`,
  },
  'params/not-valid': {
    says: 'A template gives a value that breaks the validation of its input.',
    help: 'Change the template, or the validation.',
    example: `inputs: [{name: a, type: int, value: "{{ 1 + 1 }}", validation: {ge: 3}}]\n${run}\n`,
  },
  'template/syntax': {
    says: 'A template cannot be read.',
    help: 'The place is where reading stopped.',
    example: 'run: {kind: job, container: {image: "{{ 1 + }}"}}\n',
  },
  'template/unknown-name': {
    says: 'A template uses a name that does not exist.',
    help: 'Declare it, correct it, or guard it with `default(…)` or `is defined`.',
    example: 'run: {kind: job, container: {image: "{{ imag }}"}}\n',
  },
  'template/unknown-filter': {
    says: 'A template uses a filter or test that does not exist.',
    help: 'The filters are those of Jinja that only compute.',
    example: 'run: {kind: job, container: {image: "{{ 1 | uper }}"}}\n',
  },
  'template/wrong-type': {
    says: 'An operation does not work on this kind of value.',
    help: 'Convert one side, such as with `| int` or `~`.',
    example: 'run: {kind: job, container: {image: "{{ 1 + \'a\' }}"}}\n',
  },
  'template/not-allowed': {
    says: 'A template reaches for something that is no data.',
    help: 'Templates only read values and compute.',
    example: 'run: {kind: job, container: {image: "{{ globals.__class__ }}"}}\n',
  },
  'template/too-much-work': {
    says: 'A template needs more steps or makes larger values than it may.',
    help: 'Compute it inside the run.',
    example: 'run: {kind: job, container: {image: "{{ \'a\' * 100000000 }}"}}\n',
  },
  'template/agent-name-too-early': {
    says: 'A section that is decided before the run reaches the cluster uses a name that is known only there.',
    help: 'Use a param or another name of `globals`.',
    example: `queue: "{{ connections.a.name }}"\n${run}\n`,
  },
  'template/wrong-result': {
    says: 'A template gives a value that does not fit its field.',
    help: 'Convert it, such as with `| int`.',
    example: `termination: {maxRetries: "{{ 'x' }}"}\n${run}\n`,
  },
  'conditions/not-boolean': {
    says: 'The conditions are neither true nor false.',
    help: 'Write an expression such as `{{ loss < 1 }}`.',
    example: `conditions: maybe\n${run}\n`,
  },
  'seal/open-connection': {
    says: 'The name of a connection depends on the cluster.',
    help: 'Use a param for the name.',
    example: 'run: {kind: job, connections: ["{{ globals.store_path }}"], container: {image: busybox}}\n',
  },
  'seal/not-an-init': {
    says: 'A param is to be an init entry, but nothing says how it is fetched.',
    help: 'Give it the type git, artifacts or dockerfile, or a connection.',
    example: `inputs: [{name: a, type: int, value: 1, toInit: true}]\n${run}\n`,
  },
  'seal/secret-like-value': {
    says: 'A value looks like a secret, which would be stored with the run.',
    help: 'Keep secrets in the cluster and ask for them as a connection. A project can make this an error.',
    example: 'env: {A: glpat-abcdefghij0123456789}\ncontainer: {image: busybox}\n',
  },
  'seal/too-large': {
    says: 'The compiled run is too large to be sent.',
    help: 'One run may have 1 MiB; let it read large data from a store.',
    example: '',
  },
  'access/queue': {
    says: 'The queue does not exist, or the project may not use it.',
    help: 'Write `queue` or `agent/queue`; `tandem agent ls` shows the agents.',
    example: '',
  },
  'access/connection': {
    says: 'The agent of the queue has no such connection, or the project may not use it.',
    help: 'Ask the admin of the agent for it, or choose the queue of an agent that has it.',
    example: '',
  },
  'access/namespace': {
    says: 'The agent of the queue does not run in this namespace, or the project may not use it.',
    help: 'Leave the namespace out to use the first one of the agent.',
    example: '',
  },
  'access/preset': {
    says: 'The preset does not exist, or the project may not use it.',
    help: 'Give the preset as a file with `-f` instead.',
    example: '',
  },
  'queues/no-agent': {
    says: 'The agent of the queue has never connected, so nothing is known of its connections.',
    help: 'Start the agent with its enrolment token, or choose another queue.',
    example: '',
  },
  'queues/kind-not-run': {
    says: 'The agent of the queue cannot run this kind of run.',
    help: 'Choose the queue of an agent that can.',
    example: '',
  },
} as const satisfies Record<string, CodeEntry>;

export type Code = keyof typeof codes;

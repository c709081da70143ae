import type { CodeEntry } from './codes.ts';

const run = 'run: {kind: job, container: {image: busybox}}';

/** Diagnostics about dags, references and what may be made a run. Part of the catalogue in `codes.ts`. */
export const graphCodes = {
  'sanitize/unknown-run-kind': {
    says: 'There is no such kind of run.',
    help: 'The known kinds are job, service, dag, tfjob, pytorchjob, mpijob, raycluster, daskcluster, notifier, cleaner and tuner.',
    example: `run: {kind: jb, container: {image: busybox}}\n`,
  },
  'sanitize/preset-template': {
    says: 'The name of a preset is a template.',
    help: 'Presets are put in before templates are filled; write the name itself.',
    example: `presets: ["{{ globals.project_name }}"]\n${run}\n`,
  },
  'assemble/no-operations': {
    says: 'The dag has no operations.',
    help: 'Add at least one under `operations`.',
    example: `run: {kind: dag, operations: []}\n`,
  },
  'assemble/unfolds-too-far': {
    says: 'The dag has too many operations, counting those of the dags inside it, or they share too large components.',
    help: 'Split the dag, or use a matrix for operations that differ in their params only.',
    example: '',
  },
  'types/matrix-kind': {
    says: 'A matrix suggests values that its input cannot take.',
    help: 'Ranges, spaces and distributions of numbers need an input of type int or float.',
    example: `matrix: {kind: grid, params: {a: {kind: range, value: [1, 4, 1]}}}\ninputs: [{name: a, type: str}]\n${run}\n`,
  },
  'types/join-needs-list': {
    says: 'A join gives a list to an input that takes a single value.',
    help: 'Declare the input with `isList: true`.',
    example: `joins: [{query: "status: succeeded", params: {a: {value: inputs.a}}}]\ninputs: [{name: a, type: int}]\n${run}\n`,
  },
  'params/bad-ref': {
    says: 'The reference of a param cannot be read.',
    help: 'Refer to `ops.NAME`, `runs.UUID` or `dag`, and take `inputs`, `outputs`, `artifacts`, `globals` or one of their names.',
    example: `params: {a: {ref: things.x, value: outputs.y}}\n${run}\n`,
  },
  'params/bad-ref-value': {
    says: 'What is taken from a run is no path.',
    help: 'Write for example `outputs.loss`.',
    example: `joins: [{query: "status: succeeded", params: {a: {value: 3}}}]\n${run}\n`,
  },
  'params/too-long': {
    says: 'Too many params depend on each other, one behind the other.',
    help: 'Give one of them a value without the others.',
    example: '',
  },
  'joins/bad-number': {
    says: 'The limit or offset of a join is no count.',
    help: 'Write a whole number that is not negative.',
    example: `params: {n: few}\njoins: [{query: "status: succeeded", limit: "{{ n }}", params: {a: {value: inputs.a}}}]\n${run}\n`,
  },
  'references/not-found': {
    says: 'What the operation refers to is not there.',
    help: 'Check how it is written. `pathRef` is looked for beside the file that has it; a server takes no files and fetches no addresses.',
    example: `dagRef: train\n`,
  },
  'references/cycle': {
    says: 'References lead back to where they began.',
    help: 'Take one of them out.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, dagRef: x}\n  components:\n  - {name: x, dagRef: y}\n  - {name: y, dagRef: x}\n`,
  },
  'references/too-long': {
    says: 'Too many references lead to each other.',
    help: 'Refer to the component itself.',
    example: '',
  },
  'references/not-checked': {
    says: 'A component is not at hand, so what it declares is not checked.',
    help: 'The server, which knows the registry, checks it when the run is submitted.',
    example: `hubRef: train:1.2\n`,
  },
  'references/not-finished': {
    says: 'The run that a value comes from does not exist yet.',
    help: 'It is compiled when what it waits for is done.',
    example: '',
  },
  'references/no-such-value': {
    says: 'A run does not have what is taken from it.',
    help: 'Check the name; an output is there when the run has written it.',
    example: '',
  },
  'graph/no-name': {
    says: 'An operation or component of a dag has no name.',
    help: 'Others refer to it by its name, so it needs one.',
    example: `run:\n  kind: dag\n  operations:\n  - {component: {${run}}}\n`,
  },
  'graph/duplicate-name': {
    says: 'Two operations or two components of a dag have the same name.',
    help: 'Give one of them another name.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, component: {${run}}}\n  - {name: a, component: {${run}}}\n`,
  },
  'graph/unknown-component': {
    says: 'An operation refers to a component that the dag does not have.',
    help: 'Declare it under `components`.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, dagRef: trian}\n  components:\n  - {name: train, ${run}}\n`,
  },
  'graph/unknown-op': {
    says: 'Something refers to an operation that the dag does not have.',
    help: 'Check the name; the reference may come from `dependencies`, `params` or `events`.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, dependencies: [b], component: {${run}}}\n`,
  },
  'graph/cycle': {
    says: 'Operations of a dag wait for each other.',
    help: 'Take one of the dependencies or references out.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, dependencies: [b], component: {${run}}}\n  - {name: b, dependencies: [a], component: {${run}}}\n`,
  },
  'graph/schedule-inside': {
    says: 'An operation of a dag has a schedule.',
    help: 'Put the schedule on the dag.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, schedule: {kind: cron, cron: "@daily"}, component: {${run}}}\n`,
  },
  'graph/unknown-value': {
    says: 'An operation takes something that another one does not declare.',
    help: 'Declare the input or output there, or correct the name.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, component: {${run}}}\n  - {name: b, params: {x: {ref: ops.a, value: outputs.loss}}, component: {inputs: [{name: x, type: float}], ${run}}}\n`,
  },
  'graph/too-many-edges': {
    says: 'The operations of a dag wait for each other too often.',
    help: 'Put an operation between groups that wait for each other, so that each waits for it alone.',
    example: '',
  },
  'graph/type-mismatch': {
    says: 'What an operation takes has another type than where it arrives.',
    help: 'Give both the same type.',
    example: `run:\n  kind: dag\n  operations:\n  - {name: a, component: {outputs: [{name: f, type: float}], ${run}}}\n  - {name: b, params: {n: {ref: ops.a, value: outputs.f}}, component: {inputs: [{name: n, type: int}], ${run}}}\n`,
  },
  'graph/outside-dag': {
    says: 'Something refers to a dag, but the operation is not part of one.',
    help: 'Refer to a run: `runs.UUID`.',
    example: `params: {a: {ref: ops.train, value: outputs.loss}}\n${run}\n`,
  },
  'graph/no-effect': {
    says: 'A section has an effect inside of a dag only.',
    help: 'Remove it, or put the operation into a dag.',
    example: `dependencies: [a]\n${run}\n`,
  },
  'create/template': {
    says: 'The file is a template, not an operation to run.',
    help: 'Copy it and fill in its fields.',
    example: `template: {enabled: true}\n${run}\n`,
  },
  'create/build-on-dag': {
    says: 'A dag has a build.',
    help: 'Put the build on the operation whose image it makes.',
    example: `build: {hubRef: kaniko}\nrun:\n  kind: dag\n  operations:\n  - {name: a, component: {${run}}}\n`,
  },
  'create/not-run-yet': {
    says: 'The control plane checks such an operation, but does not run it yet.',
    help: 'Leave the section out for now, or only check the operation.',
    example: '',
  },
  'access/run': {
    says: 'The run does not exist, or may not be read.',
    help: 'Refer to a run of the same project.',
    example: `params: {a: {ref: runs.00000000000000000000000000000001, value: outputs.loss}}\n${run}\n`,
  },
  'access/component': {
    says: 'The component does not exist, or may not be used.',
    help: 'Name a component of the registry, such as `train:1.2`.',
    example: '',
  },
} as const satisfies Record<string, CodeEntry>;

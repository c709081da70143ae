/** Operations to compile, made to a size. */

const limits = {
  yamlBytes: 1e9,
  jsonBytes: 1e9,
  depth: 100,
  nodes: 1e9,
  digits: 4096,
  tokens: 1e9,
  operations: 1e9,
  unfolded: 1e12,
} as const;

/** The limits of one submission, lifted. */
export const lifted = limits;

/** A job as people write them: typed inputs, a connection that the agent fills in, an output. */
export const jobText = `name: train
tags: [bench, vision]
inputs:
  - { name: lr, type: float, value: 0.01 }
  - { name: epochs, type: int, value: 3, validation: { ge: 1 } }
  - { name: model, type: str, value: resnet }
outputs:
  - { name: loss, type: float }
termination: { maxRetries: 2, timeout: 3600 }
run:
  kind: job
  connections: [data]
  container:
    image: trainer:1.2
    command: [python, -m, train]
    args: ["--lr={{ lr }}", "--epochs", "{{ epochs }}", "--data={{ connections.data.mountPath }}/{{ model }}"]
    env: [{ name: RUN, value: "{{ globals.uuid }}" }]
    resources: { requests: { cpu: 1, memory: 1Gi } }
`;

/** A layered dag: ten operations wide, each with one reference into the layer above and two dependencies on it. */
export function dagText(operations: number): string {
  const lines = ['name: pipe', 'run:', '  kind: dag', '  operations:'];
  for (let at = 0; at < operations; at += 1) {
    const above = (Math.floor(at / 10) - 1) * 10;
    const op = (shift: number): string => `op-${above + ((at + shift) % 10)}`;
    lines.push(`  - name: op-${at}`, '    dagRef: step');
    if (above < 0) lines.push('    params: {x: {value: 1.5}}');
    else
      lines.push(
        `    dependencies: [${op(0)}, ${op(1)}]`,
        '    params:',
        `      x: {ref: ops.${op(2)}, value: outputs.y}`,
      );
  }
  return `${lines.join('\n')}
  components:
  - name: step
    inputs: [{name: x, type: float}]
    outputs: [{name: y, type: float}]
    run:
      kind: job
      container: {image: busybox, command: [sh, -c], args: ["echo {{ x }}"]}
`;
}

/** A grid of three axes with about so many children. */
export function gridText(children: number): string {
  const axis = Math.round(children ** (1 / 3));
  const rest = Math.round(children / (axis * axis));
  return `name: sweep
matrix:
  kind: grid
  params:
    a: {kind: range, value: [0, ${axis}, 1]}
    b: {kind: linspace, value: [0, 1, ${axis}]}
    c: {kind: choice, value: [${Array.from({ length: rest }, (_, at) => `v${at}`).join(', ')}]}
inputs: [{name: a, type: int}, {name: b, type: float}, {name: c, type: str}]
run: {kind: job, container: {image: busybox, args: ["{{ a }}", "{{ b }}", "{{ c }}"]}}
`;
}

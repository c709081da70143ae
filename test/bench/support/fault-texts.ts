/** Texts with as many faults as they have lines of one kind, and the same texts without one. */

/** Faults in one text. */
export const faults = 500;

/** What is written and what should have been, by what is wrong with it. Both texts have the same length. */
export interface FaultText {
  readonly name: string;
  readonly faulty: string;
  readonly clean: string;
}

const counts = Array.from({ length: faults }, (_, at) => at);
const job = 'run: {kind: job, container: {image: busybox}}';

export const faultTexts: readonly FaultText[] = [
  both('unknown fields', ['connectoin', 'connection'], (field) =>
    block(
      'run:\n  kind: job\n  container: {image: busybox}\n  init:',
      (at) => `  - {${field}: data-${at}, path: /data}`,
    ),
  ),
  both('wrong types', ['many', '1000'], (value) =>
    block(`${job}\ninputs:`, (at) => `- {name: input${at}, type: int, value: ${value}}`),
  ),
  both('unknown names in templates', ['inptu', 'input'], (name) =>
    block(
      `inputs:\n${counts.map((at) => `- {name: input${at}, type: int, value: 1}\n`).join('')}run:\n  kind: job\n  container:\n    image: busybox\n    args:`,
      (at) => `    - "--count={{ ${name}${at} }}"`,
    ),
  ),
  both('bad references in a dag', ['ops.stepp', 'ops.steps'], (op) =>
    block(
      `run:\n  kind: dag\n  components:\n  - {name: fit, inputs: [{name: loss, type: float}], outputs: [{name: loss, type: float}], ${job}}\n  operations:\n  - {name: steps, dagRef: fit, params: {loss: 1.5}}`,
      (at) => `  - {name: fit${at}, dagRef: fit, params: {loss: {ref: ${op}, value: outputs.loss}}}`,
    ),
  ),
];

function block(head: string, line: (at: number) => string): string {
  return `${head}\n${counts.map((at) => `${line(at)}\n`).join('')}`;
}

function both(name: string, [wrong, right]: readonly [string, string], text: (part: string) => string): FaultText {
  return { name, faulty: text(wrong), clean: text(right) };
}

import { gates, reasons, type Status, statuses, transitions } from '@tandem/shared/lifecycle';

/** `docs/guide/run-lifecycle.md`: the table of moves as a drawing, and what the words mean. */
export function lifecyclePage(): string {
  const arrows = statuses.flatMap((from) => transitions[from].map((to) => `  ${from} --> ${to}`));
  return [
    '# The life of a run',
    '',
    'Made from `shared/src/lifecycle` by `pnpm gen`; do not edit.',
    '',
    '```mermaid',
    'stateDiagram-v2',
    ...arrows,
    '```',
    '',
    '## Moves',
    '',
    '| from | may become |',
    '|---|---|',
    ...statuses.map((from) => `| \`${from}\` | ${list(transitions[from])} |`),
    '',
    '## Gates',
    '',
    'A run that has not started waits for its closed gates, and starts when the last one opens:',
    `${Object.keys(gates)
      .map((gate) => `\`${gate}\``)
      .join(', ')}.`,
    '',
    '## Reasons',
    '',
    '| reason | means |',
    '|---|---|',
    ...Object.entries(reasons).map(([reason, says]) => `| \`${reason}\` | ${says} |`),
    '',
  ].join('\n');
}

const list = (to: readonly Status[]): string => to.map((status) => `\`${status}\``).join(', ');

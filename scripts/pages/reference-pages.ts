import { codes } from '@tandem/shared/diagnostics';
import { names } from '@tandem/shared/template';

/** `docs/reference/diagnostics.md`: every code with what it means, what to do, and a file that gives it. */
export function diagnosticsPage(): string {
  const entries = Object.entries(codes).sort(([left], [right]) => (left < right ? -1 : 1));
  return [
    '# Diagnostics',
    '',
    'Made from `shared/src/diagnostics/codes.ts` by `pnpm gen`; do not edit. `tandem explain CODE` prints the same.',
    '',
    ...entries.flatMap(([code, entry]) => [
      `## ${code}`,
      '',
      `${entry.says} ${entry.help}`,
      '',
      ...(entry.example === '' ? [] : ['```yaml', entry.example.trimEnd(), '```', '']),
    ]),
  ].join('\n');
}

/** `docs/reference/context.md`: every name that an author may use inside `{{ }}`. */
export function contextPage(): string {
  return [
    '# Names inside `{{ }}`',
    '',
    'Made from `shared/src/template/names.ts` by `pnpm gen`; do not edit. Names that the agent fills stay open until the',
    'operation is in its cluster, so sections that are decided before (queue, conditions …) cannot use them.',
    '',
    '| name | type | known after | filled by | what it is |',
    '|---|---|---|---|---|',
    ...names.map((entry) => `| \`${entry.name}\` | ${entry.type} | ${entry.since} | ${entry.by} | ${entry.says} |`),
    '',
  ].join('\n');
}

import { check } from '@tandem/shared/compile';
import { secretLike } from '@tandem/shared/wire';
import { type Bench, caseOf, median } from './support/case.ts';
import { type FaultText, faults, faultTexts } from './support/fault-texts.ts';

const samples = 10;
const warmUps = 20;
const deep = 10_000;

/** A job whose image is a template. */
const image = (template: string): string => `run: {kind: job, container: {image: ${JSON.stringify(template)}}}\n`;

/** Texts that want to be expensive, with the most that each may take, in ms. */
const files: readonly (readonly [name: string, text: string, limitMs: number])[] = [
  ['YAML of 2 MiB', `a: ${'x'.repeat(2 * 1024 * 1024)}`, 200],
  ['a bomb of aliases', bomb(), 200],
  ['10,000 brackets', `a: ${'['.repeat(deep)}${']'.repeat(deep)}`, 200],
  ['10,000 dashes', `${'- '.repeat(deep)}1`, 200],
  ['a NUL byte', 'a: \0', 200],
  ['a template of 20,000 parentheses', image(`{{ ${'('.repeat(20_000)}1${')'.repeat(20_000)} }}`), 50],
  ['a template that leaves its sandbox', image('{{ globals.constructor.constructor("1") }}'), 50],
];

function bomb(): string {
  const lines = ['a0: &a0 [1,1,1,1,1,1,1,1,1]'];
  for (let level = 1; level < 12; level += 1) {
    lines.push(
      `a${level}: &a${level} [${Array(9)
        .fill(`*a${level - 1}`)
        .join(',')}]`,
    );
  }
  return lines.join('\n');
}

/** How long it takes to refuse what should never be worked off (attacks.md V15, V16). */
export const bench: Bench = {
  about: 'how fast texts that want to be expensive are refused',
  run: async (report) => {
    for (const [name, text, limit] of files) {
      const took = timesOf(() => {
        if (check({ files: [{ name: 'hostile.yaml', text }], params: [] }).ok)
          throw new Error(`${name} was not refused`);
      });
      report(caseOf(name, 'ms', took, { commitMs: null, bar: { of: 'min', is: 'at most', limit } }));
    }
    const took = timesOf(() => void secretLike(`eyJ${'a'.repeat(500_000)}`));
    report(
      caseOf('half a megabyte that begins like a secret', 'ms', took, {
        commitMs: null,
        bar: { of: 'min', is: 'at most', limit: 200 },
      }),
    );
    for (const text of faultTexts) {
      const bar = { of: 'median', is: 'at most', limit: 2 } as const;
      report(caseOf(`${faults} faults against clean: ${text.name}`, 'x', ratios(text), { commitMs: null, bar }));
    }
  },
};

/** How much longer a text takes with its faults than without, measured in turns, so that a slow moment meets both. */
function ratios({ name, faulty, clean }: FaultText): readonly number[] {
  const checked = (text: string) => check({ files: [{ name: 'faults.yaml', text }], params: [] });
  if (!checked(clean).ok) throw new Error(`the text without ${name} was refused`);
  const outcome = checked(faulty);
  if (outcome.ok || outcome.problems.length !== faults) throw new Error(`not all ${name} were reported`);
  for (let round = 0; round < warmUps; round += 1) for (const text of [clean, faulty]) checked(text);
  return Array.from({ length: samples }, () => {
    const [sound, broken] = [clean, faulty].map((text) => median(timesOf(() => void checked(text), 3)));
    return (broken ?? 0) / (sound ?? 1);
  });
}

function timesOf(action: () => void, times = samples): readonly number[] {
  return Array.from({ length: times }, () => {
    const startedMs = performance.now();
    action();
    return performance.now() - startedMs;
  });
}

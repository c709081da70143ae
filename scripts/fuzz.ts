/**
 * Sends made-up texts through both stages of the compiler: `pnpm fuzz [SECONDS]`, a minute when nothing is said, with texts
 * that no run before had. `TANDEM_SEED=N pnpm fuzz` tries the text of that number alone and shows it.
 */
import { randomInt } from 'node:crypto';
import { inputOf } from '../test/fuzz/inputs.ts';
import { probe } from '../test/fuzz/probe.ts';
import { newRunner } from '../test/fuzz/runner.ts';

const batch = 2000;
/** An ordinary batch takes two seconds. */
const hangMs = 120_000;

const seed = process.env['TANDEM_SEED'];
process.exitCode = seed === undefined ? await forSeconds(Number(process.argv[2] ?? 60)) : one(Number(seed));

function one(number: number): number {
  console.log(inputOf(number));
  console.log(probe(inputOf(number)));
  return 0;
}

async function forSeconds(seconds: number): Promise<number> {
  if (!Number.isFinite(seconds) || seconds <= 0) {
    console.error('Give a number of seconds.');
    return 2;
  }
  const runner = newRunner();
  const start = randomInt(2 ** 31);
  const endMs = performance.now() + seconds * 1000;
  let inputs = 0;
  let failures = 0;
  while (performance.now() < endMs) {
    const watch = setTimeout(() => {
      console.error(`This text is never done with: TANDEM_SEED=${runner.current()} pnpm fuzz`);
      process.exit(1);
    }, hangMs);
    const told = await runner.run(start + inputs, batch);
    clearTimeout(watch);
    inputs += told.inputs;
    failures += told.failures.length;
    for (const failure of told.failures) console.error(`${failure}\n`);
    if (failures > 0) break;
    console.log(`${inputs} texts from ${start} on, ${told.reached} of the last ${told.inputs} compiled`);
  }
  await runner.close();
  return failures === 0 ? 0 : 1;
}

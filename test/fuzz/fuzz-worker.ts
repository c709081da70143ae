import { parentPort } from 'node:worker_threads';
import { inputOf } from './inputs.ts';
import { probe } from './probe.ts';
import type { Asked, Told } from './runner.ts';

/** Probes the inputs that it is asked for; the number of the one at hand is told before each, so that a hang can be found. */
parentPort?.on('message', ({ from, count, at }: Asked) => {
  const told: Told = { inputs: 0, reached: 0, errors: 0, errorsWithHint: 0, children: 0, failures: [] };
  const current = new Uint32Array(at);
  for (let number = from; number < from + count && told.failures.length < 5; number += 1) {
    current[0] = number;
    told.inputs += 1;
    try {
      const probed = probe(inputOf(number));
      if (probed.reached === 'agent' || probed.reached === 'compile') told.reached += 1;
      told.errors += probed.errors;
      told.errorsWithHint += probed.errorsWithHint;
      told.children += probed.children;
    } catch (thrown) {
      const why = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
      told.failures.push(`TANDEM_SEED=${number} pnpm fuzz\n${why}\n${inputOf(number).slice(0, 3000)}`);
    }
  }
  parentPort?.postMessage(told);
});

import assert from 'node:assert/strict';
import { ownSeeds } from './inputs.ts';
import { probe } from './probe.ts';
import { type FuzzRunner, newRunner } from './runner.ts';

const first = Number(process.env['TANDEM_SEED'] ?? 1);
const batches = 10;
const each = 5000;

describe('texts of all kinds', function () {
  // A text that hangs ends here; its number is told then.
  this.timeout(60_000);
  let runner: FuzzRunner;
  let isDone = false;

  before(() => {
    runner = newRunner();
  });
  beforeEach(() => {
    isDone = false;
  });
  afterEach(() => {
    if (!isDone) console.log(`The last input was TANDEM_SEED=${runner.current()}.`);
  });
  after(() => runner.close());

  for (let batch = 0; batch < batches; batch += 1) {
    const from = first + batch * each;
    it(`end in a value or in diagnostics: ${each} from ${from} on`, async () => {
      const told = await runner.run(from, each);
      assert.deepEqual(told.failures, []);
      // Without these an error in making the inputs would look like success.
      assert.equal(told.inputs, each);
      assert.ok(told.reached > each / 10, `only ${told.reached} were compiled`);
      assert.ok(told.children > each / 20, `only ${told.children} children were looked at`);
      assert.ok(told.errorsWithHint > told.errors / 2, `only ${told.errorsWithHint} of ${told.errors} have a hint`);
      isDone = true;
    });
  }
});

describe('the texts that all others are made from', () => {
  /** One asks for a component that is not there. */
  const refused: ReadonlySet<string> = new Set(['references']);
  for (const { name, text } of ownSeeds)
    it(`are sound: ${name}`, () => {
      const { reached } = probe(text);
      assert.equal(reached === 'agent' || reached === 'compile', !refused.has(name), reached);
    });
});

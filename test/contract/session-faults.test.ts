import assert from 'node:assert/strict';
import { sql } from 'kysely';
import { nodeSecrets } from '../../control-plane/src/adapters/node-secrets.ts';
import type { Engine } from '../../control-plane/src/adapters/postgres/db.ts';
import { findViolations } from '../../control-plane/src/adapters/postgres/find-violations.ts';
import { sqlAccountStore } from '../../control-plane/src/adapters/postgres/sql-account-store.ts';
import { firstStart } from '../../control-plane/src/usecases/first-start.ts';
import { freshEngine } from '../support/engines.ts';
import { playSeed } from './fault-scenario.ts';

/** Seeds from `TANDEM_SEED` alone, or 1 to `TANDEM_SEEDS`; 2,000 unless told otherwise. */
const only = process.env['TANDEM_SEED'];
const count = Number(process.env['TANDEM_SEEDS'] ?? 2_000);
const seeds = only === undefined ? Array.from({ length: count }, (_, index) => index + 1) : [Number(only)];

/** Seeds that are played at the same time, each with its own agent and time. */
const lanes = 8;

describe('a session under faults', function () {
  this.timeout(1_800_000);
  let engine: Engine;
  let projectId: number;

  before(async () => {
    engine = await freshEngine('postgres', lanes * 2);
    await firstStart(sqlAccountStore(engine.db), nodeSecrets(), { withProject: true });
    const { rows } = await sql<{ id: number }>`select id from projects limit 1`.execute(engine.db);
    projectId = rows[0]?.id ?? 0;
  });

  after(async () => engine.close());

  it(`starts every run once, loses none and agrees on every end (${seeds.length} seeds)`, async () => {
    const waiting = [...seeds];
    const broken: string[] = [];
    const lane = async (): Promise<void> => {
      for (let seed = waiting.shift(); seed !== undefined; seed = waiting.shift()) {
        const faults = await playSeed(engine.db, projectId, seed);
        if (faults.length > 0) broken.push(`seed ${seed}: ${faults.join('; ')} (replay: TANDEM_SEED=${seed})`);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    assert.deepEqual(broken, []);
  });

  it('leaves a database in which every invariant holds', async () => {
    assert.deepEqual(await findViolations(engine.db), []);
  });
});

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../../test/support/eventually.ts';
import { openExecutor } from '../../testing/open-executor.ts';

const uuid = 'a'.repeat(32);
const kills = 50;
const victims = 10;

describe('a start happens once', () => {
  it(`under ${kills} kills of the agent at random moments`, async () => {
    let adopted = 0;
    for (let round = 0; round < victims; round += 1) {
      const data = await mkdtemp(join(tmpdir(), 'tandem-once-'));
      try {
        const counter = join(data, 'counter');
        const go = join(data, 'go');
        const shell = `echo x >> ${counter}; while [ ! -e ${go} ]; do sleep 0.02; done`;
        for (let kill = 0; kill < kills / victims; kill += 1) await openAndKill(data, shell, Math.random() * 25);
        await writeFile(go, '');
        const executor = await openExecutor(data);
        try {
          const found = await executor.find(uuid);
          if (found === null) continue; // Killed each time before the intent was on disk: then nothing may have run.
          adopted += 1;
          const end = await eventually('the run ends', async () => {
            const state = await executor.find(uuid);
            return state?.ended == null ? null : state;
          });
          assert.equal(end.status, 'succeeded', end.message);
          assert.equal(await readFile(counter, 'utf8'), 'x\n', 'it ran once');
        } finally {
          executor.close();
        }
      } finally {
        await rm(data, { recursive: true, force: true });
      }
    }
    assert.ok(adopted > 0, 'at least one run was taken up again');
  });

  it('also when two executors are opened at once by mistake', async () => {
    const data = await mkdtemp(join(tmpdir(), 'tandem-once-'));
    try {
      const counter = join(data, 'counter');
      const { aPlan, script } = await import('../../testing/a-plan.ts');
      const plan = aPlan(data, { main: script(`echo x >> ${counter}; sleep 0.3`) });
      const both = await Promise.all([openExecutor(data), openExecutor(data)]);
      await Promise.all(both.map((executor) => executor.apply(plan, { runToken: '', traceparent: null })));
      await eventually('both see the end', async () => {
        const states = await Promise.all(both.map((executor) => executor.find(uuid)));
        return states.every((state) => state?.ended != null);
      });
      assert.equal(await readFile(counter, 'utf8'), 'x\n');
      for (const executor of both) executor.close();
    } finally {
      await rm(data, { recursive: true, force: true });
    }
  });
});

/** Opens an executor in a process of its own, which applies the run, and kills it `afterMs` after it was open. */
async function openAndKill(data: string, shell: string, afterMs: number): Promise<void> {
  const script = join(import.meta.dirname, '../../testing/apply-and-wait.ts');
  const child = spawn(process.execPath, ['--conditions=source', script, data, shell], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  await new Promise((resolve) => setTimeout(resolve, afterMs)); // The random moment is what is tested.
  child.kill('SIGKILL');
  await exited;
}

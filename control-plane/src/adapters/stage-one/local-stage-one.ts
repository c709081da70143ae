import { done, type Outcome } from '@tandem/shared/outcome';
import { type CheckedOperation, checkOperation, compileOperation } from '../../compile/stage-one.ts';
import type { CheckedRun, CompiledRun, StageOne } from '../../ports/stage-one.ts';
import { StageOneThread } from './thread-stage-one.ts';

/** Up to here a text is read in a few milliseconds, and moving it to another thread would cost more. */
const inlineCharacters = 64 * 1024;

/** Stage 1 in this process: at once for small texts, on another thread for large ones. */
export function localStageOne(): StageOne & { close(): Promise<void> } {
  const thread = new StageOneThread();
  // What `check` found, for the `compile` that follows it; gone with the object itself.
  const operations = new WeakMap<CheckedRun, CheckedOperation>();
  return {
    check: async (text) => {
      if (text.length > inlineCharacters) return (await thread.ask(text, null)) as Outcome<CheckedRun>;
      const outcome = checkOperation(text);
      if (!outcome.ok) return outcome;
      operations.set(outcome.value.run, outcome.value);
      return done(outcome.value.run, outcome.warnings);
    },
    compile: async (checked, facts) => {
      const operation = operations.get(checked);
      if (operation !== undefined) return compileOperation(operation, facts);
      return (await thread.ask(checked.text, facts)) as Outcome<CompiledRun>;
    },
    close: () => thread.close(),
  };
}

import { parentPort } from 'node:worker_threads';
import { done } from '@tandem/shared/outcome';
import type { Answered, Asked } from './adapters/stage-one/thread-stage-one.ts';
import { checkOperation, compileOperation } from './compile/stage-one.ts';

/** The other thread: answers one question after another, each from the text alone. */
parentPort?.on('message', ({ id, text, facts }: Asked) => {
  const checked = checkOperation(text);
  let answer: Answered;
  if (!checked.ok) answer = { id, outcome: checked };
  else if (facts === null) answer = { id, outcome: done(checked.value.run, checked.warnings) };
  else answer = { id, outcome: compileOperation(checked.value, facts) };
  parentPort?.postMessage(answer);
});

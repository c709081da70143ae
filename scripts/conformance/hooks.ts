/** What is started when the run of a case has ended (`options.hooks`: its status and outputs). */
import { type Checked, type Compiled, type EndedRun, hookOperations } from '@tandem/shared/compile';
import { isMap, type Value, type ValueMap } from '@tandem/shared/values';

export function hookDocuments(checked: Checked, compiled: Compiled, end: ValueMap): readonly ValueMap[] {
  const { run } = compiled.spec;
  const outputs = end.get('outputs') ?? null;
  const ended: EndedRun = {
    ...run,
    status: String(end.get('status')),
    // The cases show a text of their own here.
    condition: '<condition>',
    inputs: compiled.inputs,
    outputs: outputs !== null && isMap(outputs) ? outputs : new Map<string, Value>(),
    artifacts: [],
    iteration: null,
    scheduleAt: null,
    startedAt: null,
    finishedAt: null,
    duration: null,
    waitTime: null,
    cloningKind: null,
    originalUuid: null,
  };
  const operations = hookOperations(checked, ended);
  if (!operations.ok) throw new Error(operations.problems.map((each) => each.message).join('; '));
  return operations.value;
}

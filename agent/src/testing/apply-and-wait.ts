import { aPlan, script } from './a-plan.ts';
import { openExecutor } from './open-executor.ts';

/** A process that starts one run and then only watches: something for a test to kill. Arguments: data folder, script. */
const [data = '', shell = ''] = process.argv.slice(2);
const executor = await openExecutor(data);
process.stdout.write('open\n');
await executor.apply(aPlan(data, { main: script(shell) }), { runToken: '', traceparent: null });
process.stdout.write('applied\n');
setInterval(() => undefined, 2 ** 30);

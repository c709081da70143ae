import { volume } from './container.ts';
import { earlyStopping } from './early-stopping.ts';
import { environment } from './environment.ts';
import { atLeastOne, listOf, oneOf, type Section, section, texts } from './shape.ts';

/** A graph of operations (compiler.md 4.1). What stands beside the operations is handed down to them. */
export const dag: Section = section('run', {
  kind: oneOf('dag'),
  operations: { kind: 'layers' },
  components: { kind: 'layers' },
  environment,
  connections: texts,
  volumes: listOf(volume),
  concurrency: atLeastOne,
  earlyStopping,
});

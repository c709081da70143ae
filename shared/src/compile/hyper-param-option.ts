import { error } from '../diagnostics/diagnostic.ts';
import { done, failed, type Outcome } from '../outcome/index.ts';
import { readSource } from '../source/read-source.ts';
import type { SourceFile } from '../source/span.ts';
import { member } from '../source/tree.ts';
import { nodeText } from '../wire/node-text.ts';

/** What stands behind `--matrix` and `--matrix-concurrency`; a grid with one run at a time when they are left out (compiler.md 2.2). */
export interface MatrixOptions {
  readonly kind?: string | undefined;
  readonly concurrency?: number | undefined;
}

/**
 * `-HP name=kind:value` options as a file that adds their matrix to the operation; the value is read as YAML
 * (compiler.md 2.2).
 */
export function hyperParamFile(texts: readonly string[], options: MatrixOptions = {}): Outcome<SourceFile> {
  const params: string[] = [];
  const seen = new Set<string>();
  for (const text of texts) {
    const [, name = '', kind = '', value = ''] = /^([^=]+)=(\w+):([\s\S]*)$/.exec(text) ?? [];
    const source: SourceFile = { name: `-HP ${text.split('=')[0] ?? ''}`, text };
    const span = { source, start: 0, end: text.length };
    if (name === '' || seen.has(name)) {
      const why = name === '' ? 'has no name, kind and value' : `gives "${name}" twice`;
      return failed([
        error('params/bad-option', span, `"-HP ${text}" ${why}.`, {
          hint: 'Write -HP name=kind:value, once for each name.',
        }),
      ]);
    }
    seen.add(name);
    const read = readSource({ name: source.name, text: `value: ${value}` });
    const node = read.ok ? member(read.value, 'value') : undefined;
    if (node === undefined) return failed(read.ok ? [] : read.problems);
    params.push(`${JSON.stringify(name)}: {"kind": ${JSON.stringify(kind)}, "value": ${nodeText(node)}}`);
  }
  const { kind = 'grid', concurrency = 1 } = options;
  const matrix = `"kind": ${JSON.stringify(kind)}, "concurrency": ${concurrency}, "params": {${params.join(', ')}}`;
  return done({ name: '-HP', text: `{"matrix": {${matrix}}}` });
}

/** Options of a submission as the files that a client makes of them; they come before the presets (compiler.md 2.2). */
import { hyperParamFile } from '@tandem/shared/compile';
import type { Diagnostic } from '@tandem/shared/diagnostics';
import type { SourceFile } from '@tandem/shared/source';
import { compactJson, isList, isMap, type Value, type ValueMap } from '@tandem/shared/values';

/** Options that are hints to the harness. */
const hints: ReadonlySet<string> = new Set(['note', 'hooks', 'unordered_children', 'seed_divergence']);

const known: ReadonlySet<string> = new Set([
  'presets',
  'queue',
  'namespace',
  'cache',
  'nocache',
  'approved',
  'hparams',
  'matrix',
  'matrix_kind',
  'matrix_concurrency',
  'strict_params',
]);

export type ReadOptions =
  | { readonly kind: 'files'; readonly files: readonly SourceFile[] }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'problems'; readonly problems: readonly Diagnostic[] };

/** The name under which the options are a file, by which their problems are told from those of the author's files. */
export const optionsFile = '--options';

export function readOptions(options: ValueMap): ReadOptions {
  const unknown = [...options.keys()].find((key) => !hints.has(key) && !known.has(key));
  if (unknown !== undefined) throw new Error(`The option "${unknown}" is unknown to the harness.`);
  if (options.get('cache') === true && options.get('nocache') === true)
    return { kind: 'refused', message: 'Both "cache" and "nocache" are given.' };
  const sections = new Map<string, Value>();
  for (const key of ['presets', 'queue', 'namespace'])
    if (options.has(key)) sections.set(key, options.get(key) ?? null);
  if (options.get('cache') === true) sections.set('cache', new Map([['disable', false]]));
  if (options.get('nocache') === true) sections.set('cache', new Map([['disable', true]]));
  if (options.has('approved')) sections.set('isApproved', options.get('approved') ?? null);
  if (options.has('strict_params')) sections.set('strictParams', options.get('strict_params') ?? null);
  const files: SourceFile[] = sections.size === 0 ? [] : [{ name: optionsFile, text: compactJson(sections) }];
  const hyper = hyperTexts(options.get('hparams') ?? null);
  if (hyper.length === 0) return { kind: 'files', files };
  const concurrency = options.get('matrix_concurrency');
  const kind = options.get('matrix_kind') ?? options.get('matrix');
  const file = hyperParamFile(hyper, {
    kind: typeof kind === 'string' ? kind : undefined,
    concurrency: typeof concurrency === 'bigint' ? Number(concurrency) : undefined,
  });
  return file.ok ? { kind: 'files', files: [...files, file.value] } : { kind: 'problems', problems: file.problems };
}

/** A list of `name=kind:value`, or a mapping of names to `kind:value`. */
function hyperTexts(given: Value): readonly string[] {
  if (given === null) return [];
  if (isList(given)) return given.map(String);
  return isMap(given) ? [...given].map(([name, value]) => `${name}=${textOf(value)}`) : [];
}

function textOf(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null || !isMap(value)) return `choice:${compactJson(value)}`;
  return `${String(value.get('kind'))}:${compactJson(value.get('value') ?? null)}`;
}

import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import type { Sealed } from '../wire/sealed-spec.ts';
import type { ResolvedIo } from './drafts.ts';

const kinds = new Set(['git', 'artifacts', 'dockerfile']);

/**
 * Init entries for params with `toInit`, in the order inputs, outputs, contexts; they stand before the declared ones
 * (compiler.md 3.8). A param needs a type, and a connection or a type that says how it is fetched.
 */
export function initEntries(ios: readonly ResolvedIo[], problems: Diagnostic[]): readonly Sealed[] {
  const entries: Sealed[] = [];
  for (const io of ios) {
    if (!io.toInit || io.value === null) continue;
    const entry = new Map<string, Sealed>();
    if (io.type !== null && kinds.has(io.type)) entry.set(io.type, io.value);
    else if (io.type === 'path' && io.connection !== null) entry.set('paths', [io.value]);
    else if (io.type === null || io.connection === null) {
      problems.push(
        error(
          'seal/not-an-init',
          io.span,
          `"${io.name}" is to be an init entry, but ${io.type === null ? 'has no type' : `nothing says how a value of type "${io.type}" is fetched`}.`,
          { hint: 'Give it the type git, artifacts or dockerfile, or a connection.' },
        ),
      );
      continue;
    }
    if (io.connection !== null) entry.set('connection', io.connection);
    entries.push(entry);
  }
  return entries;
}

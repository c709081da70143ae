import { type Diagnostic, error, warning } from '../diagnostics/diagnostic.ts';
import { type MapEntry, member } from '../source/tree.ts';
import type { Assembled } from './drafts.ts';

/** Plugins that open a port, which only a service has (compiler.md 1.2). No agent has them yet. */
const ofServices: ReadonlySet<string> = new Set(['sandbox', 'ssh']);

/** Plugins that are read and that nothing acts on, with what to do instead. */
const withoutEffect: ReadonlyMap<string, string> = new Map([
  ['tmux', 'Take it out; the run does the same without it.'],
  ['externalHost', 'Take it out; runs call the address that the agent is configured with.'],
  ['notifications', 'Take them out; "hooks" start an operation when the run has ended.'],
]);

/** What is asked of plugins in vain: that of a service by another kind, and what nobody does. */
export function pluginProblems({ operation, runKind }: Assembled): readonly Diagnostic[] {
  const plugins = member(operation, 'plugins');
  if (plugins?.kind !== 'map') return [];
  return plugins.entries.filter(isOn).flatMap((entry): readonly Diagnostic[] => {
    const { key, keySpan } = entry;
    const hint = withoutEffect.get(key);
    if (hint !== undefined)
      return [warning('types/plugin-no-effect', keySpan, `The plugin "${key}" has no effect here.`, { hint })];
    if (!ofServices.has(key)) return [];
    return [
      runKind.name === 'service'
        ? warning('types/plugin-no-effect', keySpan, `No agent has the plugin "${key}", so each refuses such a run.`, {
            hint: 'Take it out; "tandem ops port-forward" reaches the ports of a service.',
          })
        : error('types/service-only', keySpan, `The plugin "${key}" works for the run kind "service" only.`, {
            hint: 'Remove it, or make the run a service.',
          }),
    ];
  });
}

function isOn({ value }: MapEntry): boolean {
  return value.kind === 'scalar' ? value.value !== null && value.value !== false : value.kind === 'list';
}

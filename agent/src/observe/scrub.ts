import type { RunSettings } from '../compile/kubernetes/names.ts';

/**
 * Messages of a cluster name its secrets and config maps. Those that a connection brings are called by the connection
 * instead: their names are the admins' business (decisions.md 60). Names that the user's own file has stay.
 */
export function scrub(message: string, resources: RunSettings['resources']): string {
  let text = message;
  // The longest first, so that a name inside another one does not break it.
  for (const { kind, name, connection } of [...resources].sort((left, right) => right.name.length - left.name.length)) {
    const shown = `<${kind === 'secret' ? 'secret' : 'config map'} of connection ${connection}>`;
    text = text.split(name).join(shown);
  }
  return text;
}

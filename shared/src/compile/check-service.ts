import { type Diagnostic, warning } from '../diagnostics/diagnostic.ts';
import { type MapNode, member, type Node } from '../source/tree.ts';
import type { Assembled } from './drafts.ts';

/** A service that cannot be asked when it was used counts as used (agent-and-kubernetes.md 2.8): its author should know. */
export function idleProblems({ operation, run, runKind }: Assembled): readonly Diagnostic[] {
  if (runKind.name !== 'service') return [];
  const termination = member(operation, 'termination');
  const culling = partOf(termination, 'culling');
  if (culling?.kind !== 'map' || !isSet(culling, 'timeout')) return [];
  const http = partOf(partOf(termination, 'probe'), 'http');
  if (http === undefined || http.kind === 'scalar')
    return [
      warning('types/culling-no-effect', culling.span, 'Nothing says when the service was used, so it is never idle.', {
        hint: 'Add "probe: {http: {path: /api/status, port: 8888}}" beside it.',
      }),
    ];
  const port = partOf(http, 'port');
  const served = portsOf(partOf(run, 'ports'));
  if (served === null || port?.kind !== 'scalar' || typeof port.value !== 'bigint') return [];
  if (served.includes(port.value)) return [];
  return [
    warning(
      'types/culling-no-effect',
      port.span,
      `The service has no port ${port.value}, so it is never asked whether it is idle.`,
      { hint: `Its ports are ${served.join(', ')}.` },
    ),
  ];
}

/** Null: they are not known yet. A service that names none is served at 80. */
function portsOf(node: Node | undefined): readonly bigint[] | null {
  if (node === undefined || (node.kind === 'scalar' && node.value === null)) return [80n];
  if (node.kind !== 'list') return null;
  const ports = node.items.map((item) =>
    item.kind === 'scalar' && typeof item.value === 'bigint' ? item.value : null,
  );
  return ports.every((port) => port !== null) ? ports : null;
}

const partOf = (node: Node | undefined, key: string): Node | undefined =>
  node?.kind === 'map' ? member(node, key) : undefined;

function isSet(map: MapNode, key: string): boolean {
  const node = member(map, key);
  return node?.kind === 'scalar' && node.value !== null && node.value !== false;
}

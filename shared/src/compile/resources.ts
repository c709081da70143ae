import { type Diagnostic, error } from '../diagnostics/diagnostic.ts';
import { didYouMean } from '../diagnostics/suggest.ts';
import type { MapEntry, MapNode, Node, ScalarNode } from '../source/tree.ts';
import { describeNode, isTemplateNode } from '../spec/describe.ts';
import { readQuantity } from '../values/quantity.ts';

/**
 * The `resources` shortcut as Kubernetes has it (compiler.md 1.8): `request..limit` sets both, a single cpu or memory the
 * request only, a single count (gpu, or a name with a domain) both. A range may be open at one end.
 */
export function resourcesOf(resources: MapNode, problems: Diagnostic[]): MapNode {
  const requests: MapEntry[] = [];
  const limits: MapEntry[] = [];
  for (const entry of resources.entries) {
    const key = entry.key === 'gpu' ? 'nvidia.com/gpu' : entry.key;
    const isCount = key.includes('/');
    if (!isCount && key !== 'cpu' && key !== 'memory') {
      problems.push(
        error('sanitize/unknown-field', entry.keySpan, `There is no resource "${entry.key}".`, {
          hint:
            didYouMean(entry.key, ['cpu', 'memory', 'gpu']) ??
            'Use cpu, memory, gpu, or a name with a domain such as "amd.com/gpu".',
        }),
      );
      continue;
    }
    const range = rangeOf(entry.value, isCount);
    if (range === undefined) {
      problems.push(
        error(
          'sanitize/wrong-type',
          entry.value.span,
          `"${entry.key}" is ${describeNode(entry.value)}; an amount or "request..limit" was expected.`,
        ),
      );
      continue;
    }
    if (isAbove(range.request, range.limit)) {
      problems.push(
        error('sanitize/wrong-type', entry.value.span, `The request of "${entry.key}" is above its limit.`, {
          hint: 'Write "request..limit" with the smaller amount first.',
        }),
      );
    }
    const limit = range.limit ?? (isCount ? range.request : undefined);
    if (range.request !== undefined) requests.push({ key, keySpan: entry.keySpan, value: range.request });
    if (limit !== undefined) limits.push({ key, keySpan: entry.keySpan, value: limit });
  }
  const entries: MapEntry[] = [];
  const put = (key: string, inside: readonly MapEntry[]): void => {
    if (inside.length > 0)
      entries.push({ key, keySpan: resources.span, value: { kind: 'map', entries: inside, span: resources.span } });
  };
  put('limits', limits);
  put('requests', requests);
  return { kind: 'map', entries, span: resources.span };
}

function rangeOf(
  node: Node,
  isCount: boolean,
): { readonly request: Node | undefined; readonly limit: Node | undefined } | undefined {
  if (isTemplateNode(node)) return { request: node, limit: undefined };
  if (node.kind !== 'scalar' || node.value === null || typeof node.value === 'boolean') return undefined;
  if (typeof node.value !== 'string') return { request: node, limit: undefined };
  if (!node.value.includes('..')) return { request: amountNode(node, node.value, isCount), limit: undefined };
  const [request = '', limit = '', rest] = node.value.split('..');
  if (rest !== undefined || (request.trim() === '' && limit.trim() === '')) return undefined;
  const end = (text: string): Node | undefined => (text.trim() === '' ? undefined : amountNode(node, text, isCount));
  return { request: end(request), limit: end(limit) };
}

/** Devices are counted, so that "2" is 2; other amounts stay texts with their units. */
function amountNode(node: ScalarNode, text: string, isCount: boolean): ScalarNode {
  const amount = text.trim();
  return { ...node, value: isCount && /^[0-9]{1,15}$/.test(amount) ? BigInt(amount) : amount };
}

function isAbove(request: Node | undefined, limit: Node | undefined): boolean {
  const [low, high] = [amount(request), amount(limit)];
  return low !== undefined && high !== undefined && low > high;
}

function amount(node: Node | undefined): number | undefined {
  if (node?.kind !== 'scalar' || typeof node.value === 'boolean') return undefined;
  return readQuantity(String(node.value)) ?? undefined;
}

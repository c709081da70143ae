/** One case through our converter, and what came out against what was expected. */
import type { Value } from '@tandem/shared/values';
import { type Difference, differences } from '../conformance/compare.ts';
import { type Divergence, type Settled, settle } from '../conformance/divergences.ts';
import { asValue } from './as-value.ts';
import { canonical } from './canonical.ts';
import { type Converted, convert } from './convert.ts';
import { type JsonObject, objectAt, textAt } from './json.ts';
import type { KubernetesCase } from './read-case.ts';
import { demanded } from './rules.ts';
import { essenceOf } from './view.ts';

/** What is left of the differences of a case. `rules`: names of the differences that are demanded in every case. */
export function runCase(given: KubernetesCase, rules: readonly string[], listed: readonly Divergence[]): Settled {
  const converted = convert(given);
  if ('error' in given.expected) return { open: refusalDifferences(converted, given.expected), decided: [] };
  if (!converted.ok) {
    const note = `Ours refuses: ${converted.message}`;
    return { open: [{ pointer: '', expected: 'objects', got: null, note }], decided: [] };
  }
  const ours = essenceOf(converted);
  const expected = asValue(canonical(demanded(given.expected['essence'] ?? null, ours, rules)));
  const got = asValue(canonical(ours));
  return settle(differences(expected, got, new Set()), listed, got);
}

/** Ours must refuse too, and name what the reference names: a connection, a namespace or a field. */
function refusalDifferences(converted: Converted, expected: JsonObject): readonly Difference[] {
  const message = textAt(objectAt(expected, 'error'), 'message') ?? '';
  if (converted.ok) return [{ pointer: '/error', expected: message, got: null, note: 'Ours makes objects.' }];
  const named = [...message.matchAll(/'([^'{}]+)'|"([^"]+)"|`([^`{}]+)`/g)].flatMap(
    ([, single, double, tick]) => single ?? double ?? tick ?? [],
  );
  const got: Value = converted.message;
  return named.length === 0 || named.some((name) => converted.message.includes(name))
    ? []
    : [{ pointer: '/error/message', expected: message, got, note: 'Ours does not name what is wrong.' }];
}

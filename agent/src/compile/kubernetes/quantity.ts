import type { Value } from '@tandem/shared/values';

const suffixes: Readonly<Record<string, number>> = {
  m: 1e-3,
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity as a number, such as `500m` as 0.5; 0 for what is none, which the API server will say. */
export function quantityNumber(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  if (typeof value !== 'string') return 0;
  const [, digits, suffix = ''] = /^\s*([0-9.]+(?:[eE][-+]?\d+)?)([A-Za-z]*)\s*$/.exec(value) ?? [];
  const factor = Object.hasOwn(suffixes, suffix) ? suffixes[suffix] : undefined;
  const number = digits === undefined || factor === undefined ? 0 : Number(digits) * factor;
  return Number.isFinite(number) ? number : 0;
}

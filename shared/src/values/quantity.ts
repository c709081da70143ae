import type { Value } from './value.ts';

const units: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
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
const form = /^\+?(\d+\.?\d*|\.\d+)(?:([eE][+-]?\d{1,3})|([numkMGTPE]|[KMGTPE]i)?)$/;

/** An amount as Kubernetes writes it, in cores or bytes or pieces; null where it is none, or negative. */
export function readQuantity(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value : null;
  const found = typeof value === 'string' ? form.exec(value) : null;
  if (found === null) return null;
  const [, digits = '', exponent = '', unit = ''] = found;
  const amount = Number(`${digits}${exponent}`) * (units[unit] ?? Number.NaN);
  return Number.isFinite(amount) ? amount : null;
}

/** An amount as a number, such as `500m` as 0.5; 0 for what is none, which the cluster will say. */
export function quantityNumber(value: Value): number {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? (readQuantity(value.trim()) ?? 0) : 0;
}

/** Exact arithmetic on floats, where binary fractions would give other digits than Python prints. */

const view = new DataView(new ArrayBuffer(8));

/** A finite float as mantissa · 2^exponent. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const raw = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  const mantissa = raw === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: value < 0 ? -mantissa : mantissa, exponent: Math.max(raw, 1) - 1075 };
}

/** A fraction as a whole number; the middle goes to the even one. */
function toEven(numerator: bigint, denominator: bigint): bigint {
  const negative = numerator < 0n;
  const size = negative ? -numerator : numerator;
  let quotient = size / denominator;
  const twice = (size - quotient * denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) quotient += 1n;
  return negative ? -quotient : quotient;
}

/** value · 10^digits, as a whole number; the exact binary value counts, and the middle goes to the even one. */
function scaled(value: number, digits: number): bigint {
  const { mantissa, exponent } = partsOf(value);
  const numerator = (digits > 0 ? mantissa * 10n ** BigInt(digits) : mantissa) << BigInt(Math.max(0, exponent));
  const denominator = (digits < 0 ? 10n ** BigInt(-digits) : 1n) << BigInt(Math.max(0, -exponent));
  return toEven(numerator, denominator);
}

/** A float rounded to decimal digits, as Python's `round` does it; negative digits round to tens, hundreds and so on. */
export function roundFloat(value: number, digits: number): number {
  if (digits > 323 || !Number.isFinite(value) || value === 0) return value;
  if (digits < -309) return value < 0 ? -0 : 0;
  const whole = scaled(value, digits);
  return whole === 0n && value < 0 ? -0 : Number(`${whole}e${-digits}`);
}

/** An integer rounded to tens, hundreds and so on for negative digits; digits from 0 change nothing. */
export function roundInteger(value: bigint, digits: number): bigint {
  if (digits >= 0) return value;
  if (digits < -1300) return 0n;
  const unit = 10n ** BigInt(-digits);
  return toEven(value, unit) * unit;
}

/** A float with exactly so many decimal digits, as `%.2f` prints it. */
export function fixedText(value: number, digits: number): string {
  const negative = value < 0 || Object.is(value, -0);
  const whole = scaled(Math.abs(value), digits)
    .toString()
    .padStart(digits + 1, '0');
  const text = digits === 0 ? whole : `${whole.slice(0, -digits)}.${whole.slice(-digits)}`;
  return negative ? `-${text}` : text;
}

/** The quotient of two integers as the nearest float, also where both are too large for one; infinite when it is. */
export function divideIntegers(left: bigint, right: bigint): number {
  const a = Number(left);
  const b = Number(right);
  if (Number.isSafeInteger(a) && Number.isSafeInteger(b)) return a / b;
  const negative = left < 0n !== right < 0n;
  const top = left < 0n ? -left : left;
  const bottom = right < 0n ? -right : right;
  // 66 bits of quotient and one that says whether anything is left are enough for every rounding to 53.
  const shift = 66 - (bitLength(top) - bitLength(bottom));
  const numerator = shift > 0 ? top << BigInt(shift) : top;
  const denominator = shift < 0 ? bottom << BigInt(-shift) : bottom;
  const quotient = numerator / denominator;
  const sticky = quotient * denominator === numerator ? 0n : 1n;
  const size = scaleByTwo(Number((quotient << 1n) | sticky), -shift - 1);
  return negative ? -size : size;
}

/** Two steps, since one power may be beyond the range where the result is not. */
function scaleByTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/** The number of bits of a positive integer. */
export function bitLength(value: bigint): number {
  const hex = (value < 0n ? -value : value).toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}

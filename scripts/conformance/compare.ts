/** Documents against documents, by the rules of the cases' README and decisions.md 78 and 80. */
import { booleanWord, fromJson, isList, isMap, type Value } from '@tandem/shared/values';
import { encodeWire } from '@tandem/shared/wire';

/** One place where two documents differ. Null: not there. */
export interface Difference {
  /** JSON pointer into `expected.json`. */
  readonly pointer: string;
  readonly expected: Value;
  readonly got: Value;
  /** What ours has to say about it. */
  readonly note?: string | undefined;
}

/** All places, in the order of the expected document, what only ours has behind them. */
export function differences(expected: Value, got: Value, retyped: ReadonlySet<string>, at = ''): readonly Difference[] {
  const [left, right] = [meaningful(expected, at), meaningful(got, at)];
  if (retyped.has(at)) {
    const note = 'The original text was expected, not the value that the reference made of it.';
    return typeof right === 'string' && readsAs(right, left) ? [] : [{ pointer: at, expected: left, got: right, note }];
  }
  if (left !== null && right !== null && isMap(left) && isMap(right)) {
    const keys = new Set([...left.keys(), ...right.keys()]);
    return [...keys].flatMap((key) =>
      differences(left.get(key) ?? null, right.get(key) ?? null, retyped, `${at}/${escaped(key)}`),
    );
  }
  if (left !== null && right !== null && isList(left) && isList(right)) {
    const each = left.flatMap((item, index) => differences(item, right[index] ?? null, retyped, `${at}/${index}`));
    if (left.length === right.length) return each;
    const counts = { expected: BigInt(left.length), got: BigInt(right.length) };
    return [...each, { pointer: at, ...counts, note: 'These are the numbers of items.' }];
  }
  return isSame(left, right) ? [] : [{ pointer: at, expected: left, got: right }];
}

/** Whether two values are equal; numbers by value, unset members of mappings left aside. */
export function isEqual(left: Value, right: Value): boolean {
  return differences(left, right, new Set()).length === 0;
}

const emptyIsAbsent = new Set(['init', 'contexts']);
const zeroIsAbsent = new Set(['/run/cost', '/run/cpu', '/run/gpu', '/run/memory']);

/** Null for what counts as absent (decisions.md 80); the record's other amounts of nothing are read like its cost. */
function meaningful(value: Value, at: string): Value {
  const key = at.slice(at.lastIndexOf('/') + 1);
  if (value === false && key === 'strictParams') return null;
  if (zeroIsAbsent.has(at) && (value === 0 || value === 0n)) return null;
  if (value === null || typeof value !== 'object' || !isOwn(at, key)) return value;
  return (isMap(value) ? value.size : value.length) === 0 ? null : value;
}

/** Sections of a document or of its run; an input that happens to be called `init` is none. */
function isOwn(at: string, key: string): boolean {
  return (
    emptyIsAbsent.has(key) && /^\/(children\/\d+\/)?(compiled|created|resolved|run)(\/run(\/\w+)?)?\/\w+$/.test(at)
  );
}

function isSame(left: Value, right: Value): boolean {
  if (left === null || right === null) return left === right;
  // biome-ignore lint/suspicious/noDoubleEquals: 1n == 1 is meant, and exact where Number() is not.
  if (isNumber(left) && isNumber(right)) return left == right;
  return left === right;
}

function isNumber(value: Value): value is number | bigint {
  return typeof value === 'number' || typeof value === 'bigint';
}

/** Whether a text is what the reference turned into the value that it shows (`literal_retyped`). */
function readsAs(text: string, shown: Value): boolean {
  if (isNumber(shown)) return text.trim() !== '' && Number(text) === Number(shown);
  if (typeof shown === 'boolean') return booleanWord(text) === shown;
  if (typeof shown === 'string') return text === shown;
  const read = fromJson(text.replaceAll("'", '"'));
  return read !== undefined && shown !== null && encodeWire(read) === encodeWire(shown);
}

function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** The value at a JSON pointer; null when there is none. */
export function valueAt(document: Value, pointer: string): Value {
  return pointer
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<Value>((value, key) => {
      if (value === null || typeof value !== 'object') return null;
      return (isMap(value) ? value.get(key) : value[Number(key)]) ?? null;
    }, document);
}

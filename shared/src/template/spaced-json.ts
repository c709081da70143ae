import { pythonFloat } from '../values/print.ts';
import { isMap, type Value } from '../values/value.ts';
import { compareTexts } from './text-units.ts';

/**
 * JSON as Jinja's `tojson` writes it: a blank behind `:` and `,`, keys in order, ASCII only, and the characters that mean
 * something in HTML as escapes. With a width, each item stands on a line of its own.
 */
export function spacedJson(value: Value, width: number | undefined, level: number): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return pythonFloat(value);
  if (typeof value === 'string') return jsonText(value);
  const items = isMap(value)
    ? [...value.keys()]
        .sort(compareTexts)
        .map((key) => `${jsonText(key)}: ${spacedJson(value.get(key) ?? null, width, level + 1)}`)
    : value.map((each) => spacedJson(each, width, level + 1));
  const [open, close] = isMap(value) ? ['{', '}'] : ['[', ']'];
  if (items.length === 0) return open + close;
  if (width === undefined) return open + items.join(', ') + close;
  const blanks = `\n${' '.repeat(width * (level + 1))}`;
  return `${open}${blanks}${items.join(`,${blanks}`)}\n${' '.repeat(width * level)}${close}`;
}

function jsonText(text: string): string {
  return JSON.stringify(text).replace(
    /[<>&'\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

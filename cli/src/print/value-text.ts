import type { Value } from '@tandem/shared/values';

/** A value as JSON in its own order: integers with all their digits, floats with a point. */
export function jsonText(value: Value): string {
  if (typeof value === 'number') return floatText(value);
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Map)
    return `{${[...value].map(([key, each]) => `${JSON.stringify(key)}:${jsonText(each)}`).join(',')}}`;
  if (isItems(value)) return `[${value.map(jsonText).join(',')}]`;
  return JSON.stringify(value);
}

/** A value as YAML whose scalars are JSON, ending with a line break; fit for a terminal, whatever the texts hold. */
export function yamlText(value: Value, depth = 0): string {
  const pad = '  '.repeat(depth);
  if (value instanceof Map && value.size > 0)
    return [...value].map(([key, each]) => `${pad}${keyText(key)}:${behind(each, depth)}`).join('');
  if (isItems(value) && value.length > 0) return value.map((each) => `${pad}-${behind(each, depth)}`).join('');
  return `${pad}${shownText(jsonText(value))}\n`;
}

function behind(value: Value, depth: number): string {
  const isLeaf = value instanceof Map ? value.size === 0 : !isItems(value) || value.length === 0;
  return isLeaf ? ` ${shownText(jsonText(value))}\n` : `\n${yamlText(value, depth + 1)}`;
}

/** A text without its control bytes, so that what a file holds cannot steer a terminal. */
export function shownText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control bytes are what this removes.
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
}

function keyText(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? key : shownText(JSON.stringify(key));
}

function isItems(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** JSON knows no infinity; a text says it instead. In YAML 1.1 a number with an exponent is a float only with a point. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  const text = Object.is(value, -0) ? '-0' : String(value);
  if (text.includes('.')) return text;
  return text.includes('e') ? text.replace('e', '.0e') : `${text}.0`;
}

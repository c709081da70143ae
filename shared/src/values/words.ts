import { type Coerced, fits, unfit } from './coerced.ts';
import { asText } from './print.ts';
import { isList, isMap, type Value } from './value.ts';

const yes = new Set(['true', 'yes', 'on', 't', 'y', '1']);
const no = new Set(['false', 'no', 'off', 'f', 'n', '0']);

/** What a boolean word means in any case, or undefined for other text (compiler.md 1.3 and 3.7). */
export function booleanWord(text: string): boolean | undefined {
  const word = text.trim().toLowerCase();
  return yes.has(word) ? true : no.has(word) ? false : undefined;
}

/** `bool`: true, false, 1, 0 and the boolean words. */
export function toBool(value: Value): Coerced {
  if (typeof value === 'boolean') return fits(value);
  if (value === 1n || value === 1) return fits(true);
  if (value === 0n || value === 0) return fits(false);
  const word = typeof value === 'string' ? booleanWord(value) : undefined;
  return word === undefined ? unfit('true or false') : fits(word);
}

/** `str`: text as it is, all else as compact JSON text (true, 4.5, {"a":1}). */
export function toStr(value: Value): Coerced {
  return value === null ? unfit('a text') : fits(asText(value));
}

/** `path`: text only. */
export function toPath(value: Value): Coerced {
  return typeof value === 'string' ? fits(value) : unfit('a path as text');
}

/** `uuid`: any usual spelling, given as 32 hex digits. */
export function toUuid(value: Value): Coerced {
  if (typeof value !== 'string') return unfit('a uuid');
  const digits = value
    .trim()
    .toLowerCase()
    .replace(/^urn:uuid:/, '')
    .replace(/^\{(.*)\}$/, '$1')
    .replaceAll('-', '');
  return /^[0-9a-f]{32}$/.test(digits) ? fits(digits) : unfit('a uuid (32 hex digits)');
}

/** `email`: one `@` between a local part and a host name; `localhost` is a host name. */
export function toEmail(value: Value): Coerced {
  const ok =
    typeof value === 'string' &&
    /^[^\s@<>"]+@(?:localhost|[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)+)$/.test(
      value,
    );
  return ok ? fits(value) : unfit('an email address');
}

/** `image`: a container image as text, or `{name: image}`. No blanks; a port only before a `/` (compiler.md 1.3). */
export function toImage(value: Value): Coerced {
  const text = isMap(value) && value.size === 1 ? value.get('name') : value;
  if (typeof text !== 'string' || isList(value) || text === '' || /\s/.test(text))
    return unfit('a container image such as "busybox:1.36"');
  const parts = text.replace(/@sha256:[0-9a-f]{64}$/, '').split(':');
  const portBeforeSlash = parts.length < 3 || /^[0-9]+\//.test(parts[1] ?? '');
  return parts.length <= 3 && portBeforeSlash && parts.every((part) => part !== '')
    ? fits(text)
    : unfit('a container image such as "busybox:1.36"');
}

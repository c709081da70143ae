import { type Coerced, fits, unfit } from './coerced.ts';
import { fromJson } from './composites.ts';
import { toInt } from './numbers.ts';
import { isList, isMap, type Value } from './value.ts';
import { toBool, toImage, toUuid } from './words.ts';

type Check = (value: Value) => Coerced;

interface Structure {
  readonly fields: Readonly<Record<string, Check>>;
  readonly required?: readonly string[];
}

const text: Check = (value) => (typeof value === 'string' ? fits(value) : unfit('a text'));
const texts: Check = (value) =>
  isList(value) && value.every((each) => typeof each === 'string') ? fits(value) : unfit('a list of texts');
/** A list, or its items in one text with commas between. */
const words: Check = (value) => texts(typeof value === 'string' ? value.split(',').map((each) => each.trim()) : value);
/** Variables as a mapping, or as a list of pairs where their order counts. */
const variables: Check = (value) => {
  const isPair = (each: Value): boolean => isList(each) && each.length === 2 && typeof each[0] === 'string';
  const fit = value !== null && (isMap(value) || (isList(value) && value.every(isPair)));
  return fit ? fits(value) : unfit('a mapping or a list of [name, value] pairs');
};
const paths: Check = (value) => {
  const onePath = (each: Value): boolean =>
    typeof each === 'string' || (isList(each) && each.length === 2 && each.every((part) => typeof part === 'string'));
  return isList(value) && value.every(onePath) ? fits(value) : unfit('a list of paths or [from, to] pairs');
};
const uuids: Check = (value) => {
  const listed = words(value);
  if (!listed.ok || !isList(listed.value)) return unfit('a list of uuids');
  const read = listed.value.map(toUuid);
  return read.every((each) => each.ok)
    ? fits(read.map((each) => (each.ok ? each.value : null)))
    : unfit('a list of uuids');
};

/** The mapping types of compiler.md 1.3. Their fields are also those of init entries. */
const structures: Readonly<Record<string, Structure>> = {
  git: { fields: { url: text, revision: text, flags: texts } },
  dockerfile: {
    fields: {
      image: toImage,
      env: variables,
      path: words,
      copy: paths,
      postRunCopy: paths,
      run: words,
      langEnv: text,
      uid: toInt,
      gid: toInt,
      username: text,
      filename: text,
      workdir: text,
      workdirPath: text,
      shell: text,
    },
    required: ['image'],
  },
  file: { fields: { content: text, filename: text, chmod: text, kind: text }, required: ['content'] },
  tensorboard: { fields: { port: toInt, uuids, useNames: toBool, pathPrefix: text, plugins: words } },
  artifacts: { fields: { files: paths, dirs: paths, workers: toInt } },
  event: { fields: { name: text, kind: text } },
};

/** The names of the structured types. */
export const structuredTypes: readonly string[] = Object.keys(structures);

/** Brings a mapping (or JSON text of one) to a structured type; unknown keys are refused, snake_case keys accepted. */
export function toStructured(type: string, value: Value): Coerced {
  const structure = structures[type];
  const read = typeof value === 'string' ? fromJson(value) : value;
  if (structure === undefined || read === undefined || read === null || !isMap(read))
    return unfit(`a mapping of type ${type}`);
  const result = new Map<string, Value>();
  for (const [spelling, each] of read) {
    const key = spelling.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    const check = Object.hasOwn(structure.fields, key) ? structure.fields[key] : undefined;
    if (check === undefined) return unfit(`a mapping of type ${type}, which has no key "${spelling}",`);
    if (each === null) continue;
    const field = check(each);
    if (!field.ok) return unfit(`${field.expected} as "${key}" of type ${type}`);
    result.set(key, field.value);
  }
  const missing = structure.required?.find((key) => !result.has(key));
  return missing === undefined ? fits(result) : unfit(`a mapping of type ${type} with the key "${missing}"`);
}

import { isList, isMap, plainText, type Value, type ValueMap } from '@tandem/shared/values';
import { mapAt, mapsAt, textAt, textsAt } from './reading.ts';

/** Where an image has its code, and what runs its commands, unless the section says else (compiler.md 1.5). */
const usual = { workdir: '/code', shell: '/bin/bash' } as const;

/**
 * The text of a Dockerfile from its section: the lines that the reference writes, in its order, so that an old file gives
 * the same image (compiler.md 1.5). What is copied without a target goes into the working directory.
 */
export function dockerfileText(section: ValueMap): string {
  const lines = [`FROM ${textAt(section, 'image') ?? 'scratch'}`];
  const say = (word: string, values: readonly string[]): void => {
    for (const value of values) lines.push(`${word} ${value}`);
  };
  const language = textAt(section, 'langEnv');
  if (language !== null)
    say(
      'ENV',
      ['LC_ALL', 'LANG', 'LANGUAGE'].map((name) => `${name}=${quoted(language)}`),
    );
  say('ENV', [`SHELL=${quoted(textAt(section, 'shell') ?? usual.shell)}`]);
  say(
    'ENV',
    textsAt(section, 'path').map((path) => `PATH="$PATH:${path}"`),
  );
  say(
    'ENV',
    pairs(section, 'env').map(([name, value]) => `${name}=${quoted(value)}`),
  );
  const work = textAt(section, 'workdir') ?? usual.workdir;
  say('WORKDIR', [work]);
  say('COPY', copies(section, 'copy', work));
  say('RUN', textsAt(section, 'run'));
  say('COPY', copies(section, 'postRunCopy', work));
  const [uid, gid] = [textAt(section, 'uid'), textAt(section, 'gid')];
  const user = textAt(section, 'username') ?? 'tandem';
  if (uid !== null && gid !== null)
    lines.push(`RUN groupadd -g ${gid} -r ${user} && useradd -r -m -s /bin/bash -g ${user} -u ${uid} ${user}`);
  const workPath = textAt(section, 'workdirPath');
  if (workPath !== null) say('COPY', [`${workPath} ${work}`]);
  return `${lines.join('\n')}\n`;
}

const quoted = (text: string): string => JSON.stringify(text);

/** A mapping, or a list of mappings or of pairs. */
function pairs(section: ValueMap, key: string): readonly (readonly [string, string])[] {
  const text = (value: Value): string => (value === null ? '' : plainText(value));
  const map = mapAt(section, key);
  if (map !== null) return [...map].map(([name, value]) => [name, text(value)] as const);
  const list = section.get(key) ?? null;
  const ofPairs = (list !== null && isList(list) ? list : [])
    .filter((item) => item !== null && isList(item))
    .map(([name = null, value = null]) => [text(name), text(value)] as const);
  const ofMaps = mapsAt(section, key).flatMap((each) => [...each].map(([name, value]) => [name, text(value)] as const));
  return [...ofMaps, ...ofPairs];
}

/** `"a"` is copied into the working directory, `["a", "b"]` from one place to another. */
function copies(section: ValueMap, key: string, work: string): readonly string[] {
  const list = section.get(key) ?? null;
  if (list === null || isMap(list) || !isList(list)) return textsAt(section, key).map((path) => `${path} ${work}`);
  return list.flatMap((item) => {
    if (item === null) return [];
    if (!isList(item)) return [`${plainText(item)} ${work}`];
    const [from = '', to = work] = item.map((part) => (part === null ? '' : plainText(part)));
    return [`${from} ${to}`];
  });
}

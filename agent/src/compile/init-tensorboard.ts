import { coerce, type ValueMap } from '@tandem/shared/values';
import type { BuiltInInitPlan } from './init-plan.ts';
import { flagAt, integerAt, mapAt, textAt, textsAt } from './reading.ts';
import { refused, type Staged, staged } from './staged.ts';

type TensorboardPlan = Extract<BuiltInInitPlan, { kind: 'tensorboard' }>;

/** What a `tensorboard` section says itself; where its step reads and writes is found elsewhere. */
export type TensorboardWishes = Pick<
  TensorboardPlan,
  'uuids' | 'useNames' | 'names' | 'pathPrefix' | 'plugins' | 'port'
>;

/** The port of TensorBoard where the section says none. */
const usualPort = 6006;

/**
 * Reads a `tensorboard` section. Uuids come with dashes or without, and leave as folders of the store are named; a word that is
 * no uuid is refused here, since in the store it would only be a folder that is not there (compiler.md 1.3).
 */
export function readTensorboard(section: ValueMap): Staged<TensorboardWishes> {
  const uuids: string[] = [];
  for (const word of wordsAt(section, 'uuids')) {
    const uuid = coerce(word, 'uuid', false);
    if (!uuid.ok || typeof uuid.value !== 'string')
      return refused('Unsupported', `"${word}" in the init step "tensorboard" is no uuid of a run.`);
    if (!uuids.includes(uuid.value)) uuids.push(uuid.value);
  }
  return staged({
    uuids,
    useNames: flagAt(section, 'useNames', false),
    names: namesOf(section, uuids),
    pathPrefix: textAt(section, 'pathPrefix'),
    plugins: wordsAt(section, 'plugins'),
    port: integerAt(section, 'port') ?? usualPort,
  });
}

/** A list, or its items in one text with commas between. */
function wordsAt(section: ValueMap, key: string): readonly string[] {
  return textsAt(section, key).flatMap((text) => text.split(',').flatMap((word) => word.trim() || []));
}

/**
 * `names` is no field of the file format: only the control plane knows what other runs are called, so only stage 1 can say it.
 * The helper has no word to the control plane (ADR 21), where the peer's asks it.
 */
function namesOf(section: ValueMap, uuids: readonly string[]): Readonly<Record<string, string>> {
  const given = mapAt(section, 'names');
  if (given === null) return {};
  return Object.fromEntries(
    uuids.flatMap((uuid) => [textAt(given, uuid)].flatMap((name) => (name ? [[uuid, name]] : []))),
  );
}

import type { Section } from '@tandem/shared/spec';
import { fieldSentences } from './field-sentences.ts';

const ofKubernetes: ReadonlySet<string> = new Set(['container', 'volumes']);

/** What a field means, in a sentence: that of the section's kind, of the section, or of the field wherever it stands. */
export function saysOf(id: string, section: Section, field: string): string {
  const says =
    fieldSentences.get(`${id}.${field}`) ?? fieldSentences.get(`${section.name}.${field}`) ?? fieldSentences.get(field);
  if (says !== undefined && !(ofKubernetes.has(section.name) && !fieldSentences.has(`${section.name}.${field}`)))
    return says;
  if (ofKubernetes.has(section.name)) return 'As Kubernetes has it.';
  throw new Error(`Nothing says what "${field}" of ${id} means; add it to scripts/schema/field-sentences.ts.`);
}

import type { Section } from '@tandem/shared/spec';
import { fieldNotes } from '../../shared/src/spec/field-notes.ts';

const ofKubernetes: ReadonlySet<string> = new Set([
  'container',
  'volumes',
  'affinity',
  'securityContext',
  'dnsConfig',
  'toleration',
  'hostAlias',
]);

/** What a field means, in a sentence: that of the section's kind, of the section, or of the field wherever it stands. */
export function saysOf(id: string, section: Section, field: string): string {
  const says = fieldNotes.get(`${id}.${field}`) ?? fieldNotes.get(`${section.name}.${field}`) ?? fieldNotes.get(field);
  if (says !== undefined && !(ofKubernetes.has(section.name) && !fieldNotes.has(`${section.name}.${field}`)))
    return says;
  if (ofKubernetes.has(section.name)) return 'As Kubernetes has it.';
  throw new Error(`Nothing says what "${field}" of ${id} means; add it to shared/src/spec/field-notes.ts.`);
}

import { nodeText } from '../wire/node-text.ts';
import type { Checked } from './drafts.ts';

/** The assembled operation as text, unresolved: what is stored and shown. `check` reads it again to the same operation (decisions.md 34). */
export function contentOf({ operation }: Pick<Checked, 'operation'>): string {
  return nodeText(operation);
}

import type { Value } from '../values/value.ts';
import { AgentOwned, AgentText, type Sealed } from '../wire/sealed-spec.ts';

/** A value for the run's record: open places as the text that stands for them (decisions.md 17). */
export function recordValue(sealed: Sealed): Value {
  if (sealed instanceof AgentOwned)
    return sealed.template.startsWith('{%') ? sealed.template : `{{ ${sealed.template} }}`;
  if (sealed instanceof AgentText)
    return sealed.parts.map((part) => (typeof part === 'string' ? part : String(recordValue(part)))).join('');
  if (sealed === null || typeof sealed !== 'object') return sealed;
  if (sealed instanceof Map)
    return new Map([...sealed].map(([key, each]): [string, Value] => [key, recordValue(each)]));
  return Array.isArray(sealed) ? sealed.map(recordValue) : null;
}

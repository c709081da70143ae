import { coerce, fromJson, isMap, type Value } from '@tandem/shared/values';
import { encodeWire } from '@tandem/shared/wire';

/** The outputs that a run wrote. */
export interface TypedOutputs {
  /** Wire JSON of a map by name; null: nothing that can be read. */
  readonly outputs: string | null;
  /** A sentence for the run's message; the run keeps its result. */
  readonly warning: string | null;
}

interface DeclaredOutput {
  readonly name: string;
  readonly type: string | null;
  readonly isList: boolean;
}

/** Reads JSON text as outputs, each by its declared type; one that does not fit is left out and named. */
export function typeOutputs(text: string, declared: readonly DeclaredOutput[]): TypedOutputs {
  const read = fromJson(text);
  if (read === undefined || !isMap(read)) return invalidOutputs('outputs.json is not a JSON object');
  const typed = new Map<string, Value>();
  const problems: string[] = [];
  const plans = new Map(declared.map((plan) => [plan.name, plan]));
  for (const [name, value] of read) {
    const plan = plans.get(name);
    const coerced =
      plan === undefined || plan.type === null ? { ok: true as const, value } : coerce(value, plan.type, plan.isList);
    if (coerced.ok) typed.set(name, coerced.value);
    else problems.push(`output "${name}": ${coerced.expected} was expected`);
  }
  return {
    outputs: encodeWire(typed),
    warning: problems.length === 0 ? null : `OutputsInvalid: ${problems.join('; ')}.`,
  };
}

export function invalidOutputs(why: string): TypedOutputs {
  return { outputs: null, warning: `OutputsInvalid: ${why}.` };
}

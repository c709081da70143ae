import type { Value } from '../values/value.ts';
import type { Budget } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';

/** Evaluated arguments, by place and by name. */
export interface Given {
  readonly args: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

export const nothingGiven: Given = { args: [], named: new Map() };

/** What a filter works with: its arguments and the costs. */
export interface FilterCall extends Given {
  readonly budget: Budget;
  readonly place: Offsets;
  /** The argument of a declared parameter; undefined when it was not given. */
  readonly arg: (name: string) => Value | undefined;
  /** Applies another filter by name, for `map`. */
  readonly apply: (name: string, value: Value, given: Given) => Value | Fault;
  /** Asks a test by name, for `select`; undefined stands for a value that is not there. */
  readonly test: (name: string, value: Value | undefined, args: readonly Value[]) => boolean | Fault;
}

export type FilterFunction = (value: Value, call: FilterCall) => Value | Fault;

/** A filter. Parameters that may be left out end with `?`; `any` is for filters that hand their arguments on. */
export interface FilterEntry {
  readonly name: string;
  readonly params: readonly string[] | 'any';
  readonly says: string;
  readonly run: FilterFunction;
}

/** One line of a table of filters. */
export function filter(name: string, params: FilterEntry['params'], says: string, run: FilterFunction): FilterEntry {
  return { name, params, says, run };
}

/** Refuses arguments that the filter does not have, or lacks; this is how Python answers them too. */
export function checkArgs(entry: FilterEntry, given: Given, place: Offsets): Fault | undefined {
  if (entry.params === 'any') return undefined;
  const names = entry.params.map((each) => each.replace('?', ''));
  const refuse = (what: string): Fault =>
    new Fault(
      'template/wrong-type',
      `The filter "${entry.name}" ${what}.`,
      place,
      names.length === 0 ? `Write {{ value | ${entry.name} }}.` : `Its arguments are ${names.join(', ')}.`,
    );
  if (given.args.length > names.length) return refuse(`takes no more than ${names.length} arguments`);
  for (const name of given.named.keys()) {
    const at = names.indexOf(name);
    if (at < 0) return refuse(`has no argument "${name}"`);
    if (at < given.args.length) return refuse(`gets its argument "${name}" twice`);
  }
  const lacking = entry.params.find(
    (each, at) => !each.endsWith('?') && at >= given.args.length && !given.named.has(each),
  );
  return lacking === undefined ? undefined : refuse(`needs its argument "${lacking}"`);
}

/** The argument of a parameter, by place or by name. */
export function argOf(entry: FilterEntry, given: Given, name: string): Value | undefined {
  const at = entry.params === 'any' ? -1 : entry.params.findIndex((each) => each === name || each === `${name}?`);
  return (at >= 0 ? given.args[at] : undefined) ?? given.named.get(name);
}

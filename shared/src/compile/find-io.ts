/** What has the name of an input or output, and says which of both it is. */
interface Named {
  readonly name: string;
  readonly output: boolean;
}

interface Index<T> {
  readonly inputs: ReadonlyMap<string, T>;
  readonly outputs: ReadonlyMap<string, T>;
}

/** Lists that were asked are kept by name, as long as they live; in short ones looking is faster. */
const indexes = new WeakMap<readonly Named[], Index<Named>>();
const short = 16;

/** The input or output of a name, in lists where inputs come first: an input when there are both, unless `output` says which. */
export function findIo<T extends Named>(ios: readonly T[], name: string, output?: boolean): T | undefined {
  if (ios.length <= short) return ios.find((io) => io.name === name && (output === undefined || io.output === output));
  const { inputs, outputs } = indexOf(ios);
  if (output !== undefined) return (output ? outputs : inputs).get(name);
  return inputs.get(name) ?? outputs.get(name);
}

function indexOf<T extends Named>(ios: readonly T[]): Index<T> {
  // An index is made from the list that it is kept for, so what it holds has the list's type.
  const known = indexes.get(ios) as Index<T> | undefined;
  if (known !== undefined) return known;
  // The first of a name counts, as it does where the list is short.
  const backwards = [...ios].reverse();
  const of = (output: boolean): ReadonlyMap<string, T> =>
    new Map(backwards.filter((io) => io.output === output).map((io) => [io.name, io]));
  const made: Index<T> = { inputs: of(false), outputs: of(true) };
  indexes.set(ios, made);
  return made;
}

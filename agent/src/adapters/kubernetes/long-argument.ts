import type { Json, Manifest } from '../../compile/kubernetes/manifest.ts';

/** Most bytes of one argument or variable that Linux gives to a program, its end included (execve(2), MAX_ARG_STRLEN). */
export const longestArgument = 128 * 1024;

/**
 * An argument or variable that no program can be given, in a sentence; null: there is none. The container would fail with an
 * error of the system that names neither the place nor the limit (agent-and-kubernetes.md 7, row 20).
 */
export function longArgument(objects: readonly Manifest[]): string | null {
  for (const object of objects) {
    const found = inJson(object as unknown as Json);
    if (found !== null) return found;
  }
  return null;
}

function inJson(value: Json | undefined): string | null {
  if (typeof value !== 'object' || value === null) return null;
  for (const each of Array.isArray(value) ? value : Object.values(value)) {
    const found = (isContainer(each) ? inContainer(each) : null) ?? inJson(each);
    if (found !== null) return found;
  }
  return null;
}

interface ContainerJson {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value?: string }[];
}

const isContainer = (value: Json | undefined): value is Json & ContainerJson =>
  typeof value === 'object' && value !== null && 'image' in value && 'name' in value;

function inContainer({ name, command = [], args = [], env = [] }: ContainerJson): string | null {
  const of = (what: string, bytes: number): string =>
    `${what} of container "${name}" has ${bytes} bytes; Linux gives a program at most ${longestArgument} in one. Put it into a file.`;
  for (const [index, text] of [...command, ...args].entries()) {
    const bytes = Buffer.byteLength(text) + 1;
    if (bytes > longestArgument) return of(`Argument ${index}`, bytes);
  }
  for (const variable of env) {
    const bytes = Buffer.byteLength(`${variable.name}=${variable.value ?? ''}`) + 1;
    if (bytes > longestArgument) return of(`The variable "${variable.name}"`, bytes);
  }
  return null;
}

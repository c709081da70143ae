/** A time as Python prints it, which files rely on (compiler.md 3.6): blank for `T`, offset for `Z`. */
export function pythonTime(iso: string): string {
  return iso.replace('T', ' ').replace(/(?:\.0+)?Z$/, '+00:00');
}

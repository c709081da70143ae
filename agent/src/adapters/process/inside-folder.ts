import { resolve, sep } from 'node:path';

/** A path from a spec below a root, whatever it says: `/etc/x` and `../../etc/x` are both `<root>/etc/x`. */
export function insideFolder(root: string, path: string): string {
  return resolve(root, `.${resolve(sep, path)}`);
}

/** Whether a resolved path is the root or below it. Links are not looked at. */
export function isInside(root: string, path: string): boolean {
  const target = resolve(path);
  return target === resolve(root) || target.startsWith(resolve(root) + sep);
}

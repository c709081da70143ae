import type { Route } from './route.ts';

/**
 * Routes in the order in which they must be tried: where two paths differ first, the fixed word comes before the name in
 * braces. So `runs/check` is never taken for a run, in whatever order the files list them.
 */
export function inOrder(routes: readonly Route[]): readonly Route[] {
  return [...routes].sort((left, right) => compare(left.path.split('/'), right.path.split('/')));
}

function compare(left: readonly string[], right: readonly string[]): number {
  for (let at = 0; at < Math.min(left.length, right.length); at += 1) {
    const order = Number(isName(left[at])) - Number(isName(right[at]));
    if (order !== 0) return order;
  }
  return right.length - left.length;
}

function isName(segment: string | undefined): boolean {
  return segment?.startsWith('{') ?? false;
}

/** `{name}` as Express writes it; the trailing slash is optional there. */
export function toExpressPath(path: string): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

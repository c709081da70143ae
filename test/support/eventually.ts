/**
 * Waits until a condition gives something truthy and gives that back; there are no fixed sleeps in tests. An error in the
 * condition counts as "not yet" and is shown when the time is up.
 */
export async function eventually<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = 20_000,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + limitMs;
  let last: unknown;
  for (let pauseMs = 2; ; pauseMs = Math.min(50, pauseMs * 2)) {
    try {
      const value = await condition();
      if (value) return value;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() > deadline)
      throw new Error(`Not within ${limitMs} ms: ${what}. Last seen: ${String(last)}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

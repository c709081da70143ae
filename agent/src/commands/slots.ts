/** Runs at most `count` tasks at once; the others wait in the order in which they came. */
export function slots(count: number): <T>(task: () => Promise<T>) => Promise<T> {
  let taken = 0;
  const queue: (() => void)[] = [];
  return async (task) => {
    if (taken >= count) await new Promise<void>((resolve) => queue.push(resolve));
    else taken += 1;
    try {
      return await task();
    } finally {
      const next = queue.shift();
      if (next === undefined) taken -= 1;
      else next();
    }
  };
}

import type { Duplex } from 'node:stream';

/** What a connection to a port of a run is called in `Upgrade`: after the 101 only its bytes follow. */
export const forwardProtocol = 'tandem-forward/1';

/**
 * Joins two streams of bytes: what one gives, the other gets, as fast as it takes it. Each direction ends by itself; one that
 * breaks takes the other stream with it. Resolves when both are closed. Errors of either are its end and nothing more.
 */
export async function joined(left: Duplex, right: Duplex): Promise<void> {
  const closed = [closedOf(left, right), closedOf(right, left)];
  left.pipe(right);
  right.pipe(left);
  await Promise.all(closed);
}

/** Resolves when a stream is closed, and breaks its peer unless all that it had to give and to take has passed. */
function closedOf(stream: Duplex, peer: Duplex): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      if (!stream.readableEnded || !stream.writableFinished) breakOff(peer);
      resolve();
    };
    stream.on('error', () => undefined);
    if (stream.closed) end();
    else stream.once('close', end);
  });
}

/** A socket is reset, so that what was cut off does not look like an end in order. */
function breakOff(stream: Duplex): void {
  if ('resetAndDestroy' in stream && typeof stream.resetAndDestroy === 'function') stream.resetAndDestroy();
  else stream.destroy();
}

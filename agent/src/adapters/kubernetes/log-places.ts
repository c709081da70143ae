import * as z from 'zod';

/** How far each container's log was read: the time of its last line by `<pod>/<container>`, in ms. */
export type LogPlaces = Map<string, number>;

const shape = z.record(z.string().max(400), z.number());
/** Containers in one cursor: it travels with every chunk. */
const mostPlaces = 200;

/** A foreign or empty text reads as "from the beginning". */
export function parsePlaces(cursor: string): LogPlaces {
  if (cursor === '') return new Map();
  try {
    const read = shape.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    return new Map(Object.entries(read.data ?? {}));
  } catch {
    return new Map(); // No JSON: not one of ours.
  }
}

export function printPlaces(places: LogPlaces): string {
  const newest = [...places].slice(-mostPlaces);
  return Buffer.from(JSON.stringify(Object.fromEntries(newest))).toString('base64url');
}

/** Object ids of the types that both drivers read in the same way; from `pg_type` of Postgres. */
export const oid = { bytea: 17, int8: 20, json: 114, timestamptz: 1184, jsonb: 3802 } as const;

/**
 * A bigint column as a number. Throws beyond 2^53, where a number would silently name another row.
 */
export function readInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`the database holds ${text}, which is no safe integer`);
  return value;
}

const stamp = /^(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\+00$/;

/**
 * A timestamptz column as ISO-8601 with microseconds and `Z`, so that no precision is lost on the way to a client.
 * Sessions run in UTC; anything else is a bug of the connection's settings.
 */
export function readTimestamp(text: string): string {
  const found = stamp.exec(text);
  if (found === null) throw new TypeError(`"${text}" is no UTC timestamp`);
  return `${found[1]}T${found[2]}.${(found[3] ?? '').padEnd(6, '0')}Z`;
}

/** JSON columns stay text: parsing as JSON would turn 2^60 and 2.0 into something else (trust.md 3.3). */
export function readText(text: string): string {
  return text;
}

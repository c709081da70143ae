import { type Coerced, fits, unfit } from './coerced.ts';
import type { Value } from './value.ts';

/** `uri`: an absolute URL, in its normal form (`ftp://x` becomes `ftp://x/`). */
export function toUri(value: Value): Coerced {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && url.host !== '' ? fits(url.href) : unfit('an absolute URL');
}

/** `s3`: `s3://bucket/key`. */
export function toS3(value: Value): Coerced {
  return ofScheme(value, /^s3:\/\/[^/\s]+/, 'an address such as "s3://bucket/key"');
}

/** `gcs`: `gs://bucket/key`, or `gcs:` as its scheme. */
export function toGcs(value: Value): Coerced {
  return ofScheme(value, /^(?:gs|gcs):\/\/[^/\s]+/, 'an address such as "gs://bucket/key"');
}

/** `wasb`: Azure blob storage in one of its spellings (compiler.md 1.3). */
export function toWasb(value: Value): Coerced {
  const shape =
    /^(?:wasbs?:\/\/[^@/\s]+@[^./\s]+\.blob\.core\.windows\.net|https:\/\/[^./\s]+\.blob\.core\.windows\.net\/[^/\s]+|(?:abfss?|az|adl):\/\/[^/\s]+)/;
  return ofScheme(value, shape, 'an address such as "wasbs://container@account.blob.core.windows.net/path"');
}

function ofScheme(value: Value, shape: RegExp, expected: string): Coerced {
  return typeof value === 'string' && shape.test(value) ? fits(value) : unfit(expected);
}

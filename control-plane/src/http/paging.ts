import { z } from 'zod';
import type { Listed, Page } from '../ports/project-store.ts';

const most = 100;

/** A number of at least `least`, or the fallback for anything else: garbage is ignored (rest-api-and-clients.md 0). */
const whole = (least: number, fallback: number) =>
  z
    .unknown()
    .optional()
    .transform((value) => {
      const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : fallback;
      return number >= least ? number : fallback;
    })
    .meta({ override: { type: 'integer', minimum: least, default: fallback } });

/** Text, or nothing for what is repeated or missing. */
const text = z
  .unknown()
  .optional()
  .transform((value) => (typeof value === 'string' ? value : ''))
  .meta({ override: { type: 'string' } });

/** The query of every list. */
export const listQuery = z.object({
  limit: whole(1, 20).transform((limit) => Math.min(limit, most)),
  offset: whole(0, 0),
  sort: text,
  query: text,
});

/** The query of lists of names: longer by default. */
export const namesQuery = listQuery.extend({ limit: whole(1, most).transform((limit) => Math.min(limit, most)) });

export type ListQuery = z.output<typeof listQuery>;

export function pageOf(query: ListQuery): Page {
  return { limit: query.limit, offset: query.offset };
}

/** The body of a list, with absolute links to its neighbours. */
export function listBody<T>(
  listed: Listed<T>,
  page: Page,
  call: { readonly origin: string; readonly url: string },
  toJson: (item: T) => unknown,
): object {
  const next = page.offset + page.limit < listed.count ? link(call, page.limit, page.offset + page.limit) : null;
  const previous = page.offset > 0 ? link(call, page.limit, Math.max(0, page.offset - page.limit)) : null;
  return { count: listed.count, next, previous, results: listed.items.map(toJson) };
}

function link(call: { readonly origin: string; readonly url: string }, limit: number, offset: number): string {
  const url = new URL(call.url, call.origin);
  url.searchParams.set('limit', String(limit));
  url.searchParams.set('offset', String(offset));
  return url.href;
}

/** The shape of a list for the document. */
export function listOf(item: z.ZodType): z.ZodType {
  return z.object({
    count: z.number().int().nullable(),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    results: z.array(item),
  });
}

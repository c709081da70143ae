import { statuses } from '@tandem/shared/lifecycle';

/** A condition on runs: all of them must hold. */
export type RunFilter = readonly RunCondition[];

export type RunCondition =
  | { readonly kind: 'in'; readonly field: TextField; readonly values: readonly string[]; readonly isNegated: boolean }
  | { readonly kind: 'like'; readonly field: TextField; readonly pattern: string; readonly isNegated: boolean }
  | { readonly kind: 'null'; readonly field: QueryField; readonly isNegated: boolean }
  | {
      readonly kind: 'compare';
      readonly field: TimeField;
      readonly operator: '<' | '<=' | '>' | '>=';
      readonly at: string;
    };

export type TextField = 'status' | 'kind' | 'name' | 'uuid' | 'live_state';
export type TimeField = 'created_at' | 'updated_at' | 'started_at' | 'finished_at';
export type QueryField = TextField | TimeField;

export interface RunSort {
  readonly field: SortField;
  readonly isDescending: boolean;
}

const textFields: readonly string[] = ['status', 'kind', 'name', 'uuid', 'live_state'] satisfies readonly TextField[];
const timeFields: readonly string[] = [
  'created_at',
  'updated_at',
  'started_at',
  'finished_at',
] satisfies readonly TimeField[];

const sortFields = ['created_at', 'updated_at', 'started_at', 'finished_at', 'name', 'kind', 'status', 'uuid'] as const;
export type SortField = (typeof sortFields)[number];

/** A query, or the sentence that says what is wrong with it. */
export type ParsedQuery =
  | { readonly kind: 'done'; readonly filter: RunFilter }
  | { readonly kind: 'wrong'; readonly message: string };

/**
 * Reads the part of the query language that there is now: `field:value` joined by commas, with `a|b`, `~`, `nil`,
 * `%like%` and comparisons of times (rest-api-and-clients.md 2.1). Only live runs are listed unless the query names
 * `live_state`.
 */
export function parseRunQuery(text: string): ParsedQuery {
  const filter: RunCondition[] = [];
  for (const part of text.split(',')) {
    if (part.trim() === '' && text.trim() === '') break;
    const colon = part.indexOf(':');
    if (colon < 0) return wrong(`"${part.trim()}" is no condition; write field:value.`);
    const condition = parseCondition(part.slice(0, colon).trim(), part.slice(colon + 1).trim());
    if (typeof condition === 'string') return wrong(condition);
    if (condition !== null) filter.push(condition);
  }
  if (!filter.some((each) => each.field === 'live_state')) {
    filter.push({ kind: 'in', field: 'live_state', values: ['1'], isNegated: false });
  }
  return { kind: 'done', filter };
}

const wrong = (message: string): ParsedQuery => ({ kind: 'wrong', message });

function parseCondition(field: string, operation: string): RunCondition | string | null {
  if (operation === '') return `The condition on "${field}" has no value.`;
  if (isTimeField(field)) return parseTime(field, operation);
  if (isTextField(field)) return parseText(field, operation);
  return `key \`${field}\` is not supported by the query manager \`run\`.`;
}

function parseText(field: TextField, operation: string): RunCondition | string {
  const isNegated = operation.startsWith('~');
  const value = isNegated ? operation.slice(1).trim() : operation;
  if (value === 'nil') return { kind: 'null', field, isNegated };
  if ((field === 'name' || field === 'uuid') && /^%|%$/.test(value)) {
    const inner = value.replace(/^%|%$/g, '').replace(/[\\%_]/g, '\\$&');
    const pattern = `${value.startsWith('%') ? '%' : ''}${inner}${value.endsWith('%') ? '%' : ''}`;
    return { kind: 'like', field, pattern, isNegated };
  }
  const values = value.split('|').map((each) => each.trim());
  const unknown =
    field === 'status' ? values.find((each) => !(statuses as readonly string[]).includes(each)) : undefined;
  if (unknown !== undefined) return `"${unknown}" is no status.`;
  if (field === 'live_state' && values.some((each) => !/^-?[01]$/.test(each))) return 'live_state is 1, 0 or -1.';
  return {
    kind: 'in',
    field,
    values: field === 'uuid' ? values.map((each) => each.replaceAll('-', '')) : values,
    isNegated,
  };
}

const time = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|\+00:00)?)?$/;

function parseTime(field: TimeField, operation: string): RunCondition | string | null {
  // Switches a default filter off, and there is none on times here.
  if (operation === '_any_') return null;
  if (operation === 'nil' || operation === '~nil') return { kind: 'null', field, isNegated: operation !== 'nil' };
  const found = /^(>=|=>|<=|=<|>|<)\s*(.+)$/.exec(operation);
  const at = found?.[2]?.trim() ?? '';
  if (!time.test(at)) return `"${operation}" is no comparison with a time, such as >2026-01-01.`;
  const operators = { '>': '>', '>=': '>=', '=>': '>=', '<': '<', '<=': '<=', '=<': '<=' } as const;
  const operator = operators[(found?.[1] ?? '>') as keyof typeof operators];
  return { kind: 'compare', field, operator, at };
}

function isTimeField(text: string): text is TimeField {
  return timeFields.includes(text);
}

function isTextField(text: string): text is TextField {
  return textFields.includes(text);
}

/** Reads a `sort` list. Unknown names are ignored, as clients expect (rest-api-and-clients.md 2.4). */
export function parseRunSort(text: string): readonly RunSort[] {
  const sorts: RunSort[] = [];
  for (const part of text.split(',')) {
    const isDescending = part.trim().startsWith('-');
    const name = part.trim().replace(/^-/, '');
    const field = sortFields.find((each) => each === name);
    if (field !== undefined) sorts.push({ field, isDescending });
  }
  return sorts.length === 0 ? [{ field: 'updated_at', isDescending: true }] : sorts;
}

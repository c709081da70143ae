import type { Paint } from './paint.ts';
import { printTable } from './table.ts';

export const formats = ['table', 'wide', 'json', 'yaml', 'jsonl', 'csv', 'name'] as const;
export type Format = (typeof formats)[number];

/** One column of a list: how it is called, and what it shows of a thing. */
export interface Column<T> {
  readonly title: string;
  readonly of: (thing: T) => string;
  /** Shown by `-o wide` and in CSV only. */
  readonly wide?: boolean;
  /** Never cut: ids and names, which people copy. */
  readonly whole?: boolean;
}

/** Where data and everything else go. Data to `out`, so that pipes get nothing else (rest-api-and-clients.md 5.2). */
export interface Streams {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Columns of the terminal; Infinity where the output is no terminal. */
  readonly width: number;
  readonly paint: Paint;
  /** Whether a person watches standard error: progress goes there. */
  readonly isInteractive: boolean;
}

/** Prints a list in the format that was asked for. JSON is what the interface gave, not what the table shows. */
export function printList<T extends object>(
  things: readonly T[],
  columns: readonly Column<T>[],
  format: Format,
  streams: Streams,
): void {
  switch (format) {
    case 'json':
      streams.out(`${JSON.stringify(things, null, 2)}\n`);
      return;
    case 'jsonl':
      for (const thing of things) streams.out(`${JSON.stringify(thing)}\n`);
      return;
    case 'yaml':
      streams.out(toYaml(things, 0));
      return;
    case 'name':
      for (const thing of things) streams.out(`${columns[0]?.of(thing) ?? ''}\n`);
      return;
    case 'csv':
      for (const row of [columns.map((column) => column.title), ...rowsOf(things, columns)])
        streams.out(`${row.map(csvCell).join(',')}\n`);
      return;
    case 'table':
    case 'wide': {
      const shown = columns.filter((column) => format === 'wide' || column.wide !== true);
      streams.out(
        printTable(
          shown.map((column) => ({ title: column.title, whole: column.whole === true })),
          rowsOf(things, shown),
          streams,
        ),
      );
      return;
    }
  }
}

/** Prints one thing: as lines of `name: value` for people, as a document for scripts. */
export function printOne<T extends object>(
  thing: T,
  fields: readonly Column<T>[],
  format: Format,
  streams: Streams,
): void {
  if (format === 'json' || format === 'jsonl')
    streams.out(`${JSON.stringify(thing, null, format === 'json' ? 2 : undefined)}\n`);
  else if (format === 'yaml') streams.out(toYaml(thing, 0));
  else if (format === 'name' || format === 'csv') printList([thing], fields, format, streams);
  else {
    const width = Math.max(...fields.map((field) => field.title.length));
    for (const field of fields) {
      const value = field.of(thing);
      if (value !== '') streams.out(`${streams.paint.dim(field.title.padEnd(width))}  ${value}\n`);
    }
  }
}

const rowsOf = <T>(things: readonly T[], columns: readonly Column<T>[]): string[][] =>
  things.map((thing) => columns.map((column) => column.of(thing)));

const csvCell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** YAML of plain JSON values: every text quoted as JSON, which YAML reads too. */
function toYaml(value: unknown, depth: number): string {
  const pad = '  '.repeat(depth);
  if (Array.isArray(value)) {
    if (value.length === 0) return `${pad}[]\n`;
    return value
      .map((item) => `${pad}-${isLeaf(item) ? ` ${JSON.stringify(item)}\n` : `\n${toYaml(item, depth + 1)}`}`)
      .join('');
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return `${pad}{}\n`;
    return entries
      .map(
        ([key, item]) =>
          `${pad}${yamlKey(key)}:${isLeaf(item) ? ` ${JSON.stringify(item ?? null)}\n` : `\n${toYaml(item, depth + 1)}`}`,
      )
      .join('');
  }
  return `${pad}${JSON.stringify(value ?? null)}\n`;
}

const isLeaf = (value: unknown): boolean => typeof value !== 'object' || value === null;
const yamlKey = (key: string): string => (/^[A-Za-z_][\w-]*$/.test(key) ? key : JSON.stringify(key));

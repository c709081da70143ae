import type { FieldOrigin, NoField, OriginPlace } from '@tandem/shared/compile';
import { type Node, placeOf } from '@tandem/shared/source';
import { toValue, type Value } from '@tandem/shared/values';
import type { Streams } from './output.ts';
import { printTable } from './table.ts';
import { jsonText, shownText } from './value-text.ts';

/** Values longer than this are cut where people read them. */
const longest = 60;

/** Prints a field, where it comes from, and what it stands above. */
export function printOrigin(path: string, origin: FieldOrigin, streams: Streams): void {
  const { paint } = streams;
  streams.out(`${paint.bold(shownText(path))} = ${shownText(jsonText(toValue(origin.value)))}\n`);
  const row = (says: string, place: OriginPlace): readonly string[] => [
    says,
    shownText(spot(place.node)),
    shownText(layerName(place)),
    cut(shownText(jsonText(toValue(place.node)))),
  ];
  const rows = [
    ...origin.from.map((place) => row('from', place)),
    ...origin.overridden.map((place) => row('overrides', place)),
  ];
  const columns = ['', 'PLACE', 'LAYER', 'VALUE'].map((title) => ({ title, whole: title !== 'VALUE' }));
  streams.out(printTable(columns, rows, streams));
}

/** The same for scripts, as one JSON object. */
export function originJson(path: string, origin: FieldOrigin): string {
  const placeJson = (place: OriginPlace): Value => {
    const { file, line, column } = placeOf(place.node.span);
    return new Map<string, Value>([
      ['layer', place.role],
      ['file', file],
      ['line', BigInt(line)],
      ['column', BigInt(column)],
      ['value', toValue(place.node)],
    ]);
  };
  return jsonText(
    new Map<string, Value>([
      ['path', path],
      ['value', toValue(origin.value)],
      ['from', origin.from.map(placeJson)],
      ['overrides', origin.overridden.map(placeJson)],
    ]),
  );
}

/** What there is instead of a field that is not there: a sentence, and what to type. */
export function noFieldText({ at, missing, names, near }: NoField): { readonly says: string; readonly hint: string } {
  const where = at === '' ? 'The operation' : `"${at}"`;
  const shown = names.slice(0, 20).join(', ') + (names.length > 20 ? ' …' : '');
  const there = names.length === 0 ? 'nothing is in it' : `there are: ${shown}`;
  const hint = near === null ? 'Name one of them.' : `Did you mean "${near}"?`;
  return {
    says: shownText(`${where} has no "${missing}"; ${there}.`),
    hint: shownText(names.length === 0 && near === null ? 'Leave out what stands behind it.' : hint),
  };
}

/** What a layer is called: options that stand for a file by their own name. */
function layerName({ role, node }: OriginPlace): string {
  const { name } = node.span.source;
  if (name.startsWith('-')) return 'option';
  switch (role) {
    case 'file':
    case 'preset':
      return 'preset';
    case null:
      return '';
    default:
      return role;
  }
}

function spot({ span }: Node): string {
  const { file, line, column } = placeOf(span);
  return `${file}:${line}:${column}`;
}

function cut(text: string): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1)}…`;
}

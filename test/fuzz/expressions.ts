import type { Random } from '../contract/random.ts';
import { pick } from './pick.ts';

/** Mostly names that some seed has; one that does not exist ends a text early. */
const names =
  'a b x n lr l m d params a b x n l m a b x globals params.as_args params.a.value params.a.as_arg globals.uuid globals.name globals.run_outputs_path connections.vol1 connections.vol1.mountPath init.repo1.url globals.__class__ a.b none'.split(
    ' ',
  );
const literals = [
  '1',
  '0',
  '-1',
  '2.5',
  '1e308',
  '9007199254740993',
  "'x'",
  "'\\ud83d'",
  "'%c' % 55357",
  '"a\\n"',
  "''",
  '[]',
  '{}',
  '[1, 2]',
  "{'a': 1}",
];
const binary = '+ - * / // % ** ~ == != < > <= >= and or in is'.split(' ').concat('not in');
const filters =
  "upper lower length int float list join(',') default(1) first last sort unique tojson string map('upper') sum round abs reverse items trim split replace('a','b') batch(2) map_format('%s') nofilter dictsort groupby('a') format(1) wordwrap(3) indent select('defined') rejectattr('a')".split(
    ' ',
  );
const methods =
  "upper() split(',') replace('a', 'b') items() get('a') index(1) count(1) startswith('a') join([1]) __class__ format(1)".split(
    ' ',
  );

/** Something inside of `{{ }}` that is mostly well formed. */
export function expression(random: Random, depth = 0): string {
  const inner = (): string => expression(random, depth + 1);
  const kind = depth > 4 ? random.below(2) : random.below(12);
  switch (kind) {
    case 0:
      return pick(random, names);
    case 1:
      return pick(random, literals);
    case 2:
    case 3:
      return `${inner()} ${pick(random, binary)} ${inner()}`;
    case 4:
      return `(${inner()})`;
    case 5:
      return `${inner()} | ${pick(random, filters)}`;
    case 6:
      return `${inner()}.${pick(random, methods)}`;
    case 7:
      return `${inner()}[${inner()}${random.chance(0.3) ? `:${inner()}` : ''}]`;
    case 8:
      return `${inner()} if ${inner()} else ${inner()}`;
    case 9:
      return `not ${inner()}`;
    case 10:
      return `[${inner()}, ${inner()}]`;
    default:
      return `range(${inner()})`;
  }
}

/** A text with an expression, statements, or pieces of them. */
export function templateText(random: Random): string {
  const one = expression(random);
  switch (random.below(9)) {
    case 0:
      return `a ${one} {{ ${one} }} {{ ${expression(random)} }}`;
    case 1:
      return `{% for x in ${one} %}{{ x }}{% endfor %}`;
    case 2:
      return `{% if ${one} %}{{ a }}{% else %}{{ connections.vol1 }}{% endif %}`;
    case 3:
      return `{% set y = ${one} %}{{ y }}`;
    case 4:
      return `{{ ${one}`;
    case 5:
      return `{${random.chance(0.5) ? '{' : '%'} ${one} ${random.chance(0.5) ? '}}' : '%}'}{# ${one} #`;
    default:
      return `{{ ${one} }}`;
  }
}

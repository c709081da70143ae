import { pythonFloat, pythonRepr, pythonText } from '../values/print.ts';
import { isList, isMap, type Value } from '../values/value.ts';
import { type Budget, bounded, checkLength } from './budget.ts';
import { Fault, type Offsets } from './fault.ts';

const directive = /%(?:\(([^)]*)\))?([-+ 0#]*)([0-9]*)(?:\.([0-9]+))?([a-zA-Z%])/g;

/** Text with printf places filled, as Python's `%` does it: s r d i f e g x o c and `%%`, width, precision, `-`, `0`, `+`. */
export function percentFormat(budget: Budget, format: string, argument: Value, place: Offsets): string | Fault {
  const positional = argument !== null && isList(argument) ? argument : [argument];
  let next = 0;
  let fault: Fault | undefined;
  let length = 0;
  const text = format.replace(
    directive,
    (_, key: string | undefined, flags: string, widthText: string, precision: string | undefined, letter: string) => {
      if (fault !== undefined || letter === '%') return '%';
      const width = Number(widthText);
      const value =
        key === undefined ? positional[next++] : argument !== null && isMap(argument) ? argument.get(key) : undefined;
      const body =
        value === undefined
          ? new Fault('template/wrong-type', 'The format asks for more values than are given.', place)
          : formatOne(letter, precision, value, flags, place);
      length += Math.max(width, typeof body === 'string' ? body.length : 0);
      fault ??= body instanceof Fault ? body : checkLength(length, place);
      return fault !== undefined || typeof body !== 'string' ? '' : padded(body, width, flags);
    },
  );
  return fault ?? bounded(budget, text, place);
}

function padded(body: string, width: number, flags: string): string {
  if (flags.includes('-')) return body.padEnd(width);
  if (!flags.includes('0')) return body.padStart(width);
  const sign = /^[-+ ]/.test(body) ? body.charAt(0) : '';
  return sign + body.slice(sign.length).padStart(width - sign.length, '0');
}

function formatOne(
  letter: string,
  precision: string | undefined,
  value: Value,
  flags: string,
  place: Offsets,
): string | Fault {
  if (letter === 's') return pythonText(value).slice(0, precision === undefined ? undefined : Number(precision));
  if (letter === 'r') return pythonRepr(value);
  if (typeof value !== 'bigint' && typeof value !== 'number')
    return new Fault('template/wrong-type', `"%${letter}" formats a number.`, place);
  const body = formatNumber(letter, value, Math.min(precision === undefined ? 6 : Number(precision), 100));
  if (body === undefined) return new Fault('template/wrong-type', `There is no format "%${letter}".`, place);
  return body.startsWith('-') || !/[+ ]/.test(flags) ? body : (flags.includes('+') ? '+' : ' ') + body;
}

function formatNumber(letter: string, value: bigint | number, precision: number): string | undefined {
  const whole = typeof value === 'bigint' ? value : BigInt(Math.trunc(value));
  switch (letter) {
    case 'd':
    case 'i':
      return whole.toString();
    case 'x':
      return whole.toString(16);
    case 'o':
      return whole.toString(8);
    case 'f':
    case 'F':
      return Math.abs(Number(value)) < 1e21
        ? Number(value).toFixed(precision)
        : `${whole}${precision > 0 ? `.${'0'.repeat(precision)}` : ''}`;
    case 'e':
      return Number(value)
        .toExponential(precision)
        .replace(/e([-+])(\d)$/, 'e$10$2');
    case 'g': {
      const rounded = Number(Number(value).toPrecision(Math.max(1, precision)));
      return pythonFloat(rounded).replace(/\.0$/, '');
    }
    default:
      return undefined;
  }
}

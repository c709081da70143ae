import { CliError, exitCodes } from '../exit-codes.ts';

/** A port here and the one of the run that it stands for. */
export interface Pair {
  /** 0: any that is free. */
  readonly local: number;
  readonly remote: number;
}

/** Reads `[LOCAL:]PORT`. */
export function parsePair(text: string): Pair {
  const found = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text);
  const remote = Number(found?.[2]);
  const local = found?.[1] === undefined ? remote : Number(found[1]);
  if (found === null || remote < 1 || remote > 65_535 || local > 65_535)
    throw new CliError(
      exitCodes.usage,
      `"${text}" is no port.`,
      'It is a number from 1 to 65535, like `8888`, or two, like `9999:8888`: here and of the run.',
    );
  return { local, remote };
}

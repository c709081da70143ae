import { pino } from 'pino';
import type { Log } from '../ports/log.ts';

/** Structured log on stderr, so that stdout stays free for what was asked of the process. */
export function pinoLog(level: string): Log {
  const log = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      errorKey: 'error',
      serializers: { error: pino.stdSerializers.err },
      redact: ['authorization', '*.authorization', 'headers.authorization', 'token', '*.token'],
    },
    pino.destination({ fd: 2, sync: false }),
  );
  return {
    debug: (fields, message) => log.debug(fields, message),
    info: (fields, message) => log.info(fields, message),
    warn: (fields, message) => log.warn(fields, message),
    error: (fields, message) => log.error(fields, message),
  };
}

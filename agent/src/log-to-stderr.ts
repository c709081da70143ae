import { destination, pino } from 'pino';
import type { Config } from './config.ts';
import type { Log } from './ports/log.ts';

/** The agent's log as JSON lines on stderr. What is named like a credential is not written, whoever passes it. */
export function logToStderr(level: Config['logLevel']): Log {
  const redacted = [
    'token',
    'runToken',
    'authorization',
    'spec',
    'privateJwk',
    '*.token',
    '*.runToken',
    '*.authorization',
    '*.spec',
    '*.privateJwk',
  ];
  return pino(
    { level, base: { room: 'agent' }, redact: { paths: redacted, censor: '[redacted]' } },
    destination({ fd: 2, sync: true }),
  );
}

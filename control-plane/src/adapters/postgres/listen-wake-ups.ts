import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { Log } from '../../ports/log.ts';
import type { WakeUps } from '../../ports/wake-ups.ts';
import { localWakeUps } from '../local-wake-ups.ts';
import { sessionOf } from './postgres.ts';
import { topicsFrom, wakeBatches } from './wake-batches.ts';

const channel = 'tandem_wake';
/**
 * One NOTIFY per process and so many ms: each takes a lock of the whole server at commit (orchestration.md 6.2.4). The first
 * after a pause goes at once, so that a single submission does not wait.
 */
const collectMs = 20;
const retryMs = [100, 500, 2_000, 5_000] as const;

/**
 * Wake-ups between replicas over LISTEN and NOTIFY, on a connection of its own. While it is down, hints of this process
 * still reach its own listeners; when it is back, everybody is woken once, since hints of others were missed.
 */
export function listenWakeUps(url: string, log: Log): WakeUps {
  const origin = randomUUID();
  const local = localWakeUps();
  const pending = new Set<string>();
  let client: pg.Client | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = false;
  let isSending = false;
  let sending: Promise<void> = Promise.resolve();
  let failures = 0;

  async function connect(): Promise<void> {
    const session = sessionOf(url);
    // A hint need not be on disk, and nothing else is written on this connection.
    const options = `${session.options} -c synchronous_commit=off`;
    const next = new pg.Client({ ...session, options, statement_timeout: 10_000 });
    // A lost connection is told by `error` and `end`, in this order or alone; the first one counts.
    let isLost = false;
    const lost = (error?: Error): void => {
      if (isLost || isClosed) return;
      isLost = true;
      client = undefined;
      next.end().catch(() => undefined);
      log.warn({ error: error?.message }, 'the connection for wake-ups was lost');
      reconnectLater();
    };
    next.on('error', lost);
    next.on('end', () => lost());
    next.on('notification', (message) => local.wake(topicsFrom(message.payload ?? '', origin)));
    try {
      await next.connect();
      await next.query(`listen ${channel}`);
    } catch (error) {
      lost(error instanceof Error ? error : undefined);
      return;
    }
    if (isClosed) return void (await next.end());
    client = next;
    // Also the first time: who listened before us may have missed something.
    local.wakeAll();
    failures = 0;
    sendSoon();
  }

  function reconnectLater(): void {
    const wait = retryMs[Math.min(failures, retryMs.length - 1)] ?? 5_000;
    failures += 1;
    setTimeout(() => void (isClosed || connecting()), wait).unref();
  }

  let connection: Promise<void> = Promise.resolve();
  function connecting(): void {
    connection = connect();
  }

  /** One message at a time; what comes meanwhile goes with the next. */
  async function send(): Promise<void> {
    const connected = client;
    if (connected === undefined || isSending) return;
    isSending = true;
    try {
      while (client === connected && pending.size > 0) {
        const batches = wakeBatches(origin, pending);
        pending.clear();
        for (const batch of batches) await connected.query('select pg_notify($1, $2)', [channel, batch]);
        await new Promise((resolve) => setTimeout(resolve, isClosed ? 0 : collectMs));
      }
    } catch {
      // The connection is lost, which `lost` handles; the hint may be lost with it.
    } finally {
      isSending = false;
    }
  }

  function sendSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined;
      sending = send();
    }, 0);
  }

  connecting();
  return {
    wake: (topics) => {
      local.wake(topics);
      for (const topic of topics) pending.add(topic);
      // A long outage must not fill the memory; the other replicas look for themselves every few seconds.
      if (pending.size > 100_000) pending.clear();
      if (!isSending) sendSoon();
    },
    on: local.on,
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      await connection;
      await sending;
      await send();
      await client?.end();
      await local.close();
    },
  };
}

import { isReason, isStatus, type Reason, type Status } from '@tandem/shared/lifecycle';
import * as z from 'zod';
import type { RunKey } from '../../compile/pod-plan.ts';
import type { Observed } from '../../ports/executor.ts';
import { readIfThere, writeDurably } from '../files/durable-file.ts';

const status = z.string().refine((text): text is Status => isStatus(text));
const reason = z.string().refine((text): text is Reason => isReason(text));

const recordShape = z
  .object({
    format: z.literal(1),
    run: z.object({ uuid: z.string(), attempt: z.int(), generation: z.int() }).readonly(),
    specSha256: z.string(),
    /** False: a stop came before any start, and this is its memory. */
    made: z.boolean(),
    createdAtMs: z.number(),
    /** Which try of the main step is under way; rises with each retry. */
    tryNumber: z.int(),
    stop: z
      .object({
        atMs: z.number(),
        graceSeconds: z.number(),
        why: z.enum(['UserStop', 'TimeoutExceeded']),
        /** When the polite signal was sent; null: not yet. */
        signalledAtMs: z.number().nullable(),
      })
      .readonly()
      .nullable(),
    current: z.object({ seq: z.int(), status, reason, message: z.string(), atMs: z.number() }).readonly(),
    history: z.array(z.object({ seq: z.int(), status, reason, atMs: z.number() }).readonly()).readonly(),
    ended: z
      .object({
        finishedAtMs: z.number(),
        exitCode: z.number().nullable(),
        /** Wire JSON. */
        outputs: z.string().nullable(),
        artifacts: z
          .array(
            z
              .object({ name: z.string(), kind: z.string(), path: z.string(), size: z.number(), sha256: z.string() })
              .readonly(),
          )
          .readonly(),
      })
      .readonly()
      .nullable(),
  })
  .readonly();

/** The durable state of one run: everything that cannot be seen in its files and processes. */
export type RunRecord = z.infer<typeof recordShape>;

/** Longest list of former states that is kept. */
const longestHistory = 200;

/** A record whose first state has seq 1. */
export function newRecord(
  run: RunKey,
  first: { specSha256: string; made: boolean; nowMs: number } & StateChange,
): RunRecord {
  return {
    format: 1,
    run,
    specSha256: first.specSha256,
    made: first.made,
    createdAtMs: first.nowMs,
    tryNumber: 1,
    stop: null,
    current: { seq: 1, status: first.status, reason: first.reason, message: first.message, atMs: first.nowMs },
    history: [],
    ended: null,
  };
}

export interface StateChange {
  readonly status: Status;
  readonly reason: Reason;
  readonly message: string;
}

/** The record in another state; its seq is one higher. */
export function withState(record: RunRecord, change: StateChange, nowMs: number): RunRecord {
  const { seq, status: was, reason: because, atMs } = record.current;
  const history = [...record.history, { seq, status: was, reason: because, atMs }].slice(-longestHistory);
  return { ...record, history, current: { ...change, seq: seq + 1, atMs: nowMs } };
}

/** The record as the port shows it. */
export function toObserved(record: RunRecord): Observed {
  const { ended, current } = record;
  return {
    run: record.run,
    status: current.status,
    reason: current.reason,
    message: current.message,
    seq: BigInt(current.seq),
    atMs: current.atMs,
    ended: ended === null ? null : { ...ended, outputs: ended.outputs === null ? null : Buffer.from(ended.outputs) },
    pods: [],
  };
}

export async function writeRecord(path: string, record: RunRecord): Promise<void> {
  await writeDurably(path, JSON.stringify(record));
}

/** The record, or null where none is. A file that is not one of ours throws: writing is atomic, so somebody changed it. */
export async function readRecord(path: string): Promise<RunRecord | null> {
  const text = await readIfThere(path);
  return text === null ? null : recordShape.parse(JSON.parse(text));
}

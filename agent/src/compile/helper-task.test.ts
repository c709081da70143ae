import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import type { HelperTask } from './helper-task.ts';

/**
 * `helper/testdata/tasks.json` is read by the tests of the helper program, too: there every task must survive a round trip.
 * Here the same text must be what our types say, and every kind must be in it.
 */
const storeRef = z.union([
  z.strictObject({ kind: z.literal('mount'), name: z.string(), path: z.string() }),
  z.strictObject({ kind: z.enum(['s3', 'gcs', 'wasb']), name: z.string(), bucket: z.string() }),
]);

const copy = z.strictObject({
  what: z.enum(['file', 'dir', 'path']),
  from: z.string(),
  to: z.string(),
  isRequired: z.boolean(),
  isSnapshot: z.boolean(),
});

const shapes = {
  'artifacts-path': z.strictObject({
    task: z.literal('artifacts-path'),
    ensureDirs: z.array(z.string()),
    store: storeRef.nullable(),
    copies: z.array(copy),
  }),
  artifacts: z.strictObject({
    task: z.literal('artifacts'),
    ensureDirs: z.array(z.string()),
    store: storeRef,
    copies: z.array(copy),
  }),
  git: z.strictObject({
    task: z.literal('git'),
    url: z.string(),
    revision: z.string().nullable(),
    flags: z.array(z.string()),
    path: z.string(),
    connection: z.string().nullable(),
    keysPath: z.string().nullable(),
  }),
  file: z.strictObject({
    task: z.literal('file'),
    folder: z.string(),
    filename: z.string(),
    content: z.string(),
    chmod: z.string().nullable(),
    copyTo: z.string().nullable(),
  }),
  dockerfile: z.strictObject({
    task: z.literal('dockerfile'),
    folder: z.string(),
    filename: z.string(),
    content: z.string(),
    copyTo: z.string().nullable(),
  }),
  tensorboard: z.strictObject({
    task: z.literal('tensorboard'),
    store: storeRef,
    from: z.string(),
    to: z.string(),
    uuids: z.array(z.string()),
    useNames: z.boolean(),
    names: z.record(z.string(), z.string()),
    pathPrefix: z.string().nullable(),
    plugins: z.array(z.string()),
    port: z.int(),
  }),
  collect: z.strictObject({
    task: z.literal('collect'),
    artifactsPath: z.string(),
    store: storeRef.nullable(),
    storePath: z.string().nullable(),
    outputsFile: z.string(),
    container: z.string(),
    sleepSeconds: z.number(),
    syncSeconds: z.number(),
    collectArtifacts: z.boolean(),
    collectLogs: z.boolean(),
  }),
  // A task whose fields change without its shape here is an error of types: both directions are asked for.
} satisfies { readonly [Kind in HelperTask['task']]: Exact<Extract<HelperTask, { readonly task: Kind }>> };

type Exact<Task> = z.ZodType<Task> & { readonly shape: { readonly [Field in keyof Task]: unknown } };

const fixture = join(import.meta.dirname, '../../../helper/testdata/tasks.json');

describe('tasks of the helper', () => {
  const tasks = JSON.parse(readFileSync(fixture, 'utf8')) as readonly { readonly task: keyof typeof shapes }[];

  it('has an example of every kind', () => {
    assert.deepEqual([...new Set(tasks.map(({ task }) => task))].sort(), Object.keys(shapes).sort());
  });

  for (const [index, task] of tasks.entries()) {
    it(`example ${index + 1}, ${task.task}, is what the types say`, () => {
      assert.deepEqual(shapes[task.task].parse(task), task);
    });
  }
});

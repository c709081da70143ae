import type { PodPlan } from '../../compile/pod-plan.ts';
import { readIfThere, writeDurably } from '../files/durable-file.ts';

/** Keeps a plan beside the attempt, so that a run goes on with the plan it was started with. Maps and integers survive. */
export async function writePlan(path: string, plan: PodPlan): Promise<void> {
  await writeDurably(path, JSON.stringify(plan, encode));
}

/** The plan of an attempt; null where none was written. */
export async function readPlan(path: string): Promise<PodPlan | null> {
  const text = await readIfThere(path);
  // Written by `writePlan` alone, atomically, into a folder that only the agent's user can write.
  return text === null ? null : (JSON.parse(text, decode) as PodPlan);
}

function encode(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return { $int: value.toString() };
  if (value instanceof Map) return { $map: [...value] };
  return value;
}

function decode(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if ('$int' in value && typeof value.$int === 'string') return BigInt(value.$int);
  if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map);
  return value;
}

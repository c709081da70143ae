export * from './operation.ts';
export type { Placeholder } from './strict.ts';

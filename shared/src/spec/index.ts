export { paramSection } from './io.ts';
export { layerSection } from './layer.ts';
export { runKinds } from './run-kinds.ts';
export { replicaFields } from './run-patch.ts';
export type { JsonSchema, Section, Shape } from './shape.ts';

export { layerSection } from './layer.ts';
export { laterRunKinds, runKinds } from './run-kinds.ts';
export type { Section, Shape } from './shape.ts';

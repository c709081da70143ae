export { asText, fill } from '../template/fill.ts';
export { type SecretLike, secretLike } from '../wire/secret-like.ts';
export { asks } from './asks.ts';
export type { CacheQuestion } from './cache-key.ts';
export { checkStages, type StageResult } from './check-stages.ts';
export type { Child, Children } from './child.ts';
export { contentOf } from './content.ts';
export type { Checked, CheckedOp, Io, Param, Upstream, Wanted } from './drafts.ts';
export type {
  Asked,
  Facts,
  JoinQuery,
  PipelineFacts,
  Questions,
  RunArtifact,
  RunEdge,
  RunEntity,
  RunOrigin,
  ScheduleFacts,
} from './facts.ts';
export { readFieldPath } from './field-path.ts';
export { type EndedRun, hookOperations } from './hooks.ts';
export { hyperParamFile, type MatrixOptions } from './hyper-param-option.ts';
export { type LayerRole, layersOf, type NamedLayer } from './layers-of.ts';
export { emptyLibrary, type Gap, type Library } from './library.ts';
export type { LineageRecord } from './lineage.ts';
export { type FieldOrigin, type NoField, type OriginPlace, originOf } from './origin.ts';
export { type ParamOption, paramOption } from './param-option.ts';
export type { Submission } from './parse.ts';
export type { RunResources } from './run-resources.ts';
export type { Compiled } from './seal.ts';
export { check, compile, queriesOf, wantedTexts } from './stages.ts';
export { openReferences, standaloneContentOf, standaloneOf } from './standalone-content.ts';

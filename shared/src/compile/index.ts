export { asText, fill } from '../template/fill.ts';
export { type SecretLike, secretLike } from '../wire/secret-like.ts';
export type { Checked, Io, Param } from './drafts.ts';
export type { Facts, Questions } from './facts.ts';
export { type ParamOption, paramOption } from './param-option.ts';
export type { Submission } from './parse.ts';
export type { Compiled } from './seal.ts';
export { asks, check, compile } from './stages.ts';

export { type Completion, complete, type Proposal } from './complete.ts';
export { Fault, isMissing, type Offsets } from './fault.ts';
export { asText, fill } from './fill.ts';
export { faultAt, locate } from './locate.ts';
export { isAgentPath, type NameEntry, names } from './names.ts';
export { asSealedText, closed, render, type Scope } from './render.ts';
export { hasTemplate, parseTemplate, type Template } from './template.ts';
export type { NameUse } from './uses.ts';

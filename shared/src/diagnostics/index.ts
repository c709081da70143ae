export { type Code, type CodeEntry, codes } from './codes.ts';
export { type Diagnostic, type Extras, error, type Related, warning } from './diagnostic.ts';
export { type JsonDiagnostic, type JsonPlace, type Paint, printDiagnostic, toJson } from './print.ts';
export { didYouMean, suggest } from './suggest.ts';

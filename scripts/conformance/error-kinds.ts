/** The one table from our codes to the error kinds of the cases (decisions.md 77). A code without a line does not compile. */
import type { Code, Diagnostic } from '@tandem/shared/diagnostics';

/** `our_own` is a kind that no case expects, so a case that meets it fails. */
export type ErrorKind =
  | 'invalid_document'
  | 'invalid_spec'
  | 'invalid_param'
  | 'unknown_type'
  | 'access_error'
  | 'compiler_error'
  | 'our_own';

const kinds: Readonly<Record<Code, ErrorKind>> = {
  'parse/no-file': 'invalid_spec',
  'parse/too-large': 'invalid_spec',
  'parse/binary': 'invalid_spec',
  'parse/bad-yaml': 'invalid_spec',
  'parse/bad-json': 'invalid_spec',
  'parse/bad-alias': 'invalid_spec',
  'parse/bad-tag': 'invalid_spec',
  'parse/not-finite': 'invalid_spec',
  'parse/too-deep': 'invalid_spec',
  'parse/too-many-nodes': 'invalid_spec',
  'parse/several-documents': 'invalid_spec',
  'parse/not-a-mapping': 'invalid_spec',
  'parse/duplicate-key': 'invalid_spec',
  'parse/unquoted-placeholder': 'invalid_spec',
  'parse/yaml-1.1': 'invalid_spec',
  'sanitize/unknown-section': 'invalid_spec',
  'sanitize/unknown-field': 'invalid_document',
  'sanitize/missing-field': 'invalid_document',
  'sanitize/two-spellings': 'invalid_document',
  'sanitize/exclusive-fields': 'invalid_document',
  'sanitize/wrong-type': 'invalid_document',
  'sanitize/unknown-kind': 'invalid_document',
  'sanitize/bad-range': 'invalid_document',
  'sanitize/distribution-in-grid': 'invalid_document',
  'sanitize/distribution-in-bayes': 'invalid_document',
  'sanitize/hyperopt': 'invalid_document',
  'sanitize/bad-cron': 'invalid_document',
  'sanitize/unknown-event': 'invalid_document',
  'sanitize/ref-value': 'invalid_document',
  'matrix/too-many': 'invalid_document',
  'matrix/too-few-values': 'invalid_document',
  'matrix/bad-number': 'compiler_error',
  'matrix/bad-rows': 'compiler_error',
  'sanitize/unknown-file-kind': 'invalid_spec',
  'sanitize/no-run': 'invalid_spec',
  'assemble/no-container': 'invalid_spec',
  'types/unknown-type': 'unknown_type',
  'types/bad-regex': 'invalid_document',
  'types/wrong-type': 'invalid_param',
  'types/not-valid': 'invalid_param',
  'types/reserved-name': 'invalid_document',
  'types/hides-section': 'invalid_document',
  'types/flag-not-bool': 'invalid_document',
  'types/required-with-default': 'invalid_document',
  'types/duplicate-input': 'invalid_document',
  'types/service-only': 'invalid_document',
  'types/culling-no-effect': 'our_own',
  'types/plugin-no-effect': 'our_own',
  'params/missing': 'invalid_param',
  'params/undeclared': 'invalid_param',
  'params/bad-option': 'invalid_spec',
  'params/repeated': 'invalid_spec',
  'params/cycle': 'compiler_error',
  'params/used-above': 'invalid_param',
  'params/wrong-type': 'compiler_error',
  'params/not-valid': 'compiler_error',
  'template/syntax': 'compiler_error',
  'template/unknown-name': 'compiler_error',
  'template/unknown-filter': 'compiler_error',
  'template/wrong-type': 'compiler_error',
  'template/not-allowed': 'compiler_error',
  'template/too-much-work': 'compiler_error',
  'template/agent-name-too-early': 'compiler_error',
  'template/wrong-result': 'compiler_error',
  'conditions/not-boolean': 'compiler_error',
  'seal/open-connection': 'compiler_error',
  'seal/not-an-init': 'compiler_error',
  'seal/secret-like-value': 'our_own',
  'seal/too-large': 'our_own',
  'sanitize/unknown-run-kind': 'invalid_document',
  'sanitize/preset-template': 'compiler_error',
  'assemble/unfolds-too-far': 'invalid_spec',
  'graph/too-many-edges': 'invalid_spec',
  'assemble/no-operations': 'invalid_spec',
  'types/matrix-kind': 'invalid_document',
  'types/join-needs-list': 'invalid_param',
  'params/bad-ref': 'invalid_param',
  'params/bad-ref-value': 'invalid_param',
  'params/too-long': 'compiler_error',
  'joins/bad-number': 'compiler_error',
  'references/not-found': 'invalid_spec',
  'references/cycle': 'invalid_spec',
  'references/too-long': 'invalid_spec',
  'references/not-checked': 'our_own',
  'references/not-finished': 'compiler_error',
  'references/no-such-value': 'compiler_error',
  'graph/no-name': 'invalid_spec',
  'graph/duplicate-name': 'invalid_spec',
  'graph/unknown-component': 'invalid_spec',
  'graph/unknown-op': 'invalid_spec',
  'graph/cycle': 'invalid_spec',
  'graph/schedule-inside': 'invalid_spec',
  'graph/unknown-value': 'invalid_param',
  'graph/type-mismatch': 'invalid_param',
  'graph/outside-dag': 'invalid_param',
  'graph/no-effect': 'our_own',
  'create/template': 'invalid_spec',
  'create/build-on-dag': 'invalid_spec',
  'create/not-run-yet': 'our_own',
  'access/run': 'access_error',
  'access/component': 'access_error',
  'access/queue': 'access_error',
  'access/connection': 'compiler_error',
  'access/namespace': 'access_error',
  'access/preset': 'access_error',
  'queues/no-agent': 'our_own',
  'queues/kind-not-run': 'our_own',
};

/** Prefixes of codes whose mistakes the reference finds while it resolves a run (decisions.md 77). */
const atResolve =
  /^(?:template|conditions|seal|access|joins|matrix|queues)\/|^references\/(?:no-such-value|not-finished)$/;

/** Param problems that come to light after rendering. */
const afterRendering: ReadonlySet<Code> = new Set([
  'params/cycle',
  'params/too-long',
  'params/wrong-type',
  'params/not-valid',
]);

/** Kind and stage of a refusal: those of its first error. */
export function errorKind(problems: readonly Diagnostic[]): {
  readonly kind: ErrorKind;
  readonly stage: 'check' | 'create' | 'resolve';
  readonly first: Diagnostic;
} {
  const first = problems.find((each) => each.severity === 'error');
  if (first === undefined) throw new Error('A refusal has at least one error.');
  const stage = first.code.startsWith('create/')
    ? 'create'
    : atResolve.test(first.code) || afterRendering.has(first.code)
      ? 'resolve'
      : 'check';
  return { kind: isDefault(first) ? 'invalid_document' : kinds[first.code], stage, first };
}

/** A default value that does not fit is a mistake of the document. A value that was given points to its declaration. */
function isDefault({ code, related }: Diagnostic): boolean {
  return (code === 'types/wrong-type' || code === 'types/not-valid') && related === undefined;
}

import { type ParamOption, paramOption, type Submission } from '@tandem/shared/compile';
import { done, failed, type Outcome } from '@tandem/shared/outcome';

/** An operation as its author has it: files under their names, and options as typed. */
export interface Sources {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  /** `name=value`, as after `-P`. */
  readonly params: readonly string[];
}

/** No section of an operation begins like this, so a bundle is never taken for one. */
const mark = '{"$sources":';

/**
 * One text for sources: it is what is stored as sent and compiled again later, so that every diagnostic names the
 * author's own file and line.
 */
export function bundleOf(sources: Sources): string {
  const { files, params } = sources;
  return `${mark}${JSON.stringify({ files: files.map(({ name, text }) => ({ name, text })), params })}}`;
}

/** What a text asks to be compiled: a bundle of sources, or one operation that is the body of a request. */
export function submissionFrom(text: string): Outcome<Submission> {
  if (!text.startsWith(mark)) return done({ files: [{ name: 'request', text }], params: [] });
  // Only `bundleOf` makes such a text; one that a user typed is refused by its shape, and is then read as what it is.
  const bundle = readBundle(text);
  if (bundle === null) return done({ files: [{ name: 'request', text }], params: [] });
  const params: ParamOption[] = [];
  for (const option of bundle.params) {
    const read = paramOption(option);
    if (!read.ok) return failed(read.problems);
    params.push(read.value);
  }
  return done({ files: bundle.files, params });
}

function readBundle(text: string): Sources | null {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    // Not JSON, so not ours: the compiler says what is wrong with it.
    return null;
  }
  const sources = typeof read === 'object' && read !== null && '$sources' in read ? read.$sources : null;
  return isSources(sources) ? sources : null;
}

function isSources(value: unknown): value is Sources {
  if (typeof value !== 'object' || value === null || !('files' in value && 'params' in value)) return false;
  const { files, params } = value;
  return (
    Array.isArray(files) &&
    files.every(isFile) &&
    Array.isArray(params) &&
    params.every((each) => typeof each === 'string')
  );
}

function isFile(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    'name' in value &&
    'text' in value &&
    typeof value.name === 'string' &&
    typeof value.text === 'string'
  );
}

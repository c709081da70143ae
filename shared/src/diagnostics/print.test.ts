import assert from 'node:assert/strict';
import { error } from './diagnostic.ts';
import { printDiagnostic, toJson } from './print.ts';

const source = { name: 'a.yaml', text: 'run:\n\tkind: jub\n' };
const diagnostic = error('sanitize/unknown-kind', { source, start: 12, end: 15 }, 'There is no run kind "jub".', {
  hint: 'Did you mean "job"?',
  related: [{ message: 'The run is here.', span: { source, start: 0, end: 3 } }],
});

describe('printDiagnostic', () => {
  it('shows place, line, caret, hint and related places', () => {
    assert.equal(
      printDiagnostic(diagnostic),
      'a.yaml:2:8: error: There is no run kind "jub". [sanitize/unknown-kind]\n  2 | \tkind: jub\n    | \t      ^^^\n  hint: Did you mean "job"?\n  a.yaml:1:1: The run is here.',
    );
  });
  it('paints through the given function', () => {
    assert.ok(
      printDiagnostic(diagnostic, (part, text) => `<${part}>${text}`).startsWith('<place>a.yaml:2:8: <error>error: '),
    );
  });
  it('does not let a file steer the terminal', () => {
    const evil = { name: 'a\u001b[2J.yaml', text: 'x\u001b[31m' };
    assert.ok(
      !printDiagnostic(error('parse/binary', { source: evil, start: 0, end: 1 }, 'A \u001b.')).includes('\u001b'),
    );
  });
  it('is flat as JSON', () => {
    const { code, line, column, length, hint, related } = toJson(diagnostic);
    assert.deepEqual(
      { code, line, column, length, hint, related: related.length },
      { code: 'sanitize/unknown-kind', line: 2, column: 8, length: 3, hint: 'Did you mean "job"?', related: 1 },
    );
  });
});
